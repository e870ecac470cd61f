"""Leases of an earlier run are released at once, and its attempts are not counted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.store.rows import added_feed, discovered_entry, fetched_page
from worker.rows.hosts import HostClaim, TurnEnd
from worker.rows.pages import PageClaim
from worker.store import Store, entries, feeds, hosts, pages, recovery, sinks
from worker.store.db import rows

NOW = datetime(2100, 1, 1, tzinfo=UTC)
"""A new host is free from the clock's own now on, so the tests take place later."""
LEASE = timedelta(minutes=3)
LATER = NOW + timedelta(seconds=20)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url, pool_size=1)
    yield store
    store.close()


@pytest.fixture
def held(store: Store) -> Store:
    """A host in its turn, with its feed and an entry taken, and a page claimed for extraction."""
    with store.begin() as db:
        feed = added_feed(db, now=NOW)
        entry = discovered_entry(db, feed, "https://news.example/1", now=NOW)
        [host] = hosts.claim(db, "poll", now=NOW, lease=LEASE, limit=9)
        assert feeds.take_due(db, [host.id], now=NOW, lease=LEASE, limit=9)
        assert entries.take_due(db, [host.id], now=NOW, lease=LEASE, limit=9)
        fetched_page(db, entry, due_at=NOW + LEASE)
    return store


def test_everything_is_due_again_at_once(held: Store) -> None:
    with held.begin() as db:
        assert not hosts.claim(db, "fetch", now=LATER, lease=LEASE, limit=9)

        released = recovery.release_all(db, LATER)

        assert (released.hosts, released.feeds, released.entries, released.pages) == (1, 1, 1, 1)
        [host] = hosts.claim(db, "poll", now=LATER, lease=LEASE, limit=9)
        [feed] = feeds.take_due(db, [host.id], now=LATER, lease=LEASE, limit=9)
        [entry] = entries.take_due(db, [host.id], now=LATER, lease=LEASE, limit=9)
        assert (feed.attempts, entry.attempts) == (1, 1), "the attempt of the last run is not counted"
        assert len(pages.claim(db, now=LATER, lease=LEASE, limit=9)) == 1


def test_a_message_of_the_last_run_finds_nothing(held: Store) -> None:
    with held.begin() as db:
        [before] = rows(db, "SELECT id, lease FROM hosts")
        recovery.release_all(db, LATER)
        old = HostClaim(before["id"], before["lease"])
        assert hosts.take(db, [old], now=LATER, lease=LEASE) == []
        assert pages.take(db, [PageClaim(1, 1)], now=LATER, lease=LEASE) == []


def test_a_host_that_rests_goes_on_resting(held: Store) -> None:
    rest = LATER + timedelta(hours=1)
    with held.begin() as db:
        [host] = rows(db, "SELECT id, lease FROM hosts")
        end = TurnEnd(
            id=host["id"],
            lease=host["lease"],
            free_at=rest,
            rest_until=rest,
            errors=1,
            reason="timeout",
            detail=None,
            requests=1,
        )
        assert hosts.release(db, [end], now=LATER)
        recovery.release_all(db, LATER)
        assert rows(db, "SELECT free_at, poll_due_at FROM hosts") == [{"free_at": rest, "poll_due_at": rest}]


def test_what_waits_for_its_time_goes_on_waiting(store: Store) -> None:
    with store.begin() as db:
        added_feed(db, now=NOW + timedelta(hours=5))
        released = recovery.release_all(db, NOW)
        assert (released.feeds, released.entries) == (0, 0)
        assert not hosts.claim(db, "poll", now=LATER, lease=LEASE, limit=9)


def test_a_sink_that_a_worker_of_the_last_run_held_can_be_claimed_at_once(store: Store) -> None:
    with store.begin() as db:
        assert len(sinks.claim(db, now=LATER, lease=LEASE, room=9, most=9)) == 1
        assert sinks.claim(db, now=LATER, lease=LEASE, room=9, most=9) == []
        assert recovery.release_all(db, LATER).sinks == 1
        assert len(sinks.claim(db, now=LATER, lease=LEASE, room=9, most=9)) == 1
