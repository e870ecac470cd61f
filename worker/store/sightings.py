"""Sightings: in which feeds each entry was seen."""

from collections.abc import Sequence
from datetime import datetime

from worker.rows.entries import Item
from worker.store import schema
from worker.store.db import Connection, dumps, run
from worker.store.schema import recordset


def see(db: Connection, feed_id: int, seen: Sequence[tuple[int, Item]], *, now: datetime) -> None:
    """Record that these entries were in the feed's document."""
    names = ("guid", "guid_key", "item_hash", "position")
    records = [
        {"entry_id": entry_id, **{name: getattr(item, name) for name in names}}
        for entry_id, item in dict(seen).items()
    ]
    if not records:
        return
    run(
        db,
        f"""
        INSERT INTO sightings (feed_id, entry_id, guid, guid_key, item_hash, position, first_seen_at,
            last_seen_at)
        SELECT :feed_id, entry_id, guid, guid_key, item_hash, position, :now, :now
        FROM {recordset(schema.sightings, "entry_id", *names)}
        ON CONFLICT (feed_id, entry_id) DO UPDATE SET guid = excluded.guid, guid_key = excluded.guid_key,
            item_hash = excluded.item_hash, position = excluded.position, last_seen_at = excluded.last_seen_at
        """,
        feed_id=feed_id,
        records=dumps(records),
        now=now,
    )


def see_again(db: Connection, feed_id: int, item_hashes: Sequence[int], *, now: datetime) -> None:
    """Record that the items with these hashes are still in the feed's document, unchanged."""
    if not item_hashes:
        return
    run(
        db,
        "UPDATE sightings SET last_seen_at = :now WHERE feed_id = :feed_id AND item_hash = ANY(:hashes)",
        feed_id=feed_id,
        hashes=list(item_hashes),
        now=now,
    )
