"""The Python recipes of the documents run as they are printed."""

import re
from pathlib import Path

import pytest

from tests.extract.pages import article_html, page

DOCS = Path(__file__).parents[2] / "docs"


def recipes(name: str) -> list[str]:
    """Return the Python blocks of a page."""
    return re.findall(r"(?ms)^```python\n(.*?)^```", (DOCS / name).read_text(encoding="utf-8"))


def test_the_recipe_that_prints_the_points_of_a_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (recipe,) = recipes("extraction.md")
    (tmp_path / "page.html").write_bytes(page(article_html()))
    monkeypatch.chdir(tmp_path)
    exec(compile(recipe, "docs/extraction.md", "exec"), {"__name__": "recipe"})
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(re.match(r"-?\d+ \[\('\w+', -?\d+\)", line) for line in lines)


def test_every_python_recipe_is_valid_python() -> None:
    for path in sorted(DOCS.glob("*.md")):
        for recipe in recipes(path.name):
            compile(recipe, str(path), "exec")


def test_the_recipes_have_a_test() -> None:
    assert [path.name for path in sorted(DOCS.glob("*.md")) if recipes(path.name)] == [
        "consuming.md",
        "extraction.md",
    ]
