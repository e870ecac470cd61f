"""Blocks, durations and times as a page shows them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.web.api.models import ArticleBlock, Link
from worker.web.render import format_duration, format_instant, groups, relative_time, segments

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PLACES = st.integers(-3, 30)
LINKS = st.lists(st.builds(Link, start=PLACES, end=PLACES, url=st.just("https://else.example/")))


def block(kind: str, text: str = "x") -> ArticleBlock:
    return ArticleBlock(kind=kind, text=text)


@given(st.text(max_size=25), LINKS)
def test_no_character_is_lost_or_doubled_whatever_the_links(text: str, links: list[Link]) -> None:
    pieces = list(segments(ArticleBlock(kind="paragraph", text=text, links=links)))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)


def test_a_link_covers_exactly_its_characters() -> None:
    linked = ArticleBlock(
        kind="paragraph", text="Read more here.", links=[Link(start=5, end=9, url="https://a.example/")]
    )
    assert list(segments(linked)) == [("Read ", None), ("more", "https://a.example/"), (" here.", None)]


def test_neighbouring_list_items_make_one_list() -> None:
    kinds = ["paragraph", "list_item", "list_item", "paragraph", "paragraph", "list_item"]
    found = [(kind, len(blocks)) for kind, blocks in groups([block(kind) for kind in kinds])]
    assert found == [("paragraph", 1), ("list_item", 2), ("paragraph", 1), ("paragraph", 1), ("list_item", 1)]


@pytest.mark.parametrize(
    "seconds, words",
    [(0.4, "0 s"), (1, "1 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (172800, "2 d")],
)
def test_a_duration_is_formatted_in_its_largest_unit(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words


def test_a_time_is_formatted_relative_to_now() -> None:
    assert relative_time(NOW - timedelta(minutes=3), NOW) == "3 min ago"
    assert relative_time(NOW + timedelta(hours=2), NOW) == "in 2 h"
    assert relative_time(NOW, NOW) == "now"
    assert format_instant(NOW) == "2026-05-04 12:00:00 UTC"
