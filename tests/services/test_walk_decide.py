"""What a page of an archive means for its walk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.documents import rss
from worker.fetch.reply import Failure, Reply
from worker.model import GapFill
from worker.outcome import Reason, Refusal
from worker.rows.walks import Walk
from worker.services.walk.decide import (
    ArchivePage,
    WalkEnd,
    gap_fill,
    read_archive_page,
    until_known,
    without_page,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOME = "https://p.example"
WALK = Walk(
    id=1,
    feed_id=1,
    gap_id=None,
    host_id=1,
    attempts=0,
    errors=0,
    kind="page",
    next_url=f"{HOME}/2",
    ahead=[],
    seen=[],
    since=None,
    pages=0,
    pages_limit=9,
    found=0,
    known=0,
    feed_url=f"{HOME}/feed",
    noticed_at=None,
)
FOR_A_GAP: dict[str, Any] = {"gap_id": 1, "since": NOW - timedelta(days=2), "noticed_at": NOW}


def walk(**changes: Any) -> Walk:
    return replace(WALK, **changes)


def item(name: str, age: float | None = None) -> str:
    dated = (
        f"<pubDate>{NOW - timedelta(days=age):%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if age is not None else ""
    )
    return f"<item><title>{name}</title><link>{HOME}/{name}</link>{dated}</item>"


def page(one: Walk, *items: str, further: str | None = None) -> ArchivePage:
    link = f'<atom:link rel="next" href="{further}"/>' if further else ""
    found = read_archive_page(
        one, reply(one, rss("".join(items), channel=f"<title>x</title>{link}")), links=[]
    )
    assert isinstance(found, ArchivePage)
    return found


def reply(one: Walk, body: bytes) -> Reply:
    return Reply(url=one.next_url, status=200, body=body, size=len(body))


def names(found: ArchivePage) -> list[str]:
    return [str(entry.title) for entry in found.entries]


def test_a_page_brings_entries_and_the_place_of_older_ones() -> None:
    found = page(walk(), item("a"), item("b"), further="/3")
    assert (names(found), [place.url for place in found.ahead], found.end) == (
        ["a", "b"],
        [f"{HOME}/3"],
        None,
    )


def test_the_last_page_of_an_archive_ends_the_walk() -> None:
    assert page(walk(), item("a")).end is WalkEnd.ARCHIVE_END
    assert page(walk(kind="feed"), item("a")).end is WalkEnd.NO_ARCHIVE


@pytest.mark.parametrize("further", [f"{HOME}/2", f"{HOME}/1"])
def test_no_page_of_an_archive_is_requested_twice(further: str) -> None:
    first = page(walk(next_url=f"{HOME}/1"), item("a"), further="/2")
    second = walk(seen=list(first.seen))
    assert page(second, item("b"), further=further).end is WalkEnd.LOOP


def test_the_same_entries_again_are_a_loop_whatever_their_address() -> None:
    first = page(walk(next_url=f"{HOME}/1"), item("a"), item("b"), further="/2")
    again = page(walk(seen=list(first.seen)), item("b"), item("a"), further="/3")
    assert (again.entries, again.end) == ((), WalkEnd.LOOP)


def test_a_walk_ends_at_its_page_limit() -> None:
    assert page(walk(pages=8), item("a"), further="/3").end is WalkEnd.PAGES
    assert page(walk(pages=8), item("a")).end is WalkEnd.ARCHIVE_END


def test_a_page_of_entries_older_than_wanted_ends_the_walk() -> None:
    since = walk(since=NOW - timedelta(days=5))
    mixed = page(since, item("a", 4), item("b", 6), further="/3")
    assert (names(mixed), mixed.end) == (["a"], None)
    assert page(since, item("a", 6), item("b", 7), further="/3").end is WalkEnd.SINCE
    assert names(page(since, item("a"))) == ["a"]


def test_the_walk_for_a_gap_takes_only_entries_that_may_lie_in_the_gap() -> None:
    one = walk(**FOR_A_GAP)
    assert names(page(one, item("new", -1), item("in", 1), item("slack", 2.5), item("old", 4))) == [
        "in",
        "slack",
    ]


def test_a_page_of_entries_from_before_the_gap_shows_that_the_gap_is_filled() -> None:
    one = walk(**FOR_A_GAP)
    assert page(one, item("a", 5), item("b", 6), further="/3").reaches_back
    assert not page(one, item("a", 5), item("b"), further="/3").reaches_back


def test_an_archive_may_have_documents_without_entries() -> None:
    first = page(walk(next_url=f"{HOME}/1"), further="/2")
    assert page(walk(seen=list(first.seen)), further="/3").end is None


def test_the_walk_for_a_gap_reads_only_the_likeliest_sitemaps_of_an_index() -> None:
    names = ["tags", "p1", "p2", "p3", "news"]
    listed = "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in names)
    body = f"<sitemapindex>{listed}</sitemapindex>".encode()
    for_gap, asked = walk(kind="sitemap", **FOR_A_GAP), walk(kind="sitemap")
    found = [read_archive_page(one, reply(one, body), links=[]) for one in (for_gap, asked)]
    places = [
        [place.url.removeprefix(HOME) for place in one.ahead] for one in found if isinstance(one, ArchivePage)
    ]
    assert places[0] == ["/news.xml", "/p3.xml", "/p2.xml"]
    assert len(places[1]) == 5


def test_a_page_of_an_archive_that_is_not_a_feed_is_refused() -> None:
    found = read_archive_page(walk(), reply(walk(), b"<html><p>Sorry"), links=[])
    assert isinstance(found, Refusal)
    assert found.reason is Reason.NOT_A_FEED


def failed(status: int | None, *, retryable: bool) -> Failure:
    return Failure(refusal=Refusal(Reason.HTTP_GONE), retryable=retryable, url=HOME, status=status)


def test_a_walk_waits_out_temporary_failures_and_skips_missing_pages() -> None:
    ahead = [{"kind": "sitemap", "url": f"{HOME}/news.xml"}]
    assert without_page(walk(ahead=ahead), failed(500, retryable=True)) is None
    assert without_page(walk(kind="archive"), failed(404, retryable=False)) is None
    passed = without_page(walk(kind="archive", ahead=ahead), failed(404, retryable=False))
    assert passed is not None
    assert [place.url for place in passed.ahead] == [f"{HOME}/news.xml"]
    last = without_page(walk(kind="wordpress"), failed(404, retryable=False))
    assert last is not None
    assert last.end is WalkEnd.ARCHIVE_END


def test_without_robots_txt_the_usual_sitemaps_are_tried() -> None:
    found = without_page(walk(kind="site", next_url=f"{HOME}/robots.txt"), failed(404, retryable=False))
    assert found is not None
    assert found.ahead[0].url == f"{HOME}/news-sitemap.xml"


@pytest.mark.parametrize(
    ("end", "found", "becomes"),
    [
        (WalkEnd.OVERLAP, 0, GapFill.FILLED),
        (WalkEnd.OVERLAP, 3, GapFill.FILLED),
        (WalkEnd.PAGES, 3, GapFill.PARTLY),
        (WalkEnd.NO_ARCHIVE, 0, GapFill.UNFILLED),
        (Reason.ROBOTS, 0, GapFill.UNFILLED),
    ],
)
def test_the_end_of_a_walk_decides_how_far_the_gap_is_filled(end: str, found: int, becomes: GapFill) -> None:
    assert gap_fill(end, found=found) is becomes


def test_entries_before_the_first_known_one_were_missed() -> None:
    assert until_known(5, [3, 4]) == (range(3), True)
    assert until_known(5, []) == (range(5), False)


@given(st.binary(max_size=300), st.sampled_from(["feed", "archive", "page", "wordpress", "site", "sitemap"]))
def test_whatever_a_host_serves_a_walk_ends_or_goes_on_to_another_place(body: bytes, kind: str) -> None:
    one = walk(kind=kind)
    found = read_archive_page(one, reply(one, body), links=[])
    if isinstance(found, ArchivePage) and found.end is None:
        assert found.ahead[0].url != one.next_url
