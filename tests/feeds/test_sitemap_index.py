"""Which sitemaps of an index are read: the newest by name and date, the last changed, and in time all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.formats.sitemap import Child
from worker.feeds.sitemap_index import Memory, Pick, Remembered, choose, in_order, numbers, rank

BASE = "https://s.example/"
OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)


def named(*names: str) -> list[Child]:
    return [Child(BASE + name) for name in names]


@pytest.mark.parametrize(
    ("names", "newest"),
    [
        (["a-1.xml", "a-10.xml", "a-9.xml"], "a-10.xml"),
        (["2026-11.xml", "2026-12.xml", "2025-12.xml"], "2026-12.xml"),
        (["sitemap-20261130.xml", "sitemap-20261129.xml"], "sitemap-20261130.xml"),
        (["30-11-2026.xml", "31-10-2026.xml"], "30-11-2026.xml"),
        (["m.xml?yyyy=2026&mm=11&dd=02", "m.xml?yyyy=2026&mm=11&dd=10"], "m.xml?yyyy=2026&mm=11&dd=10"),
        (["2026/11/1.xml", "2026/11/2.xml", "2026/10/9.xml"], "2026/11/2.xml"),
        (["posts.xml", "news.xml", "tags.xml"], "news.xml"),
        (["a.xml", "b.xml"], "b.xml"),
        (["tag-news.xml", "posts.xml"], "posts.xml"),
    ],
)
def test_dates_and_numbers_in_names_show_the_newest_sitemap(names: list[str], newest: str) -> None:
    assert in_order(named(*names))[0].url == BASE + newest


def test_dates_of_change_count_before_names_if_they_differ() -> None:
    assert in_order([Child(BASE + "1.xml", NEW), Child(BASE + "2.xml", OLD)])[0].url == BASE + "1.xml"
    assert in_order([Child(BASE + "1.xml", NEW), Child(BASE + "2.xml", NEW)])[0].url == BASE + "2.xml"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("news-sitemap.xml", 0),
        ("post-sitemap2.xml", 1),
        ("static/sitemap-1.xml", 1),
        ("page/2/sitemap.xml", 1),
        ("sitemap.xml?page=3", 1),
        ("sitemap-page-3.xml", 1),
        ("sitemap-archive-2020.xml", 1),
        ("tagblatt/sitemap.xml", 1),
        ("montag.xml", 1),
        ("page-sitemap.xml", 2),
        ("wp-sitemap-posts-page-1.xml", 2),
        ("wp-sitemap-posts-post-1.xml", 1),
        ("wp-sitemap-taxonomies-category-1.xml", 2),
        ("wp-sitemap-users-1.xml", 2),
        ("post_tag-sitemap.xml", 2),
        ("tags/1.xml", 2),
        ("news-images.xml", 2),
    ],
)
def test_names_say_whether_a_sitemap_lists_articles(path: str, expected: int) -> None:
    assert rank(BASE + path) == expected


def test_numbers_begin_with_the_date() -> None:
    assert numbers(BASE + "part-7/2026-11-30.xml") == (2026, 11, 30, 7)
    assert numbers(BASE + "sitemap.xml") == ()


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40))
def test_any_numbers_are_read_as_a_memory(stored: list[int]) -> None:
    memory = Memory.unpacked(stored)
    assert Memory.unpacked(memory.packed()) == memory


@given(st.lists(st.tuples(*[st.integers(0, 99)] * 3), max_size=9), st.lists(st.integers(0, 99), max_size=4))
def test_a_memory_is_kept(read: list[tuple[int, int, int]], changed: list[int]) -> None:
    memory = Memory(tuple(Remembered(*one) for one in read), tuple(changed))
    assert Memory.unpacked(memory.packed()) == memory


def test_nothing_is_chosen_from_nothing() -> None:
    assert all(choose([], Memory(), pick) is None for pick in Pick)
