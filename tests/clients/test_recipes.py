"""The recipes of docs/clients.md run as they are printed, against the real service."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.conftest import Newsroom
from tests.store import rows
from worker.store import articles, changes

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")

Run = Callable[..., None]


def recipe(heading: str) -> str:
    """The first Python block under a heading."""
    section = re.split(rf"(?m)^##+ {re.escape(heading)}$", PAGE)[1]
    found = re.search(r"(?ms)^```python\n(.*?)^```", section)
    assert found, heading
    return found[1]


@pytest.fixture
def run(newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a recipe up to the end of the log, in an empty directory that stays for the next run."""
    monkeypatch.chdir(tmp_path)

    def run_once(heading: str, **replaced: str) -> None:
        program = recipe(heading).replace("http://127.0.0.1:8600", newsroom.url)
        for old, new in replaced.items():
            assert old in program
            program = program.replace(old, new)
        assert 'cursor="' in program
        program = re.sub(r'cursor="[^"]+"', r"\g<0>, live=False", program)
        exec(compile(program, heading, "exec"), {"__name__": "__main__"})

    return run_once


def withdraw(newsroom: Newsroom, article_id: int) -> None:
    with newsroom.store.begin() as db:
        articles.remove(db, article_id, now=rows.NOW)
        line = changes.Change(article_id, changes.ChangeKind.REMOVED, 1)
        changes.append(db, [line], now=rows.NOW)


def test_the_first_recipe_prints_titles_and_withdrawals(
    newsroom: Newsroom, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _, gone = newsroom.publish(2)
    withdraw(newsroom, gone)
    run("Python", **{'"language=en", ': ""})
    assert capsys.readouterr().out == f"created Title 1\ndelete {gone}\n"
    run("Python", **{'"language=en", ': ""})
    assert capsys.readouterr().out == ""
