"""The Python recipes of the documents run as they are printed."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def recipes(name: str) -> list[str]:
    """Return the Python blocks of a page."""
    return re.findall(r"(?ms)^```python\n(.*?)^```", (DOCS / name).read_text(encoding="utf-8"))


def test_every_python_recipe_is_valid_python() -> None:
    for path in sorted(DOCS.glob("*.md")):
        for recipe in recipes(path.name):
            compile(recipe, str(path), "exec")


def test_the_recipes_have_a_test() -> None:
    assert [path.name for path in sorted(DOCS.glob("*.md")) if recipes(path.name)] == [
        "clients.md",
        "consuming.md",
        "delivery.md",
        "export.md",
        "sql.md",
    ]
