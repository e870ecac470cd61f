"""docs/export.md: its columns are those of the files, and its snippets run on an export."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.docs.test_recipes import recipes
from tests.services.test_export import exported, fill
from tests.services.test_export_warc import kept_page
from tests.store.rows import NOW, stored_article
from worker.services.files.columns import COLUMNS
from worker.store import Store

TEXT = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")


@pytest.fixture
def news(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with five articles as Parquet in `news`, and a kept page in `pages`."""
    store = Store(database_url)
    fill(store, 4)
    with store.begin() as db:
        images = [{"url": "https://news.example/1.jpg", "caption": "The bridge"}]
        stored_article(
            db,
            title="Photo",
            text="Words of it.",
            url="https://news.example/photo",
            images=images,
            now=NOW + timedelta(days=1),
        )
    with store.begin() as db:
        kept_page(db, b"<p>Page</p>")
    exported(store, tmp_path / "news", "parquet", revisions=True)
    exported(store, tmp_path / "warc", "warc")
    store.close()
    (tmp_path / "warc" / "pages").rename(tmp_path / "pages")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "news"


@pytest.mark.parametrize("name", COLUMNS)
def test_the_page_has_every_column_with_its_type_and_meaning(name: str) -> None:
    section = TEXT.split(f"### `{name}`")[1].split("\n## ")[0].split("\n### ")[0]
    found = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", section, re.MULTILINE)
    assert found == [(column.name, column.type.value, column.meaning) for column in COLUMNS[name]]


def test_every_field_of_the_manifest_is_on_the_page(news: Path) -> None:
    manifest = json.loads((news / "manifest.json").read_text())
    for name in (*manifest, *manifest["position"]):
        assert f"`{name}`" in TEXT, name


def test_the_snippets_read_an_export(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables, captions, frames, responses = recipes("export.md")
    exec(tables, {})
    table = capsys.readouterr().out
    assert re.search(r"2026-05-04 │ news.example │ +2 │", table)
    assert re.search(r"2026-05-05 │ news.example │ +3 │", table)
    names: dict[str, object] = {}
    exec(captions, names)
    assert [caption for _, caption in names["captions"]] == ["The bridge"]  # type: ignore[attr-defined]
    exec(frames, names)
    assert list(names["per_day"]) == [2, 3]  # type: ignore[call-overload]
    exec(responses, {})
    assert capsys.readouterr().out == "https://news.example/a 11\n"


def test_the_types_of_parquet_are_those_of_the_page(news: Path) -> None:
    import pyarrow.parquet

    file = next((news / "articles").rglob("*.parquet"))
    schema = pyarrow.parquet.read_schema(file)
    assert [
        str(schema.field(name).type) for name in ("id", "title", "authors", "published", "paywalled")
    ] == [
        "int64",
        "string",
        "list<element: string>",
        "timestamp[us, tz=UTC]",
        "bool",
    ]
    assert schema.names == [column.name for column in COLUMNS["articles"]]
