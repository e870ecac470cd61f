"""Entries: what feeds announced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from worker.model import ENTRY_MOVES, EntryEvent, EntryState, LookState, pairs, sources
from worker.rows.entries import (
    Entry,
    EntryUpdate,
    ExtractedEntry,
    Item,
    Known,
    LookUpdate,
    PagelessEntry,
)
from worker.rows.pages import Page
from worker.store import hosts, schema
from worker.store.db import Connection, dumps, rows, run, set_fields
from worker.store.schema import LOOK_COLUMNS, columns_of, recordset

MANY_LOOKS = 12
"""Fetches of a page after which an edit no longer fetches it at once. A guess: more than the edits that a
story usually sees, and few enough for a feed that dates all its items again at each request."""

EDITED_AGAIN = timedelta(days=1)
"""How long an edit waits for its fetch after that many. A guess."""

RETRIES_SHARE = 4
"""One place of a turn in this number is for what has been due for longest. A guess: retries of pages that
hang cost a turn its time, and there are rarely more than a few."""

_DATES = ("published", "published_precision", "updated", "updated_precision")
_EDITED = ("title", "authors", *_DATES, "summary", "content", "edit_hash")
_ITEM = ("key", "host_id", "url", *_EDITED, "language", "reason", "detail")
"""Columns of what a feed says: its dates, what an edit replaces, and all of a new entry."""

_UNLESS_PURGED = {
    **{name: f"CASE WHEN t.key IS NULL THEN r.{name} END" for name in ("title", "summary", "content")},
    "authors": "CASE WHEN t.key IS NULL THEN r.authors ELSE '{}' END",
    "reason": "CASE WHEN t.key IS NULL THEN r.reason ELSE 'purged' END",
    "detail": "coalesce(t.why, r.detail)",
}
"""The values of a new entry that differ if there is a tombstone `t` for its key."""

_STAYS_PURGED = "entries.reason IS DISTINCT FROM 'purged'"
"""The condition of updates from feeds: what was purged gets no text again, whatever its feed says."""


def known(db: Connection, feed_id: int, *, keys: Sequence[UUID], guid_keys: Sequence[UUID]) -> list[Known]:
    """Return the entries with one of these keys, and those seen in this feed under one of these names.

    Of a name that many entries share, those seen last: as many as the document that is compared may have.
    """
    found = rows(
        db,
        """
        WITH found AS MATERIALIZED (
            SELECT id FROM entries WHERE key = ANY(:keys)
            UNION
            SELECT seen.entry_id FROM unnest(CAST(:guid_keys AS uuid[])) AS name (key) CROSS JOIN LATERAL (
                SELECT entry_id FROM sightings WHERE feed_id = :feed_id AND guid_key = name.key
                ORDER BY last_seen_at DESC LIMIT :most
            ) AS seen
        )
        SELECT e.id, e.feed_id, e.key, s.guid_key, s.guid, s.item_hash, e.url, e.title, e.published, e.state,
            coalesce(e.edit_hash, e.item_hash) AS edit_hash, s.entry_id IS NOT NULL AS here
        FROM found JOIN entries e USING (id)
        LEFT JOIN sightings s ON s.feed_id = :feed_id AND s.entry_id = e.id
        ORDER BY e.id
        """,
        feed_id=feed_id,
        keys=list(keys),
        guid_keys=list(guid_keys),
        most=len(keys) + len(guid_keys) + 1,
    )
    return [Known(**{**row, "state": EntryState(row["state"])}) for row in found]


def stored_keys(db: Connection, *, keys: Sequence[UUID]) -> set[UUID]:
    """Return those of the keys that entries have."""
    found = rows(db, "SELECT key FROM entries WHERE key = ANY(:keys)", keys=list(keys))
    return {row["key"] for row in found}


def insert(db: Connection, feed_id: int, items: Sequence[Item], *, now: datetime) -> dict[UUID, int]:
    """Store new entries as waiting, those with a reason as refused; return key → id.

    An entry that another feed stored at the same moment is missing from the result. An item without a link
    waits too: extraction then reads what the feed itself carried. At an address that was purged, the entry is
    refused, without its text.
    """
    if not items:
        return {}
    columns = ", ".join(_ITEM)
    found = rows(
        db,
        f"""
        INSERT INTO entries
            ({columns}, item_hash, feed_id, discovered_at, state, due_at, finished_at)
        SELECT {columns}, edit_hash, :feed_id, :now,
            CASE WHEN reason IS NULL THEN 'waiting' ELSE 'refused' END,
            CASE WHEN reason IS NULL THEN CAST(:now AS timestamptz) + wait_seconds * interval '1 second' END,
            CASE WHEN reason IS NOT NULL THEN CAST(:now AS timestamptz) END
        FROM (
            SELECT {", ".join(_UNLESS_PURGED.get(name, f"r.{name}") + f" AS {name}" for name in _ITEM)},
                r.wait_seconds
            FROM {recordset(schema.entries, *_ITEM, wait_seconds="double precision")}
            LEFT JOIN tombstones t ON t.key = r.key
        ) AS r
        ON CONFLICT (key) DO NOTHING
        RETURNING key, id
        """,
        feed_id=feed_id,
        # In order, so that two transactions which store the same entries do not wait for each other.
        records=dumps(sorted(items, key=lambda item: item.key.bytes)),
        now=now,
    )
    return {row["key"]: int(row["id"]) for row in found}


_SAID = """title = r.title, authors = r.authors,
            published = coalesce(r.published, entries.published),
            published_precision = CASE WHEN r.published IS NULL THEN entries.published_precision
                ELSE r.published_precision END,
            updated = r.updated, updated_precision = r.updated_precision, summary = r.summary,
            content = r.content, edit_hash = r.edit_hash, item_hash = r.edit_hash"""
"""What a feed says of an entry, set from its record."""


def edit(db: Connection, edits: Sequence[tuple[int, Item]], *, now: datetime) -> None:
    """Save what the feed now says of these entries, and let stored ones be fetched or read again.

    At once, or after `EDITED_AGAIN` if the page was fetched `MANY_LOOKS` times already: some feeds date all
    their items again at each request, and must not make us fetch all pages with each poll. An item without a
    page that was refused waits again: the edit may have brought its text. A page that is not yet extracted
    loses its hash: `settle` then has it fetched again.
    """
    if not edits:
        return
    run(
        db,
        f"""
        UPDATE entries SET {_SAID},
            body_hash = CASE WHEN state = 'fetched' THEN NULL ELSE body_hash END,
            due_at = CASE WHEN state = ANY(:requeued) AND host_id IS NULL THEN :now
                WHEN state <> 'stored' THEN due_at
                WHEN looks < :many THEN :now ELSE least(due_at, :later) END,
            state = CASE WHEN state = ANY(:requeued) AND host_id IS NULL THEN 'waiting' ELSE state END,
            finished_at = CASE WHEN state = ANY(:requeued) AND host_id IS NULL THEN NULL ELSE finished_at END
        FROM {recordset(schema.entries, "id", *_EDITED)}
        WHERE entries.id = r.id AND {_STAYS_PURGED}
        """,
        records=_records(edits),
        now=now,
        later=now + EDITED_AGAIN,
        many=MANY_LOOKS,
        requeued=sorted(sources(ENTRY_MOVES, EntryEvent.REQUEUED)),
    )


def renew(db: Connection, entries: Sequence[tuple[int, Item]]) -> None:
    """Save what the feed says of entries whose hash another version made, as if nothing had been edited."""
    if not entries:
        return
    run(
        db,
        f"""
        UPDATE entries SET {_SAID}
        FROM {recordset(schema.entries, "id", *_EDITED)}
        WHERE entries.id = r.id AND {_STAYS_PURGED}
        """,
        records=_records(entries),
    )


def _records(items: Sequence[tuple[int, Item]]) -> str:
    """Return items for `recordset`, by the ids of their entries: two edits lock rows in the same order."""
    in_order = sorted(items, key=itemgetter(0))
    return dumps([{"id": entry_id, **set_fields(item)} for entry_id, item in in_order])


def readdress(db: Connection, moves: Sequence[tuple[int, Item, bool, bool]], *, now: datetime) -> None:
    """Give entries the links that their feed has now: (id, item, whether it is the first, whether to look).

    An entry without a text waits again, at once the first time and a day after its last end from then on; so
    does a duplicate. The page of a stored one is fetched, if it is to be looked at, as after an edit. What a
    turn under way brings from the old address is not saved.
    """
    if not moves:
        return
    befores = sorted(sources(ENTRY_MOVES, EntryEvent.READDRESSED) - {EntryState.STORED})
    run(
        db,
        f"""
        UPDATE entries SET url = r.url, host_id = r.host_id, home_host_id = NULL, hop_url = NULL, hops = 0,
            page_key = NULL, etag = NULL, last_modified = NULL, body_hash = NULL, attempts = 0, errors = 0,
            state = CASE WHEN state = ANY(:befores) THEN 'waiting' ELSE state END,
            article_id = CASE WHEN state = ANY(:befores) THEN NULL ELSE article_id END,
            reason = CASE WHEN state = ANY(:befores) THEN NULL ELSE reason END,
            detail = CASE WHEN state = ANY(:befores) THEN NULL ELSE detail END,
            finished_at = CASE WHEN state = ANY(:befores) THEN NULL ELSE finished_at END,
            due_at = CASE
                WHEN state = 'waiting' THEN CASE WHEN r.first THEN :now ELSE due_at END
                WHEN state = ANY(:befores)
                    THEN CASE WHEN r.first THEN :now ELSE greatest(:now, finished_at + :pause) END
                WHEN NOT r.look THEN due_at
                WHEN r.first AND looks < :many THEN :now
                ELSE least(due_at, :later) END
        FROM {recordset(schema.entries, "id", "url", "host_id", first="boolean", look="boolean")}
        WHERE entries.id = r.id AND {_STAYS_PURGED}
        """,
        records=dumps(
            [
                {"id": entry_id, "url": item.url, "host_id": item.host_id, "first": first, "look": look}
                for entry_id, item, first, look in sorted(moves, key=lambda move: move[0])
            ]
        ),
        befores=befores,
        now=now,
        pause=EDITED_AGAIN,
        later=now + EDITED_AGAIN,
        many=MANY_LOOKS,
    )


def take_due(
    db: Connection, host_ids: Sequence[int], *, now: datetime, lease: timedelta, limit: int
) -> list[Entry]:
    """Take the due entries of these hosts for their turns, at most `limit` of each host, and return them.

    Three quarters of the places are for first tries, the newest first. The others are for what has been due
    for longest: retries, later looks, and first tries that newer ones keep passing; so none of these starve.
    Places that either leaves empty go to the other. The entries come with the fewest errors first, then the
    newest, since pages that hang end the turn. They are not due again before the lease has passed.
    """
    found = rows(
        db,
        f"""
        WITH due AS MATERIALIZED (
            SELECT due.id FROM unnest(CAST(:host_ids AS bigint[])) AS host (id) CROSS JOIN LATERAL (
                WITH newest AS MATERIALIZED (
                    SELECT id FROM entries
                    WHERE host_id = host.id AND state = 'waiting' AND errors = 0 AND due_at <= :now
                    ORDER BY LEAST(published, discovered_at) DESC LIMIT :newest
                )
                SELECT id FROM newest UNION ALL (
                    SELECT id FROM entries
                    WHERE host_id = host.id AND due_at <= :now AND id NOT IN (SELECT id FROM newest)
                    ORDER BY due_at LIMIT :limit - (SELECT count(*) FROM newest)
                )
            ) AS due
        )
        UPDATE entries SET due_at = :until, attempts = attempts + 1
        FROM due WHERE entries.id = due.id AND entries.due_at <= :now
        RETURNING {columns_of(schema.entries, Entry, "entries")}, content IS NOT NULL AS has_content,
            coalesce(content, summary) IS NOT NULL AS has_text,
            (SELECT CAST(settings ->> 'full_text' AS boolean) FROM feeds WHERE feeds.id = entries.feed_id)
                AS full_text,
            coalesce(
                (SELECT provenance ->> 'blocks' = 'feed' FROM articles WHERE id = entries.article_id), false
            ) AS text_from_feed,
            LEAST(published, discovered_at) AS newest
        """,
        host_ids=list(host_ids),
        now=now,
        until=now + lease,
        limit=limit,
        newest=max(1, limit - max(1, limit // RETRIES_SHARE)),
    )
    found.sort(key=lambda row: (-row["errors"], row["newest"], row["id"]), reverse=True)
    return [_entry(row) for row in found]


def _entry(row: dict[str, Any]) -> Entry:
    fields = {name: value for name, value in row.items() if name != "newest"}
    return Entry(**{**fields, "state": EntryState(row["state"]), "look": LookState(row["look"])})


def give_back(db: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Make entries due at once that a turn took but had no time for, as if it had not taken them."""
    run(
        db,
        """UPDATE entries SET due_at = :now, attempts = greatest(attempts - 1, 0)
        WHERE id = ANY(:ids) AND due_at IS NOT NULL""",
        ids=list(ids),
        now=now,
    )


def save(db: Connection, updates: Sequence[EntryUpdate], *, now: datetime) -> None:
    """Save how a turn left its entries. The caller holds the leases of their hosts.

    Only the moves of fetching are made: an entry that has moved otherwise meanwhile, or has another address,
    stays unchanged.
    """
    if not updates:
        return
    befores, afters = pairs(
        ENTRY_MOVES, EntryEvent.POSTPONED, EntryEvent.FETCHED, EntryEvent.GIVEN_UP, EntryEvent.LOOKED_AT
    )
    run(
        db,
        f"""
        UPDATE entries SET state = r.state, due_at = r.due_at, attempts = 0, errors = r.errors,
            looks = r.looks, reason = r.reason, detail = r.detail,
            etag = CASE WHEN r.body_hash IS NULL THEN coalesce(r.etag, entries.etag) ELSE r.etag END,
            last_modified = CASE WHEN r.body_hash IS NULL
                THEN coalesce(r.last_modified, entries.last_modified) ELSE r.last_modified END,
            body_hash = coalesce(r.body_hash, entries.body_hash), hop_url = r.hop_url, hops = r.hops,
            host_id = CASE WHEN r.hop_url IS NULL
                THEN coalesce(entries.home_host_id, entries.host_id) ELSE r.host_id END,
            home_host_id = CASE WHEN r.hop_url IS NOT NULL
                THEN coalesce(entries.home_host_id, entries.host_id) END,
            finished_at = CASE WHEN r.state = 'refused' THEN :now ELSE finished_at END
        FROM {recordset(schema.entries, *EntryUpdate.__slots__)}
        WHERE entries.id = r.id AND entries.due_at IS NOT NULL
            AND (r.url IS NULL OR entries.url = r.url)
            AND (entries.state, r.state) IN (
                SELECT * FROM unnest(CAST(:befores AS text[]), CAST(:afters AS text[])))
        """,
        records=dumps([set_fields(update) for update in updates]),
        befores=befores,
        afters=afters,
        now=now,
    )


def settle(db: Connection, extracted: Sequence[ExtractedEntry], *, now: datetime) -> None:
    """Move entries whose pages were extracted.

    A stored entry is only moved to stored again: a refusal never takes back good text. When its page is
    fetched next was decided by the fetch.
    """
    if not extracted:
        return
    befores, afters = pairs(ENTRY_MOVES, EntryEvent.STORED, EntryEvent.DUPLICATED, EntryEvent.REFUSED)
    run(
        db,
        f"""
        UPDATE entries SET state = r.state, article_id = r.article_id,
            due_at = CASE WHEN entries.state = 'stored' THEN entries.due_at
                WHEN entries.state = 'fetched' AND r.state = 'stored' AND r.page_key IS NOT NULL
                    AND entries.body_hash IS NULL THEN :now
                ELSE r.due_at END,
            attempts = CASE WHEN entries.state = 'stored' THEN attempts ELSE 0 END,
            errors = CASE WHEN entries.state = 'stored' THEN errors ELSE 0 END,
            reason = r.reason, detail = r.detail, finished_at = coalesce(finished_at, :now),
            page_key = CASE WHEN entries.state = 'stored' THEN coalesce(entries.page_key, r.page_key)
                ELSE r.page_key END
        FROM {recordset(schema.entries, *ExtractedEntry.__slots__)}
        WHERE entries.id = r.id AND (entries.state, r.state) IN (
            SELECT * FROM unnest(CAST(:befores AS text[]), CAST(:afters AS text[])))
        """,
        records=dumps([set_fields(entry) for entry in extracted]),
        befores=befores,
        afters=afters,
        now=now,
    )


def save_looks(db: Connection, updates: Sequence[LookUpdate], *, now: datetime) -> None:
    """Save what looks at the pages of stored entries have shown, and when they are looked at again.

    An entry that is due because its feed was edited meanwhile stays due.
    """
    if not updates:
        return
    run(
        db,
        f"""
        UPDATE entries SET look = r.look, look_reason = r.look_reason, look_detail = r.look_detail,
            look_since = r.look_since, look_times = r.look_times, look_sketch = r.look_sketch,
            look_text_since = r.look_text_since, look_text_times = r.look_text_times,
            due_at = CASE WHEN host_id IS NULL OR due_at <= :now THEN due_at
                ELSE coalesce(r.again, due_at) END
        FROM {recordset(schema.entries, "id", *LOOK_COLUMNS, again="timestamptz")}
        WHERE entries.id = r.id AND entries.state = 'stored'
        """,
        records=dumps([_look_row(update) for update in sorted(updates, key=lambda update: update.entry_id)]),
        now=now,
    )


def _look_row(update: LookUpdate) -> dict[str, object]:
    values = {column: getattr(update.look, name) for column, name in LOOK_COLUMNS.items()}
    sketch = update.look.sketch
    # PostgreSQL reads bytea from text as hexadecimal after \\x.
    values["look_sketch"] = None if sketch is None else f"\\x{sketch.hex()}"
    return {"id": update.entry_id, **values, "again": update.again}


def doubtful_texts(db: Connection, asked: Sequence[Page]) -> dict[int, list[bytes]]:
    """Return the sketches of doubtful texts that other pages of the same host show, by the ids of pages."""
    found = rows(
        db,
        """
        SELECT page.id, e.look_sketch
        FROM unnest(CAST(:ids AS bigint[]), CAST(:hosts AS bigint[]), CAST(:articles AS bigint[]))
            AS page (id, host_id, article_id)
        JOIN entries e ON e.host_id = page.host_id AND e.look = 'doubtful'
            AND e.article_id IS DISTINCT FROM page.article_id
        """,
        ids=[page.id for page in asked],
        hosts=[page.host_id for page in asked],
        articles=[page.article_id for page in asked],
    )
    shown: dict[int, list[bytes]] = {}
    for row in found:
        shown.setdefault(row["id"], []).append(bytes(row["look_sketch"]))
    return shown


def without_page(db: Connection, *, now: datetime, limit: int) -> list[PagelessEntry]:
    """Lock due entries that have no page to fetch: new ones, and stored ones whose feed has edited them."""
    found = rows(
        db,
        """
        SELECT id, state, looks, coalesce(content, summary) IS NOT NULL AS has_text FROM entries
        WHERE host_id IS NULL AND due_at <= :now ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
        """,
        now=now,
        limit=limit,
    )
    return [PagelessEntry(**{**row, "state": EntryState(row["state"])}) for row in found]


def requeue(
    db: Connection, *, now: datetime, ids: Sequence[int] | None = None, reason: str | None = None
) -> int:
    """Let refused entries wait again, and return their number: all, or those with these ids or reason."""
    found = rows(
        db,
        f"""
        UPDATE entries SET state = 'waiting', due_at = :now, attempts = 0, errors = 0, finished_at = NULL
        WHERE state = ANY(:sources) AND {_STAYS_PURGED}
            AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(:ids))
            AND (CAST(:reason AS text) IS NULL OR reason = :reason)
        RETURNING host_id
        """,
        now=now,
        sources=sorted(sources(ENTRY_MOVES, EntryEvent.REQUEUED)),
        ids=None if ids is None else list(ids),
        reason=reason,
    )
    hosts.wake(db, {int(row["host_id"]) for row in found if row["host_id"] is not None})
    return len(found)
