"""What the operator's filters did, and what they are tried with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from worker.store.db import Connection, rows

PAGE = 5000
"""Entries read at once. A guess: a few megabytes."""


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry as filters see it, with what the article says where there is one."""

    id: int
    feed: str | None
    labels: tuple[str, ...]
    url: str | None
    title: str | None
    language: str | None
    article_id: int | None


def seen_since(db: Connection, since: datetime) -> Iterator[SeenEntry]:
    """Yield the entries that were discovered since then, except purged ones."""
    last = 0
    while True:
        found = rows(
            db,
            """SELECT e.id, f.url AS feed, coalesce(f.labels, '{}') AS labels, e.url,
                coalesce(a.title, e.title) AS title, a.language, e.article_id
            FROM entries e LEFT JOIN feeds f ON f.id = e.feed_id LEFT JOIN articles a ON a.id = e.article_id
            WHERE e.id > :last AND e.discovered_at >= :since AND e.reason IS DISTINCT FROM 'purged'
            ORDER BY e.id LIMIT :limit""",
            last=last,
            since=since,
            limit=PAGE,
        )
        for row in found:
            yield SeenEntry(**{**row, "labels": tuple(row["labels"])})
        if len(found) < PAGE:
            return
        last = found[-1]["id"]


def blocked_since(db: Connection, since: datetime) -> dict[str, int]:
    """Return how many entries each filter has kept out since then, by its name."""
    found = rows(
        db,
        """SELECT detail AS name, count(*) AS entries FROM entries
        WHERE state = 'refused' AND reason = 'blocked' AND finished_at >= :since GROUP BY detail""",
        since=since,
    )
    return {row["name"]: int(row["entries"]) for row in found}
