"""Pages: claimed for extraction, read once, kept for a while so that they can be read again."""

from datetime import timedelta
from threading import Barrier

import pytest

from tests.store.racing import at_once
from tests.store.rows import NOW, added_feed, discovered_entry
from worker.rows.pages import NewPage, Page, PageClaim, PageEnd
from worker.store import Connection, Store, pages
from worker.store.db import rows, value

LEASE = timedelta(minutes=3)


def fetched(db: Connection, *numbers: int, due: timedelta = timedelta(0)) -> list[PageClaim]:
    """A fetched page for each of the numbered entries."""
    feed = added_feed(db)
    new = []
    for number in numbers:
        url = f"https://news.example/{number}"
        known = value(db, "SELECT id FROM entries WHERE url = :url", url=url)
        new.append(
            NewPage(
                entry_id=known or discovered_entry(db, feed, url),
                url=url,
                status=200,
                content_type="text/html",
                headers={"etag": '"1"'},
                body=b"\x1f\x8b\x00 raw",
                encoding="gzip",
                size=99,
            )
        )
    return pages.insert(db, new, now=NOW, due_at=NOW + due, expires_at=NOW + timedelta(days=30))


def claim(store: Store, *, after: timedelta = timedelta(0), limit: int = 100) -> list[PageClaim]:
    with store.begin() as db:
        return [c for c, _ in pages.claim(db, now=NOW + after, lease=LEASE, limit=limit)]


def take(store: Store, claims: list[PageClaim]) -> list[Page]:
    with store.begin() as db:
        return pages.take(db, claims, now=NOW, lease=LEASE)


def end(page: Page, state: str = "extracted", extractor: str = "1") -> PageEnd:
    reason = "too-short" if state == "refused" else None
    return PageEnd(page.id, page.lease, state, reason, None, extractor)


def test_a_page_is_returned_as_received_with_what_its_feed_said(store: Store) -> None:
    with store.begin() as db:
        claims = fetched(db, 1)
    (page,) = take(store, claims)
    assert (page.body, page.encoding, page.status, page.url) == (
        b"\x1f\x8b\x00 raw",
        "gzip",
        200,
        page.entry_url,
    )
    assert (page.article_id, page.said.authors) == (None, ())


def test_two_claimers_at_once_never_get_the_same_page(store: Store) -> None:
    with store.begin() as db:
        fetched(db, *range(40))

    def claimer(barrier: Barrier) -> set[int]:
        with store.begin() as db:
            barrier.wait()
            got = pages.claim(db, now=NOW, lease=LEASE, limit=20)
            barrier.wait()
            return {c.id for c, _ in got}

    one, other = at_once(claimer, claimer)
    assert not one & other
    assert len(one | other) == 40


def test_a_page_whose_worker_died_is_due_again_and_counts_the_deaths(store: Store) -> None:
    with store.begin() as db:
        fetched(db, 1)
    for deaths in range(3):
        with store.begin() as db:
            ((again, counted),) = pages.claim(db, now=NOW + LEASE * deaths, lease=LEASE, limit=9)
        assert counted == deaths
        (page,) = take(store, [again])
        assert page.attempts == deaths + 1


def test_a_claim_that_was_never_taken_counts_no_attempt(store: Store) -> None:
    with store.begin() as db:
        fetched(db, 1)
    claim(store)
    with store.begin() as db:
        assert [deaths for _, deaths in pages.claim(db, now=NOW + LEASE, lease=LEASE, limit=9)] == [0]


def test_a_page_can_be_taken_once_and_not_by_an_old_claim(store: Store) -> None:
    with store.begin() as db:
        claims = fetched(db, 1)
    assert len(take(store, claims)) == 1
    assert take(store, claims) == []


def test_only_the_holder_of_the_lease_can_finish(store: Store) -> None:
    with store.begin() as db:
        claims = fetched(db, 1)
    (stale,) = take(store, claims)
    (fresh,) = take(store, claim(store, after=LEASE))
    with store.begin() as db:
        assert pages.lock(db, [PageClaim(stale.id, stale.lease)]) == set()
        assert pages.lock(db, [PageClaim(fresh.id, fresh.lease)]) == {fresh.id}
        pages.finish(db, [end(fresh)])
        assert pages.lock(db, [PageClaim(fresh.id, fresh.lease)]) == set()


def test_a_page_given_back_is_due_at_once_and_was_not_tried(store: Store) -> None:
    with store.begin() as db:
        claims = fetched(db, 1)
    (page,) = take(store, claims)
    with store.begin() as db:
        pages.give_back(db, [PageClaim(page.id, page.lease - 1)], now=NOW)
    assert claim(store) == []
    with store.begin() as db:
        pages.give_back(db, [PageClaim(page.id, page.lease)], now=NOW)
        assert [deaths for _, deaths in pages.claim(db, now=NOW, lease=LEASE, limit=9)] == [0]


def finished(store: Store, number: int, state: str = "extracted", extractor: str = "1") -> int:
    with store.begin() as db:
        claims = fetched(db, number)
    (page,) = take(store, claims)
    with store.begin() as db:
        pages.finish(db, [end(page, state, extractor)])
    return page.id


def test_the_newest_page_of_each_entry_is_read_again(store: Store) -> None:
    finished(store, 1)
    newest = {finished(store, 1), finished(store, 2, "refused")}
    with store.begin() as db:
        assert pages.requeue(db, now=NOW) == 2
    assert {c.id for c in claim(store)} == newest


def test_a_wall_that_came_later_does_not_take_the_place_of_a_page_with_a_text(store: Store) -> None:
    article = finished(store, 1)
    finished(store, 1, "refused")
    with store.begin() as db:
        assert pages.requeue(db, now=NOW) == 1
    assert {c.id for c in claim(store)} == {article}


def test_nothing_old_is_read_again_while_a_newer_page_waits(store: Store) -> None:
    finished(store, 1)
    with store.begin() as db:
        fetched(db, 1)
        assert pages.requeue(db, now=NOW) == 0


def test_what_the_present_extractor_has_read_is_left_alone(store: Store) -> None:
    finished(store, 1, extractor="2")
    old = finished(store, 2, extractor="1")
    with store.begin() as db:
        assert pages.requeue(db, now=NOW, other_than="2") == 1
    assert {c.id for c in claim(store)} == {old}


def test_one_page_can_be_named(store: Store) -> None:
    named, _ = finished(store, 1), finished(store, 2)
    with store.begin() as db:
        assert pages.requeue(db, now=NOW, ids=[named]) == 1


def test_bodies_are_dropped_after_their_retention_but_never_before_they_were_read(store: Store) -> None:
    finished(store, 1)
    with store.begin() as db:
        fetched(db, 2)
        assert pages.expire(db, now=NOW + timedelta(days=29)) == 0
        assert pages.expire(db, now=NOW + timedelta(days=30)) == 1
        assert pages.expire(db, now=NOW + timedelta(days=30)) == 0
        assert pages.requeue(db, now=NOW) == 0
        kept = rows(db, "SELECT state FROM pages WHERE body IS NOT NULL")
    assert kept == [{"state": "fetched"}]


@pytest.mark.parametrize("state", ["extracted", "refused"])
def test_what_was_fetched_for_an_entry_can_be_looked_up(store: Store, state: str) -> None:
    page_id = finished(store, 1, state)
    with store.begin() as db:
        (found,) = pages.of_entry(db, value(db, "SELECT entry_id FROM pages WHERE id = :id", id=page_id))
    assert (found["state"], found["kept"], found["size"]) == (state, True, 99)
