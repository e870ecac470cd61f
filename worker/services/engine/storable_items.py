"""Items of feeds and archives that PostgreSQL refuses, found one by one after it has refused the whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from worker.outcome import Reason
from worker.rows.entries import Item
from worker.store import Store, Unstorable, entries


def storable_items(store: Store, feed_id: int, items: Sequence[Item], *, now: datetime) -> tuple[Item, ...]:
    """Return the items; those that PostgreSQL refuses without their content, and with the reason.

    Each is stored by itself, in a transaction that is rolled back. Raises `StoreUnavailable`.
    """
    return tuple(_storable(store, feed_id, item, now) for item in items)


def _storable(store: Store, feed_id: int, item: Item, now: datetime) -> Item:
    try:
        with store.begin() as db:
            entries.insert(db, feed_id, [item], now=now)
            db.rollback()
    except Unstorable as error:
        return replace(
            item,
            url=None,
            fragment=None,
            host_id=None,
            guid=None,
            title=None,
            authors=(),
            published=None,
            updated=None,
            published_precision=None,
            updated_precision=None,
            summary=None,
            content=None,
            language=None,
            reason=Reason.UNSTORABLE,
            detail=str(error)[:500],
        )
    return item
