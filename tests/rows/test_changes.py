"""Several lines of one article in a page of the log are one change for a reader of whole articles."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import Cause, ChangeKind
from worker.rows.changes import merge_lines


def line(number: int, kind: str, *changed: str, article_id: int | None = 1, words: int = 0) -> dict[str, Any]:
    cause = "extractor" if kind == "refreshed" else "publisher"
    return {
        "id": number,
        "article_id": article_id,
        "kind": kind,
        "changed": list(changed),
        "cause": cause,
        "words_added": words,
        "words_removed": 1,
    }


@pytest.mark.parametrize(
    ("kinds", "change"),
    [
        (["created", "revised", "story"], "created"),
        (["created", "removed"], "created"),
        (["revised", "refreshed", "story"], "revised"),
        (["revised", "removed"], "removed"),
        (["removed", "restored", "refreshed"], "restored"),
        (["refreshed", "story"], "story"),
    ],
)
def test_what_began_in_the_page_is_created_and_otherwise_the_last_kind_that_matters_counts(
    kinds: list[str], change: str
) -> None:
    (one,) = merge_lines([line(number, kind) for number, kind in enumerate(kinds, 1)])
    assert (one.change, one.id) == (change, len(kinds))


def test_fields_are_united_in_order_and_words_are_summed() -> None:
    found = merge_lines(
        [
            line(1, "revised", "title", "text", words=5),
            line(2, "revised", "text", article_id=2),
            line(3, "refreshed", "tags", "text", words=2),
        ]
    )
    assert [(one.article_id, one.id) for one in found] == [(2, 2), (1, 3)]
    assert found[1].changed == ("title", "text", "tags")
    assert (found[1].words_added, found[1].words_removed) == (7, 2)
    assert (found[1].change, found[1].cause) == ("revised", "publisher")


@given(st.lists(st.tuples(st.sampled_from(sorted(ChangeKind)), st.none() | st.integers(1, 4)), max_size=30))
def test_each_article_comes_once_at_its_last_line(page: list[tuple[str, int | None]]) -> None:
    lines = [line(number, kind, article_id=of) for number, (kind, of) in enumerate(page)]
    found = merge_lines(lines)
    last = {of: number for number, (_, of) in enumerate(page) if of is not None}
    assert {one.article_id: one.id for one in found} == last
    assert [one.id for one in found] == sorted(one.id for one in found)
    assert all(one.cause in set(Cause) for one in found)
