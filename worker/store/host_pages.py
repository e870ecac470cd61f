"""Hosts for people: lists by what matters about them, one of them whole, and the end of a rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from worker.store.db import Connection, first, rows, run

Kind = Literal["resting", "failing", "robots", "all"]
"""Hosts that rest, whose last requests failed, whose robots.txt cannot be read, or all of them."""

LISTED = """id, key, lane, free_at, rest_until, errors, reason, detail, requests, last_turn_at, poll_due_at,
    fetch_due_at, delay_seconds, pace, answer_seconds, robots_status, robots_expires_at,
    robots_failing_since"""
"""The columns of a list."""

CONDITIONS: dict[str, str] = {
    "resting": "rest_until > :now",
    "failing": "errors > 0",
    "robots": "robots_failing_since IS NOT NULL",
    "all": "true",
}
"""For each kind the condition, which an index serves where many hosts do not meet it."""


def listing(
    db: Connection, kind: Kind, *, name: str, after: str, limit: int, now: datetime
) -> list[dict[str, Any]]:
    """Return hosts of a kind in the order of their keys, after the key `after`; `name` is part of the key."""
    return rows(
        db,
        f"""SELECT {LISTED} FROM hosts WHERE {CONDITIONS[kind]} AND key > :after
            AND (:name = '' OR strpos(key, lower(:name)) > 0)
        ORDER BY key LIMIT :limit""",
        now=now,
        after=after,
        name=name,
        limit=limit,
    )


def counts(db: Connection, *, now: datetime) -> dict[str, int]:
    """Return how many hosts are of each kind, except of all."""
    found = rows(
        db,
        """SELECT (SELECT count(*) FROM hosts WHERE rest_until > :now) AS resting,
            (SELECT count(*) FROM hosts WHERE errors > 0) AS failing""",
        now=now,
    )
    return {name: int(number) for name, number in found[0].items()}


def whole(db: Connection, host_id: int) -> dict[str, Any] | None:
    """Return a host with its robots.txt and tdmrep.json as read; None if it does not exist."""
    return first(db, f"SELECT {LISTED}, robots, tdm, added_at FROM hosts WHERE id = :id", id=host_id)


def feeds_of(db: Connection, host_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return the feeds of a host, those that fail first."""
    return rows(
        db,
        """SELECT id, url, title, state, errors, reason, due_at, last_ok_at FROM feeds
        WHERE host_id = :id ORDER BY errors = 0, id LIMIT :limit""",
        id=host_id,
        limit=limit,
    )


def waiting(db: Connection, host_id: int, *, most: int) -> int:
    """Return how many entries of a host wait to be fetched, at most `most`."""
    sql = """SELECT count(*) AS n FROM (
        SELECT FROM entries WHERE host_id = :id AND due_at IS NOT NULL LIMIT :most) AS due"""
    return int(rows(db, sql, id=host_id, most=most)[0]["n"])


def lift_rest(db: Connection, ids: Sequence[int], *, now: datetime) -> int:
    """Let these hosts get requests again; return how many rested.

    `free_at` moves only where nothing but the rest holds it: a turn under way, or the delay after one, ends
    before the rest would.
    """
    return run(
        db,
        """UPDATE hosts SET rest_until = NULL, errors = 0, pace = 1,
            free_at = CASE WHEN claimed_for IS NULL AND free_at <= rest_until THEN :now ELSE free_at END
        WHERE id = ANY(:ids) AND rest_until > :now""",
        ids=list(ids),
        now=now,
    )
