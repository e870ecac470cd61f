"""The change log: one line for each change of an article that a reader can see.

The promise: a consumer that remembers the last id it has seen, and requests those after it, never misses
a line, however slow the transaction that wrote it.

Ids from a sequence are handed out before the commit, so a reader could see 7 while 6 is still on its way,
move its cursor to 7, and never see 6. Therefore writers take one transaction-level advisory lock before
they draw their ids and hold it until they have committed (PostgreSQL makes a commit visible before it
frees the transaction's locks): ids become visible in their order. `append` is the last statement of its
transaction, so the lock is held for one insert and the commit, about a millisecond; with sixteen articles
a transaction that does not limit throughput. Rolled back ids leave holes, which mean nothing.

A restored database would hand out ids a second time. So the log has epochs. A restored dump has new tables,
so `append` notices that the log has moved since its epoch began; a restored copy of the files is noticed when
a sink is ahead (`worker.services.deliver`). Then a new epoch begins: the ids jump to the clock in
milliseconds, past all that were ever handed out as long as there are less than a thousand changes a second,
and a line of the kind `reset` says which ids are void.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.deliver.position import LogState, Mark
from worker.model import Cause, ChangeKind
from worker.store import schema
from worker.store.db import Connection, dumps, first, rows, run, value
from worker.store.schema import recordset

LOCK = 0x77_69_72_65
"""The advisory lock of the writers: 'wire' in ASCII."""

RESET = "reset"
"""The kind of the line with which an epoch begins; it is about no article."""

PLACE = """(
    (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || 'changes'::regclass::oid
)"""
"""Where the log is. A restored dump or a copied database is in another place."""

KEY = "coalesce(a.lasting_key, a.key)"
"""The key by which consumers know the article `a` for good."""

KEY_OF_LINE = f"""coalesce({KEY},
    (SELECT t.article_key FROM tombstones t WHERE t.article_id = l.article_id LIMIT 1))"""
"""The same for a line `l`, also if its article was purged."""

# Whether the log is still in the place where its epoch began.
STAYED = f"(SELECT place FROM epochs ORDER BY id DESC LIMIT 1) = {PLACE}"

LINES = """
    SELECT id, article_id, kind, revision, at, changed, cause, words_added, words_removed,
        NULL::bigint AS void_after, NULL::uuid AS epoch FROM changes
    UNION ALL
    SELECT id, NULL, 'reset', 0, began_at, '{}', 'operator', 0, 0, void_after, name FROM epochs WHERE id > 0
"""
"""The lines of articles, and those with which an epoch begins."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change to append.

    `changed` are the fields of the article that differ now, `revision` is the number of its newest revision
    after the change. The words are those of title and text.
    """

    article_id: int
    kind: ChangeKind
    revision: int
    changed: Sequence[str] = ()
    cause: Cause = Cause.PUBLISHER
    words_added: int = 0
    words_removed: int = 0


@dataclass(frozen=True, slots=True)
class Reset:
    """The beginning of an epoch: changes with ids above `void_after` and below `id` are void."""

    id: int
    epoch: str
    at: datetime
    void_after: int


def append(db: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Append lines to the log. This must be the last statement of the transaction."""
    if not changes:
        return
    run(db, "SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    if not _insert(db, changes, now):
        settle(db)
        _insert(db, changes, now)


def _insert(db: Connection, changes: Sequence[Change], now: datetime) -> int:
    """Insert lines unless the log was moved; return their number."""
    return run(
        db,
        f"""
        INSERT INTO changes (article_id, kind, revision, at, changed, cause, words_added, words_removed)
        SELECT article_id, kind, revision, :now, changed, cause, words_added, words_removed
        FROM {recordset(schema.changes, *Change.__slots__)}
        WHERE {STAYED}
        """,
        records=dumps(changes),
        now=now,
    )


def settle(db: Connection) -> None:
    """Begin an epoch if the log was moved by a restore; a log without lines is a new log in its new place."""
    if value(db, f"SELECT {STAYED}"):
        return
    run(db, "SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    if value(db, f"SELECT {STAYED}"):
        return
    if last := newest(db):
        _begin_epoch(db, void_after=last, past=last)
    else:
        run(db, "DELETE FROM epochs")
        run(db, f"INSERT INTO epochs (id, void_after, place) VALUES (0, 0, {PLACE})")


def begin_epoch(db: Connection, *, void_after: int, past: int) -> None:
    """Begin an epoch with ids above `past`, unless one has begun meanwhile.

    Lines after `void_after` were written under ids that had been handed out before: they get new ones.
    """
    run(db, "SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    if value(db, "SELECT coalesce(max(id), 0) FROM epochs") <= past:
        _begin_epoch(db, void_after=void_after, past=max(past, newest(db)))


def _begin_epoch(db: Connection, *, void_after: int, past: int) -> None:
    begins = value(
        db,
        "SELECT greatest((extract(epoch FROM clock_timestamp()) * 1000)::bigint, :past + 1)",
        past=past,
    )
    run(
        db,
        f"INSERT INTO epochs (id, void_after, place) VALUES (:id, :void_after, {PLACE})",
        id=begins,
        void_after=void_after,
    )
    moved = run(
        db,
        """UPDATE changes c SET id = :id + n.number
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM changes WHERE id > :void_after) AS n
        WHERE n.id = c.id""",
        id=begins,
        void_after=void_after,
    )
    # Consumers keep the ids of articles and stories, too: none must get that of one which is void.
    for table in ("changes", "articles", "stories"):
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        value(db, f"SELECT setval({sequence}, greatest(:last, nextval({sequence})))", last=begins + moved)


def state(db: Connection) -> LogState:
    """Return the name, the epochs and the newest line of the log."""
    names = [str(row["name"]) for row in rows(db, "SELECT name FROM epochs ORDER BY id")]
    return LogState(
        name=names[0] if names else "",
        epoch=names[-1] if names else "",
        epochs=frozenset(names),
        newest=newest(db),
    )


def knows(db: Connection, mark: Mark) -> bool:
    """Return whether the log accounts for a line that a sink holds: it has it, or has called its id void."""
    void = "SELECT EXISTS (SELECT FROM epochs WHERE void_after < :id AND id > :id)"
    return bool(held(db, [mark])) or bool(value(db, void, id=mark.id))


def held(db: Connection, marks: Collection[Mark]) -> list[int]:
    """Return the ids of those lines that the log holds, too."""
    found = rows(
        db,
        f"SELECT id, article_id, kind, revision, at FROM ({LINES}) AS l WHERE id = ANY(:ids)",
        ids=[mark.id for mark in marks],
    )
    same = {Mark(**row) for row in found} & set(marks)
    return [mark.id for mark in same]


def after(db: Connection, cursor: int, *, limit: int) -> list[dict[str, Any]]:
    """Return the lines after `cursor` in order, each with what a consumer decides by whether to fetch.

    A `reset` has an `epoch` and a `void_after`, and no article. `worker.store.following` has those that match
    a filter.
    """
    return _read(db, "id > :cursor ORDER BY id LIMIT :limit", cursor=cursor, limit=limit)


def lines(db: Connection, ids: Collection[int]) -> list[dict[str, Any]]:
    """Return the lines with these ids in order, as `after` does."""
    return _read(db, "id = ANY(:ids)", ids=list(ids))


def _read(db: Connection, wanted: str, **values: Any) -> list[dict[str, Any]]:
    return rows(
        db,
        f"""
        SELECT l.id, l.article_id, l.kind, l.revision, l.at, l.changed, l.cause, l.words_added,
            l.words_removed, l.void_after, l.epoch::text, {KEY_OF_LINE} AS key, true AS matches,
            a.url, a.title, a.language, a.published, p.site AS publisher
        FROM (SELECT * FROM ({LINES}) AS l WHERE {wanted}) AS l
        LEFT JOIN articles a ON a.id = l.article_id
        LEFT JOIN publishers p ON p.id = a.publisher_id
        ORDER BY l.id
        """,
        **values,
    )


def resets(db: Connection, cursor: int, upto: int) -> list[Reset]:
    """Return the beginnings of epochs after `cursor`, up to the id `upto`."""
    found = rows(
        db,
        """SELECT id, name::text AS epoch, began_at AS at, void_after FROM epochs
        WHERE id > greatest(:cursor, 0) AND id <= :upto ORDER BY id""",
        cursor=cursor,
        upto=upto,
    )
    return [Reset(**row) for row in found]


def last_reset(db: Connection) -> Reset | None:
    """Return the beginning of the current epoch; None for the first one."""
    found = first(
        db,
        """SELECT id, name::text AS epoch, began_at AS at, void_after FROM epochs
        WHERE id > 0 ORDER BY id DESC LIMIT 1""",
    )
    return Reset(**found) if found else None


def newest(db: Connection) -> int:
    """Return the id of the newest line; 0 if the log is empty."""
    return int(
        value(
            db,
            """SELECT greatest((SELECT coalesce(max(id), 0) FROM changes),
                (SELECT coalesce(max(id), 0) FROM epochs))""",
        )
    )


def before_newest(db: Connection, lines: int) -> int:
    """Return the id after which the newest `lines` changes come; 0 if there are no more."""
    return int(value(db, "SELECT id FROM changes ORDER BY id DESC OFFSET :lines LIMIT 1", lines=lines) or 0)
