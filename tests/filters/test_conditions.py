"""The values that conditions list are those that articles and lines of the change log can have."""

import re
from pathlib import Path

import pytest

from worker.extract import compare
from worker.extract.topics import choose_kind
from worker.filters import reads
from worker.filters.conditions import CONDITIONS, FIELDS, KINDS
from worker.store.schema import articles

PAGE = (Path(__file__).parents[2] / "docs" / "filters.md").read_text(encoding="utf-8")


def test_every_field_that_a_line_can_name_can_be_a_condition() -> None:
    named = {*compare.EDITED, *compare.OTHERS, *compare.WITH_OTHERS, "url", "state", "story_id"}
    assert named <= set(FIELDS)
    assert set(FIELDS) <= set(articles.c.keys())


def test_every_field_that_a_filter_reads_can_be_named_by_a_line() -> None:
    fields = {field for name in CONDITIONS for field in reads._READS[name]}
    assert fields <= set(FIELDS)


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_is_in_the_table_of_the_manual(name: str) -> None:
    table = "".join(re.findall(r"(?m)^\|([^|]*)\|", PAGE))
    assert f"`{name}`" in table


@pytest.mark.parametrize("name", ["kind", "state", "wire", "rights", "cause"])
def test_the_manual_lists_every_value(name: str) -> None:
    (row,) = re.findall(rf"(?m)^\| `{name}` .*$", PAGE)
    assert {value for value in CONDITIONS[name].values if f"`{value}`" not in row} == set()


def test_every_kind_of_article_that_extraction_gives_can_be_a_condition() -> None:
    source = Path(choose_kind.__code__.co_filename).read_text(encoding="utf-8")
    named = set(re.findall(r'"(article|live-blog|video|audio|gallery|index-page)"', source))
    assert named == set(KINDS)
