"""Entries: one for each thing that feeds announce, however many announce it at the same moment."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

from tests.store.racing import at_once, begun
from tests.store.rows import NOW, added_feed, discovered_entry, host_of, item, stored_article
from worker.model import EntryState
from worker.rows.entries import EntryUpdate, PagelessEntry
from worker.store import Connection, Store, entries, feeds, sightings, stats
from worker.store.db import rows, run, value

LEASE = timedelta(minutes=3)
LATER = NOW + timedelta(hours=1)


def one(db: Connection, entry_id: int) -> dict[str, object]:
    return dict(rows(db, "SELECT * FROM entries WHERE id = :id", id=entry_id)[0])


def test_two_feeds_that_bring_one_entry_at_the_same_moment_make_one(store: Store) -> None:
    with store.begin() as db:
        here, there = added_feed(db), added_feed(db, "https://other.example/feed.xml")
    both = [item(f"https://news.example/{n}") for n in range(50)]

    def poll(feed_id: int, order: int) -> dict[UUID, int]:
        with store.begin() as db:
            return entries.insert(db, feed_id, both[::order], now=NOW)

    def poller(feed_id: int, order: int):  # type: ignore[no-untyped-def]
        def work(barrier: Barrier) -> dict[UUID, int]:
            barrier.wait()
            return poll(feed_id, order)

        return work

    # In opposite orders: who would wait for each other in turns, if insert did not sort them.
    made = at_once(poller(here, 1), poller(there, -1))

    assert len(made[0]) + len(made[1]) == 50
    assert not made[0].keys() & made[1].keys()


def test_the_second_transaction_to_insert_an_entry_waits_and_finds_it_stored(store: Store) -> None:
    same = item("https://news.example/a")
    with store.begin() as db:
        here, there = added_feed(db), added_feed(db, "https://other.example/feed.xml")

    def second() -> dict[UUID, int]:
        with store.begin() as db:
            return entries.insert(db, there, [same], now=NOW)

    with store.begin() as first:
        (first_id,) = entries.insert(first, here, [same], now=NOW).values()
        with begun(second, store) as waiting:
            first.commit()
            assert waiting.result(10) == {}

    with store.begin() as db:
        (known,) = entries.known(db, there, keys=[same.key], guid_keys=[])
    assert (known.id, known.feed_id) == (first_id, here)


def test_an_entry_is_known_by_its_key_everywhere_and_by_its_guid_in_its_own_feed(store: Store) -> None:
    with store.begin() as db:
        here, there = added_feed(db), added_feed(db, "https://other.example/feed.xml")
        entry_id = discovered_entry(db, here, "https://news.example/a")
        guid = item("https://news.example/a").guid_key
        assert guid is not None
        assert [k.id for k in entries.known(db, here, keys=[], guid_keys=[guid])] == [entry_id]
        assert entries.known(db, there, keys=[], guid_keys=[guid]) == []
        assert [k.id for k in entries.known(db, there, keys=[guid], guid_keys=[])] == [entry_id]


def test_seeing_an_entry_again_moves_only_its_last_sighting(store: Store) -> None:
    seen = item("https://news.example/a", item_hash=7)
    with store.begin() as db:
        feed_id = added_feed(db)
        (entry_id,) = entries.insert(db, feed_id, [seen], now=NOW).values()
        sightings.see(db, feed_id, [(entry_id, seen), (entry_id, seen)], now=NOW)
        sightings.see(db, feed_id, [(entry_id, replace(seen, position=4))], now=LATER)
        sightings.see_again(db, feed_id, [7], now=LATER + LEASE)
        (sighting,) = rows(db, "SELECT position, first_seen_at, last_seen_at FROM sightings")
    assert sighting == {"position": 4, "first_seen_at": NOW, "last_seen_at": LATER + LEASE}


def test_an_edit_keeps_the_known_date_and_makes_a_stored_page_be_looked_at_again(store: Store) -> None:
    with store.begin() as db:
        feed_id = added_feed(db)
        waiting = discovered_entry(db, feed_id, "https://news.example/waiting")
        stored_article(db, url="https://news.example/stored", feed_id=feed_id)
        run(
            db,
            "UPDATE entries SET published = :at, host_id = :host",
            at=NOW,
            host=host_of(db, "https://n.example"),
        )
        stored = value(db, "SELECT id FROM entries WHERE state = 'stored'")
        edit_hash = uuid4()
        new = item("https://news.example/stored", title="Another title", edit_hash=edit_hash)
        entries.edit(db, [(stored, new), (waiting, new)], now=LATER)
        edited, other = one(db, stored), one(db, waiting)

    assert (edited["title"], edited["published"], edited["edit_hash"]) == ("Another title", NOW, edit_hash)
    assert (edited["due_at"], other["due_at"]) == (LATER, NOW)


def test_a_turn_takes_due_entries_once_and_their_lease_brings_them_back(store: Store) -> None:
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://news.example/a")
        host_id = value(db, "SELECT host_id FROM entries")
        (taken,) = entries.take_due(db, [host_id], now=NOW, lease=LEASE, limit=9)
        assert (taken.id, taken.attempts, taken.state) == (entry_id, 1, EntryState.WAITING)
        assert entries.take_due(db, [host_id], now=NOW, lease=LEASE, limit=9) == []
        (again,) = entries.take_due(db, [host_id], now=NOW + LEASE, lease=LEASE, limit=9)
        assert again.attempts == 2


def test_an_entry_given_back_is_due_at_once_and_was_not_tried(store: Store) -> None:
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://news.example/a")
        host_id = value(db, "SELECT host_id FROM entries")
        entries.take_due(db, [host_id], now=NOW, lease=LEASE, limit=9)
        entries.give_back(db, [entry_id], now=NOW)
        (again,) = entries.take_due(db, [host_id], now=NOW, lease=LEASE, limit=9)
        assert again.attempts == 1


def test_saving_forgets_the_attempts_and_keeps_validators_that_did_not_come_again(store: Store) -> None:
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://news.example/a")
        host_id = value(db, "SELECT host_id FROM entries")
        entries.take_due(db, [host_id], now=NOW, lease=LEASE, limit=9)
        first = EntryUpdate(id=entry_id, state=EntryState.WAITING, due_at=LATER, errors=1, etag='"1"')
        entries.save(db, [first], now=NOW)
        entries.save(db, [replace(first, etag=None, errors=2)], now=NOW)
        row = one(db, entry_id)
    assert (row["attempts"], row["errors"], row["etag"], row["due_at"]) == (0, 2, '"1"', LATER)


def test_entries_without_a_page_are_found_with_whether_their_feed_said_enough(store: Store) -> None:
    bare = replace(item("guid 1"), url=None)
    told = replace(item("guid 2"), url=None, summary="<p>text")
    with store.begin() as db:
        feed_id = added_feed(db)
        ids = entries.insert(db, feed_id, [bare, told], now=NOW)
        discovered_entry(db, feed_id, "https://news.example/with-a-page")
        assert entries.without_page(db, now=NOW, limit=9) == [
            PagelessEntry(ids[bare.key], EntryState.WAITING, 0, has_text=False),
            PagelessEntry(ids[told.key], EntryState.WAITING, 0, has_text=True),
        ]


def test_the_identity_counts_discoveries_and_states_apart(store: Store) -> None:
    with store.begin() as db:
        feed_id = added_feed(db)
        for name in "abc":
            discovered_entry(db, feed_id, f"https://news.example/{name}")
        found = stats.identity(db)
        assert (found.discovered, found.waiting, found.holds) == (3, 3, True)

        run(db, "DELETE FROM sightings")
        run(db, "DELETE FROM entries WHERE url LIKE '%/a'")
        assert not stats.identity(db).holds
        assert not stats.identity(db, feed_id=feed_id).holds


def test_the_identity_holds_when_a_feed_is_removed(store: Store) -> None:
    with store.begin() as db:
        stored_article(db)
        feed_id = added_feed(db, "https://other.example/feed.xml")
        discovered_entry(db, feed_id, "https://other.example/a")
        assert feeds.remove(db, feed_id, now=NOW)
        found = stats.identity(db)
    assert (found.discovered, found.stored, found.waiting) == (2, 1, 1)
    assert found.holds
