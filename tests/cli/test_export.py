"""`wiredesk export`: the command around the files."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.terminal import command, environment, wiredesk
from tests.store.rows import NOW, revised_article, stored_article
from tests.waiting import wait_until
from worker.store import Store


@pytest.fixture
def grain(store: Store) -> int:
    """An article about grain, after one about bread in German."""
    with store.begin() as db:
        stored_article(db, title="Brot ist teuer", text="Mehl kostet mehr.", language="de")
    with store.begin() as db:
        return stored_article(
            db,
            title="=Grain",
            text="Grain is dear.",
            url="https://news.example/g",
            now=NOW + timedelta(days=1),
        )


def rows(directory: Path) -> list[dict[str, object]]:
    """The rows of an export as JSON lines."""
    files = sorted((directory / "articles").rglob("part-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_filter_chooses_the_articles(grain: int, home: Path) -> None:
    said = wiredesk("export", "out", "--format", "jsonl", "--where", "language=en")
    assert said.out == f"1 rows in 1 files of out, up to change {grain}\n"
    assert [row["id"] for row in rows(home / "out")] == [grain]
    assert json.loads((home / "out" / "manifest.json").read_text())["where"] == "language=en"
    again = wiredesk("export", "out", "--format", "jsonl", "--where", "language=en")
    assert again.out == f"nothing has changed in out since change {grain}\n"


@pytest.mark.usefixtures("grain")
@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--where", "lang=en"), "did you mean language?"),
        (("--where", "search=nothing"), "no search is saved as 'nothing'"),
        (("--format", "warc", "--revisions"), "leave it out"),
        (("--format", "csv"), "use another directory"),
        (("--format", "jsonl", "--where", "language=de"), "use another directory"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    wiredesk("export", "out", "--format", "jsonl")
    said = wiredesk("export", "out", *arguments)
    assert said.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("grain")
def test_a_directory_that_cannot_be_written_is_one_line(home: Path) -> None:
    (home / "file").touch()
    said = wiredesk("export", "file", "--format", "jsonl")
    assert said.code == 2
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("grain")
def test_without_pyarrow_parquet_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = wiredesk("export", "out")
    assert said.code == 2
    assert said.err == "wiredesk: Parquet needs pyarrow: pip install 'wiredesk[export]'\n"


@pytest.mark.usefixtures("grain")
def test_csv_is_safe_to_open_in_a_spreadsheet(home: Path) -> None:
    wiredesk("export", "out", "--format", "csv", "--where", "language=en")
    text = next((home / "out").rglob("*.csv")).read_text(encoding="utf-8")
    assert ",'=Grain," in text
    assert '"[""Ada Writer""]"' in text


@pytest.mark.usefixtures("grain")
def test_markdown_has_a_file_for_each_article_with_front_matter(home: Path, grain: int) -> None:
    wiredesk("export", "out", "--format", "markdown")
    text = next((home / "out").rglob(f"{grain}.md")).read_text(encoding="utf-8")
    assert text.startswith(f"---\nid: {grain}\n")
    assert 'title: "=Grain"\nauthors: ["Ada Writer"]\n' in text
    assert text.endswith("---\n\n# =Grain\n\nGrain is dear.\n")


def test_follow_takes_up_changes_until_it_is_interrupted(
    grain: int, home: Path, store: Store, database: str
) -> None:
    process = subprocess.Popen(
        command("export", "out", "--format", "jsonl", "--follow", "--every", "1"),
        cwd=home,
        env=environment({"WIREDESK_DATABASE_URL": database}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: (home / "out" / "manifest.json").exists(), 60)
        with store.begin() as db:
            revised_article(
                db, grain, url="https://news.example/g", title="Corrected", text="Grain is cheap."
            )
        wait_until(lambda: "Corrected" in [row["title"] for row in rows(home / "out")], 60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert out.decode().count(" rows in ") == 2
