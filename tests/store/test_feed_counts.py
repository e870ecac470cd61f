"""The kept counts of feeds are what counting the entries gives, at each moment."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.databases import Databases
from tests.store import rows
from tests.store.rows import NOW
from worker.outcome import Reason
from worker.services.feed_counts import keep_counts
from worker.store import Store, entries, feed_counts, feeds, tombstones
from worker.store.db import first, run, value

COUNTED = """SELECT count(*) FILTER (WHERE state = 'stored') AS stored,
    count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
    count(*) FILTER (WHERE state = 'refused') AS refused,
    count(*) FILTER (WHERE state IN ('waiting', 'fetched')) AS waiting
FROM entries WHERE feed_id = :id"""


STEPS = ("discover", "refuse", "store", "requeue", "purge", "fold", "remove")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=12))
def test_kept_counts_agree_with_the_entries_after_any_steps(databases: Databases, steps: list[str]) -> None:
    with databases.fresh() as url:
        store = Store(url)
        with store.begin() as db:
            ids = [rows.added_feed(db, f"https://n{n}.example/feed") for n in range(2)]
        for number, step in enumerate(steps):
            url = f"https://n.example/{number}"
            feed_id = ids[number % len(ids)]
            with store.begin() as db:
                if step == "discover":
                    rows.discovered_entry(db, feed_id, url)
                elif step == "refuse":
                    rows.refused_entry(db, feed_id, url, Reason.CONSENT_WALL)
                elif step == "store":
                    rows.stored_article(db, url=url, title=url, feed_id=feed_id)
                elif step == "requeue":
                    entries.requeue(db, now=NOW)
                elif step == "purge" and (oldest := value(db, "SELECT min(id) FROM articles")):
                    tombstones.purge(db, [oldest], why="a test", now=NOW)
                elif step == "fold":
                    assert feed_counts.alone(db)
                    feed_counts.fold(db)
                elif step == "remove" and len(ids) > 1:
                    feeds.remove(db, ids.pop(), now=NOW)
                kept = feed_counts.counts(db, ids)
                for one in ids:
                    counted = first(db, COUNTED, id=one)
                    assert counted == {name: getattr(kept[one], name) for name in counted or ()}, step
        store.close()


def test_a_drifted_count_is_repaired_and_reported(store: Store) -> None:
    with store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.refused_entry(db, feed_id, "https://news.example/wall", Reason.CONSENT_WALL)
        run(db, "UPDATE feed_counts SET refused = 7, stored = -1")
    with store.begin() as db:
        (drift,) = feed_counts.recheck(db, now=NOW)
        assert (drift.feed_id, drift.stored, drift.refused) == (feed_id, 1, -7)
        assert feed_counts.counts(db, [feed_id])[feed_id].refused == 1
        assert feed_counts.recheck(db, now=NOW) == []


def test_feeds_from_before_the_counts_are_counted_by_housekeeping(store: Store) -> None:
    with store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.stored_article(db, title="Known", feed_id=feed_id)
        run(db, "DELETE FROM feed_count_changes")
        run(db, "UPDATE feed_counts SET checked_at = NULL")
        assert feed_counts.counts(db, [feed_id]) == {}
    keep_counts(store, now=NOW + timedelta(hours=1))
    with store.begin() as db:
        assert feed_counts.counts(db, [feed_id])[feed_id].stored == 1
        assert not feed_counts.has_uncounted(db)
        feeds.remove(db, feed_id, now=NOW)
        assert value(db, "SELECT count(*) FROM feed_counts") == 0
