"""Refused entries for people, the newest first: all, or those with a reason, of a host, of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from worker.store.db import Connection, rows

ListEnd = tuple[datetime, int]
"""Where a page of the list ends: when an entry was refused, and its id."""


@dataclass(frozen=True, slots=True)
class RefusedFilter:
    """Which refused entries; None: any. `day` is that of the refusal (UTC)."""

    reason: str | None = None
    host: int | None = None
    day: date | None = None


def listing(
    db: Connection, filter_: RefusedFilter, *, before: ListEnd | None, limit: int
) -> list[dict[str, Any]]:
    """Return refused entries with their feed, host, and what was fetched last; the newest first.

    The body of the page comes as it was stored, or as None if it is no longer kept.
    """
    where, values = _where(filter_, before)
    return rows(
        db,
        f"""
        SELECT e.id, e.title, e.url, e.state, e.reason, e.detail, e.finished_at, e.discovered_at, e.feed_id,
            coalesce(f.title, f.url) AS feed, e.host_id, h.key AS host, p.id AS page_id, p.url AS page_url,
            p.status, p.content_type, p.size, p.fetched_at, p.body, p.encoding
        FROM (SELECT * FROM entries e WHERE {where} ORDER BY finished_at DESC, id DESC LIMIT :limit) AS e
        LEFT JOIN feeds f ON f.id = e.feed_id LEFT JOIN hosts h ON h.id = e.host_id
        LEFT JOIN LATERAL (
            SELECT * FROM pages WHERE entry_id = e.id ORDER BY id DESC LIMIT 1
        ) AS p ON true
        ORDER BY e.finished_at DESC, e.id DESC
        """,
        **values,
        limit=limit,
    )


def by_host(db: Connection, filter_: RefusedFilter, *, among: int, limit: int) -> list[dict[str, Any]]:
    """Return the hosts with the most of the newest `among` refused entries, with their numbers."""
    return _most(db, filter_, "host_id", among, limit)


def by_reason(db: Connection, filter_: RefusedFilter, *, among: int, limit: int) -> list[dict[str, Any]]:
    """Return the most frequent reasons of the newest `among` refused entries, with their numbers."""
    return _most(db, filter_, "reason", among, limit)


def _most(
    db: Connection, filter_: RefusedFilter, column: str, among: int, limit: int
) -> list[dict[str, Any]]:
    where, values = _where(filter_, None)
    return rows(
        db,
        f"""
        SELECT n.*, h.key AS host FROM (
            SELECT {column} AS value, count(*) AS entries, max(finished_at) AS newest FROM (
                SELECT {column}, finished_at FROM entries e WHERE {where}
                ORDER BY finished_at DESC, id DESC LIMIT :among
            ) AS newest GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT :limit
        ) AS n LEFT JOIN hosts h ON h.id::text = n.value::text ORDER BY n.entries DESC, n.value
        """
        if column == "host_id"
        else f"""
        SELECT {column} AS value, count(*) AS entries, max(finished_at) AS newest FROM (
            SELECT {column}, finished_at FROM entries e WHERE {where}
            ORDER BY finished_at DESC, id DESC LIMIT :among
        ) AS newest GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT :limit
        """,
        **values,
        among=among,
        limit=limit,
    )


def by_day(db: Connection, filter_: RefusedFilter, *, among: int) -> list[dict[str, Any]]:
    """Return the days (UTC) of the newest `among` refused entries, with their numbers; newest first."""
    where, values = _where(filter_, None)
    return rows(
        db,
        f"""
        SELECT (finished_at AT TIME ZONE 'UTC')::date AS value, count(*) AS entries FROM (
            SELECT finished_at FROM entries e WHERE {where}
            ORDER BY finished_at DESC, id DESC LIMIT :among
        ) AS newest GROUP BY 1 ORDER BY 1 DESC
        """,
        **values,
        among=among,
    )


def ids(db: Connection, filter_: RefusedFilter, *, limit: int) -> Sequence[int]:
    """Return the ids of the newest refused entries."""
    where, values = _where(filter_, None)
    sql = f"SELECT id FROM entries e WHERE {where} ORDER BY finished_at DESC, id DESC LIMIT :limit"
    return [int(row["id"]) for row in rows(db, sql, **values, limit=limit)]


def _where(filter_: RefusedFilter, before: ListEnd | None) -> tuple[str, dict[str, Any]]:
    terms, values = ["state = 'refused'"], dict[str, Any]()
    if filter_.reason is not None:
        terms.append("reason = :reason")
        values["reason"] = filter_.reason
    if filter_.host is not None:
        terms.append("host_id = :host")
        values["host"] = filter_.host
    if filter_.day is not None:
        terms.append("finished_at >= :since AND finished_at < :until")
        values["since"] = datetime.combine(filter_.day, time(), UTC)
        values["until"] = values["since"] + timedelta(days=1)
    if before is not None:
        terms.append("(finished_at, id) < (:at, :before)")
        values["at"], values["before"] = before
    return " AND ".join(terms), values
