"""Keeping the counts of feeds' entries: fold what changed, and check that they agree with the entries.

stop if another process is doing it
add what the triggers wrote to the kept counts
count the feeds that were checked longest ago again; correct and report those that had drifted
after an upgrade: go on until every feed was counted once
"""

from collections.abc import Callable
from datetime import datetime

from worker.monitor.events import FeedCountsDrifted, emit
from worker.outcome import DriftOutcome
from worker.store import Store
from worker.store import feed_counts as counts

CHECKS = 100
"""Checks in a row after an upgrade, one in a transaction; the next housekeeping goes on. A guess: each takes
less than half a second."""


def keep_counts(store: Store, *, now: datetime, stopping: Callable[[], bool] = lambda: False) -> None:
    """Fold the changes of counts and check some feeds. Raises `StoreUnavailable`."""
    for _ in range(CHECKS):
        with store.begin() as db:
            if stopping() or not counts.alone(db):
                return
            more = counts.fold(db) == counts.FOLDED_AT_ONCE
            drifted = counts.recheck(db, now=now)
            more = more or counts.has_uncounted(db)
        for one in drifted:
            emit(
                FeedCountsDrifted(
                    outcome=DriftOutcome.REPAIRED,
                    feed_id=one.feed_id,
                    stored=one.stored,
                    duplicate=one.duplicate,
                    refused=one.refused,
                    waiting=one.waiting,
                )
            )
        if not more:
            return
