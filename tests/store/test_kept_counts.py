"""Kept counts equal the rows at every instant, whatever writes at the same time, and writers do not wait."""

import random
from datetime import timedelta
from threading import Barrier, Event

from tests.store import rows
from tests.store.racing import at_once
from worker.outcome import Reason
from worker.store import Store, feeds, kept_counts, stats
from worker.store.db import run, value

WRITERS = 3
STEPS = 30
"""Transactions of each writer: enough for folds and readers to fall between all kinds of them."""


def write(store: Store, seed: int) -> None:
    """Do what polls, fetches, purges and operators do, in an order by chance; a tenth is rolled back."""
    chance = random.Random(seed)
    for step in range(STEPS):
        now = rows.NOW + timedelta(days=chance.randrange(3))
        url = f"https://host{seed}.example/{step}"
        with store.begin() as db:
            feed_id = rows.added_feed(db, f"https://host{seed}.example/feed{step % 4}", now=now)
            act = chance.randrange(6)
            if act == 0:
                rows.refused_entry(db, feed_id, url, chance.choice(list(Reason)), now=now)
            elif act == 1:
                rows.discovered_entry(db, feed_id, url, now=now)
            elif act == 2:
                feeds.remove(db, feed_id, now=now)
            elif act == 3:
                run(db, "DELETE FROM entries WHERE feed_id = :id AND state <> 'stored'", id=feed_id)
            elif act == 4:
                run(db, "UPDATE entries SET errors = errors + 1 WHERE feed_id = :id", id=feed_id)
            else:
                rows.stored_article(db, url=url, feed_id=feed_id, now=now)
            if chance.random() < 0.1:
                db.rollback()


def test_kept_counts_equal_the_rows_in_every_snapshot_while_many_write_and_two_fold(store: Store) -> None:
    done = Event()
    left = iter(range(WRITERS - 1))

    def writing(seed: int, barrier: Barrier) -> int:
        barrier.wait()
        try:
            write(store, seed)
        finally:
            if next(left, None) is None:
                done.set()
        return 0

    def folding(barrier: Barrier) -> int:
        barrier.wait()
        folded = 0
        while not done.is_set():
            with store.begin() as db:
                folded += kept_counts.fold(db, limit=5)
        return folded

    def reading(barrier: Barrier) -> int:
        barrier.wait()
        seen = 0
        while not done.is_set():
            with store.begin() as db:
                assert kept_counts.differences(db) == []
            seen += 1
        return seen

    works = [lambda barrier, seed=seed: writing(seed, barrier) for seed in range(WRITERS)]
    *_, first_fold, second_fold, looks = at_once(*works, folding, folding, reading)

    assert first_fold + second_fold > 0
    assert looks > 0
    with store.begin() as db:
        kept_counts.fold(db)
        assert value(db, "SELECT count(*) FROM count_deltas") == 0
        assert kept_counts.differences(db) == []
        assert stats.identity(db).stored == value(db, "SELECT count(*) FROM entries WHERE state = 'stored'")


def test_two_writers_of_the_same_count_do_not_wait_for_each_other(store: Store) -> None:
    with store.begin() as db:
        feed_id = rows.added_feed(db)
        kept_counts.fold(db)

    with store.begin() as first:
        run(first, "SET LOCAL lock_timeout = '5s'")
        rows.refused_entry(first, feed_id, "https://news.example/1", Reason.CONSENT_WALL)
        with store.begin() as second:
            run(second, "SET LOCAL lock_timeout = '1ms'")
            other = rows.added_feed(second, "https://other.example/feed")
            rows.refused_entry(second, other, "https://other.example/2", Reason.CONSENT_WALL)

    with store.begin() as db:
        assert stats.refusals(db) == {Reason.CONSENT_WALL: 2}


def test_a_count_that_drifted_is_found_and_repaired(store: Store) -> None:
    with store.begin() as db:
        feed_id = rows.added_feed(db)
        run(db, "ALTER TABLE entries DISABLE TRIGGER count_insert")
        rows.discovered_entry(db, feed_id, "https://news.example/1")
        run(db, "ALTER TABLE entries ENABLE TRIGGER count_insert")

        (found,) = kept_counts.differences(db)
        assert (found.subject, found.state, found.kept, found.counted) == ("entries", "waiting", 0, 1)
        assert kept_counts.repair(db) == 1
        assert kept_counts.differences(db) == []


def test_rates_are_growth_a_minute_since_the_last_sample_before_the_time_asked_about(store: Store) -> None:
    later = rows.NOW + timedelta(minutes=4)
    with store.begin() as db:
        assert kept_counts.rates(db, now=rows.NOW, over=timedelta(minutes=3)) == {}
        assert kept_counts.fold_when_due(db, now=rows.NOW)
        assert not kept_counts.fold_when_due(db, now=rows.NOW + timedelta(seconds=30))
        for number in range(8):
            rows.discovered_entry(db, rows.added_feed(db), f"https://news.example/{number}", now=later)
        assert kept_counts.rates(db, now=later, over=timedelta(minutes=3))["discovered"] == 2.0
