"""The lists of docs/contributing.md are complete: each follows an example that is in the tree."""

import ast
import re
from pathlib import Path

import pytest

from worker.config.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")

FIELD = "paywalled"
"""The example of an article field."""

READERS_OF_THE_FIELD = {
    "worker/extract/refusals.py",
    "worker/filters/conditions.py",
    "worker/filters/reads.py",
    "worker/services/engine/second_look.py",
    "worker/store/filtering.py",
    "worker/store/reading.py",
}
"""Files that name the field because they use its value: a new field needs no such file."""


def listed(heading: str) -> list[str]:
    """Return the files in the table below a heading."""
    part = re.split(r"(?m)^## ", TEXT.partition(f"## {heading}\n")[2])[0]
    return re.findall(r"(?m)^\| `([^`]+)` \|", part)


def naming(word: str, top: str = "worker") -> set[str]:
    """Return the files whose code (not docstrings or comments) has `word` as a name or in a string."""
    found = set()
    for path in sorted((ROOT / top).rglob("*.py")):
        if "migrations" in path.parts or word not in (source := path.read_text(encoding="utf-8")):
            continue
        tree = ast.parse(source)
        docstrings = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        words = {
            piece
            for node in ast.walk(tree)
            if id(node) not in docstrings
            for text in (
                getattr(node, "id", None),
                getattr(node, "attr", None),
                getattr(node, "arg", None),
                getattr(node, "value", None),
            )
            if isinstance(text, str)
            for piece in re.findall(r"\w+", text)
        }
        if word in words:
            found.add(path.relative_to(ROOT).as_posix())
    return found


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:worker|tests|config|docs)/[\w./]+)`", TEXT))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_an_article_field_touches_at_most_eight_source_files() -> None:
    files = listed("An article field")
    assert 4 < len(files) <= 8
    assert len(set(files)) == len(files)


def test_every_file_that_names_an_article_field_is_listed() -> None:
    assert naming(FIELD) - READERS_OF_THE_FIELD <= set(listed("An article field"))


def test_only_its_own_module_and_the_list_of_sinks_name_a_sink() -> None:
    assert naming("RemoteStream") <= set(listed("A sink"))


def test_only_its_own_module_and_the_parser_name_a_feed_format() -> None:
    reading = naming("jsonfeed", "worker/feeds") - naming("jsonfeed", "worker/feeds/output")
    assert reading <= set(listed("A feed format"))


@pytest.mark.parametrize("setting", ["fetch_max_bytes", "contact"])
def test_a_setting_is_declared_in_the_files_listed(setting: str) -> None:
    declared = {file for file in listed("A setting") if setting in (ROOT / file).read_text(encoding="utf-8")}
    expected = {"worker/config/settings.py", "config/wiredesk.toml", "docs/settings.md"}
    if Settings.model_fields[setting].default is None:
        expected.add("worker/config/template.py")
    assert declared == expected


def test_the_router_of_a_module_of_routes_is_included_by_the_app() -> None:
    module, models, app, query = listed("A route")
    assert Path(module).stem in (ROOT / app).read_text(encoding="utf-8")
    assert "ChangePage" in (ROOT / models).read_text(encoding="utf-8")
    assert "def after" in (ROOT / query).read_text(encoding="utf-8")
