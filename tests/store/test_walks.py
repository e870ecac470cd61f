"""Walks: taken with their hosts, moved by their table, and counted."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.store.rows import NOW, added_feed, discovered_entry, host_of, item
from worker.model import WALK_MOVES, GapFill, WalkEvent, WalkState
from worker.rows.walks import Walk, WalkUpdate
from worker.store import Connection, Store, entries, gaps, hosts, stats, walks
from worker.store.db import rows, run, value
from worker.store.walks import ARCHIVED

LEASE = timedelta(minutes=3)
NEXT = "https://news.example/feed.xml?paged=2"


@pytest.fixture
def db(store: Store) -> Iterator[Connection]:
    with store.begin() as connection:
        yield connection


def begun(db: Connection, **values: Any) -> Walk:
    feed_id = added_feed(db)
    wanted: dict[str, Any] = {
        "host_id": host_of(db, NEXT),
        "kind": "page",
        "url": NEXT,
        "since": None,
        "pages": 9,
    }
    walk_id = walks.begin(db, feed_id, **(wanted | {"due_at": NOW} | values))
    found = walks.open_one(db, walk_id)
    assert found is not None
    return found


def update(walk: Walk, event: WalkEvent, **values: Any) -> WalkUpdate:
    given: dict[str, Any] = {
        "host_id": walk.host_id,
        "kind": walk.kind,
        "next_url": walk.next_url,
        "ahead": [],
        "seen": [],
        "due_at": NOW,
        "reason": None if event in (WalkEvent.READ, WalkEvent.POSTPONED) else "overlap",
    }
    return WalkUpdate(id=walk.id, event=event, **(given | values))


def test_a_due_walk_wakes_its_host_and_is_taken_once(db: Connection) -> None:
    walk = begun(db)
    run(db, "UPDATE feeds SET state = 'paused', due_at = NULL")
    hosts.wake(db, [walk.host_id])
    assert value(db, "SELECT poll_due_at FROM hosts WHERE id = :id", id=walk.host_id) == NOW
    assert [one.id for one in walks.take_due(db, [walk.host_id], now=NOW, lease=LEASE)] == [walk.id]
    assert walks.take_due(db, [walk.host_id], now=NOW, lease=LEASE) == []
    walks.give_back(db, walk.id, now=NOW)
    (again,) = walks.take_due(db, [walk.host_id], now=NOW, lease=LEASE)
    assert again.attempts == 1


def test_a_walk_of_a_command_is_not_taken_by_workers(db: Connection) -> None:
    walk = begun(db, due_at=None)
    assert walks.take_due(db, [walk.host_id], now=NOW + LEASE, lease=LEASE) == []


@pytest.mark.parametrize(("state", "event"), list(product(WalkState, WalkEvent)))
def test_a_walk_moves_by_its_table_and_no_other(db: Connection, state: WalkState, event: WalkEvent) -> None:
    walk = begun(db)
    run(
        db,
        """UPDATE walks SET state = :state, due_at = CASE WHEN :state = 'open' THEN due_at END,
        reason = CASE WHEN :state <> 'open' THEN 'pages' END""",
        state=state,
    )
    if event is WalkEvent.RESUME:
        walks.resume(db, walk.id, pages=1, since=None)
    elif state is WalkState.OPEN:
        walks.save(db, update(walk, event), now=NOW)
    assert value(db, "SELECT state FROM walks") == WALK_MOVES.get((state, event), state)


def test_what_a_page_brought_is_added_up_and_counts_as_discovered(db: Connection) -> None:
    walk = begun(db)
    entries.insert(db, walk.feed_id, [item("https://news.example/old")], now=NOW)
    walks.save(db, update(walk, WalkEvent.READ, pages=1, found=1, known=2, oldest=NOW), now=NOW)
    walks.save(db, update(walk, WalkEvent.READ, pages=1, oldest=NOW - LEASE, seen=[5]), now=NOW)
    found = walks.open_one(db, walk.id)
    assert found is not None
    assert (found.pages, found.found, found.known, found.seen) == (2, 1, 2, [5])
    assert walks.found_so_far(db, walk.id) == 1
    told = walks.progress(db, walk.id)
    assert told is not None
    assert told["oldest"] == NOW - LEASE
    assert stats.identity(db).holds


def test_a_page_that_was_saved_meanwhile_is_not_saved_again(db: Connection) -> None:
    walk = begun(db)
    assert walks.lock(db, walk)
    walks.save(db, update(walk, WalkEvent.READ, pages=1), now=NOW)
    assert not walks.lock(db, walk)


def test_the_newest_unfinished_walk_of_a_command_can_be_resumed(db: Connection) -> None:
    gap_id = gaps.record(db, added_feed(db), noticed_at=NOW, since=NOW, before=None, after=None)
    begun(db, gap_id=gap_id)
    assert walks.resumable(db, added_feed(db)) is None
    walk = begun(db, due_at=None, pages=2)
    walks.save(db, update(walk, WalkEvent.FAILED, pages=2, reason="pages"), now=NOW)
    assert (walks.resumable(db, walk.feed_id) or {})["id"] == walk.id
    assert walks.resume(db, walk.id, pages=5, since=None)
    assert value(db, "SELECT pages_limit FROM walks WHERE id = :id", id=walk.id) == 7
    walks.save(db, update(walk, WalkEvent.ENDED), now=NOW)
    assert walks.resumable(db, walk.feed_id) is None
    assert not walks.resume(db, walk.id, pages=5, since=None)


def test_a_sighting_in_the_archive_leaves_the_sighting_in_the_document_unchanged(db: Connection) -> None:
    walk = begun(db)
    seen = discovered_entry(db, walk.feed_id, "https://news.example/1")
    only = item("https://news.example/2", position=3)
    old = entries.insert(db, walk.feed_id, [only], now=NOW)[only.key]
    walks.sight(db, walk.feed_id, [(seen, item("https://news.example/1", position=7)), (old, only)], now=NOW)
    positions = {
        row["entry_id"]: row["position"] for row in rows(db, "SELECT entry_id, position FROM sightings")
    }
    assert positions == {seen: 0, old: ARCHIVED + 3}
    assert gaps.newest_title(db, walk.feed_id) is None
    assert walks.seen_before(db, walk.feed_id, [seen, old], before=NOW) == set()
    assert walks.seen_before(db, walk.feed_id, [seen, old], before=NOW + LEASE) == {seen, old}
    assert len(walks.sample_links(db, walk.feed_id)) == 2


def test_a_gap_says_what_became_of_its_walk(db: Connection) -> None:
    feed_id = added_feed(db)
    gap_id = gaps.record(db, feed_id, noticed_at=NOW, since=NOW, before="a", after="b")
    assert gaps.recent(db)[0]["fill"] == "unfilled"
    walks.of_gap(db, gap_id, GapFill.PARTLY, found=3, reason="pages")
    (told,) = gaps.recent(db, feed_id=feed_id)
    assert (told["fill"], told["found"], told["reason"]) == ("partly", 3, "pages")


def test_walks_go_with_their_feed(db: Connection) -> None:
    walk = begun(db)
    run(db, "DELETE FROM feeds WHERE id = :id", id=walk.feed_id)
    assert walks.progress(db, walk.id) is None
