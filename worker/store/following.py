"""The change log as a consumer with a filter follows it.

A consumer keeps the articles that match, so it gets three kinds of lines: each line that matches; each by
which an article that it may have no longer matches, or is purged (`matches` is false, and the content of the
article is left out); and each `reset`.

Whether an article matches is decided when the line is read. A feed that lists an article later, or a label
that the operator sets later, makes no line: a consumer with `feed` or `label` gets the article at its next
change.
"""

from dataclasses import dataclass
from typing import Any

from worker.filters import EVERYTHING, Filter
from worker.store import changes, filtering
from worker.store.changes import LINES
from worker.store.db import Connection, rows, value

SCANNED = 2000
"""Lines of the log that one call reads at most, so that it is as fast if nothing matches: 20 to 40 ms
(`make bench-filters`)."""

CONTENT = ("url", "title", "language", "published", "publisher")
"""What a line says of its article."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Lines of the log, and the id up to which the log was read for them: the cursor from which to go on."""

    lines: list[dict[str, Any]]
    upto: int


def scan(
    db: Connection, cursor: int, *, limit: int, filter_: Filter = EVERYTHING, scanned: int = SCANNED
) -> Scan:
    """Return at most `limit` of the lines after `cursor` that concern a consumer with this filter, in order.

    At most `scanned` lines of the log are read: there may be more of them although none is returned.
    """
    if not filter_:
        lines = changes.after(db, cursor, limit=limit)
        return Scan(lines, lines[-1]["id"] if lines else cursor)
    # Before the lines are read: one that is added in between must not be skipped.
    upto = value(
        db,
        f"""SELECT max(id) FROM (
            SELECT id FROM ({LINES}) AS l WHERE id > :cursor ORDER BY id LIMIT :scanned
        ) AS l""",
        cursor=cursor,
        scanned=scanned,
    )
    if upto is None:
        return Scan([], cursor)
    matching, leaving = filtering.where_line(filter_), filtering.leaves(filter_)
    found = rows(
        db,
        f"""SELECT id, matches FROM (
            SELECT l.id, (l.kind = 'reset' OR {matching.sql}) IS TRUE AS matches, {leaving.sql} AS leaves
            FROM (SELECT * FROM ({LINES}) AS l WHERE id > :cursor AND id <= :upto ORDER BY id) AS l
            LEFT JOIN articles a ON a.id = l.article_id
        ) AS l WHERE matches OR leaves ORDER BY id LIMIT :limit""",
        **{**matching.values, **leaving.values},
        cursor=cursor,
        upto=upto,
        limit=limit,
    )
    matches = {row["id"]: row["matches"] for row in found}
    lines = [_seen(line, matches[line["id"]]) for line in changes.lines(db, list(matches))]
    return Scan(lines, lines[-1]["id"] if len(lines) == limit else upto)


def _seen(line: dict[str, Any], matches: bool) -> dict[str, Any]:
    return line if matches else {**line, **dict.fromkeys(CONTENT), "matches": False}
