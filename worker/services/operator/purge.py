"""Purging what the operator selects, in transactions of a bounded size.

Repeating a purge that was interrupted continues it: purged articles are no longer selected.
"""

from dataclasses import dataclass
from datetime import datetime

from worker.services.stories import relate_waiting
from worker.store import Store, tombstones
from worker.store.tombstones import Selection

BATCH = 100
"""Articles, or entries, purged in one transaction. A guess: it holds their addresses for some 50 ms."""

BY_HAND = "purged by the operator"
"""Why, in the words that are kept with a tombstone."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many articles, and entries without an article, were purged."""

    articles: int
    entries: int


def purge(store: Store, chosen: Selection, *, now: datetime) -> Purged:
    """Purge all articles and entries of a selection."""
    articles = entries = last = 0
    while True:
        with store.begin() as db:
            ids = tombstones.article_ids(db, chosen, after=last, limit=BATCH)
            articles += tombstones.purge(db, ids, why=BY_HAND, now=now)
        if not ids:
            break
        last = ids[-1]
    last = 0
    while True:
        with store.begin() as db:
            ids = tombstones.entry_ids(db, chosen, after=last, limit=BATCH)
            tombstones.purge(db, (), ids, why=BY_HAND, now=now)
        if not ids:
            break
        last, entries = ids[-1], entries + len(ids)
    relate_waiting(store, now=now, limit=articles + 1)
    return Purged(articles, entries)
