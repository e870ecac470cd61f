"""Sessions of browsers. Of the token in the cookie only the hash is stored."""

from datetime import datetime, timedelta
from typing import Any

from worker.rows.access import Role
from worker.rows.accounts import Lifetimes, SignedIn
from worker.store.db import Connection, first, rows, run

FOUND = """SELECT s.id, s.account_id, a.name, a.role, s.began_at, s.seen_at, s.agent
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.ends_at > :now AND s.seen_at > :idle AND a.disabled_at IS NULL"""
"""The sessions that hold. The role is that of the account, so that a change holds at once."""

SEEN_NOTED = timedelta(minutes=1)
"""How exact `seen_at` is. A guess: idle sessions end after hours, and each note is a write."""


def begin(
    db: Connection, account_id: int, hash: bytes, *, agent: str, now: datetime, lifetimes: Lifetimes
) -> None:
    """Store a new session."""
    run(
        db,
        """INSERT INTO sessions (account_id, hash, agent, began_at, seen_at, ends_at)
        VALUES (:account_id, :hash, :agent, :now, :now, :ends_at)""",
        account_id=account_id,
        hash=hash,
        agent=agent,
        now=now,
        ends_at=now + lifetimes.whole,
    )


def find(db: Connection, hash: bytes, *, now: datetime, lifetimes: Lifetimes) -> SignedIn | None:
    """Return the session whose token has this hash; None if unknown, over, or its account disabled."""
    found = first(db, f"{FOUND} AND s.hash = :hash", hash=hash, now=now, idle=now - lifetimes.idle)
    return _session(found) if found else None


def listing(db: Connection, account_id: int, *, now: datetime, lifetimes: Lifetimes) -> list[SignedIn]:
    """Return the sessions of an account, the last one that was used first."""
    sql = f"{FOUND} AND a.id = :account_id ORDER BY s.seen_at DESC, s.id DESC"
    return [_session(row) for row in rows(db, sql, account_id=account_id, now=now, idle=now - lifetimes.idle)]


def note_seen(db: Connection, session_id: int, *, now: datetime) -> None:
    """Record that a session is in use, unless that was recorded less than a minute ago."""
    sql = "UPDATE sessions SET seen_at = :now WHERE id = :id AND seen_at <= :before"
    run(db, sql, id=session_id, now=now, before=now - SEEN_NOTED)


def end(db: Connection, session_id: int) -> None:
    """End one session."""
    run(db, "DELETE FROM sessions WHERE id = :id", id=session_id)


def end_all(db: Connection, account_id: int, *, but: int | None = None) -> int:
    """End the sessions of an account, except the session `but`; return how many."""
    sql = "DELETE FROM sessions WHERE account_id = :account_id AND id IS DISTINCT FROM CAST(:but AS bigint)"
    return run(db, sql, account_id=account_id, but=but)


def forget_over(db: Connection, *, now: datetime) -> int:
    """Delete the sessions whose time is over; return how many."""
    return run(db, "DELETE FROM sessions WHERE ends_at <= :now", now=now)


def _session(row: dict[str, Any]) -> SignedIn:
    return SignedIn(**{**row, "role": Role(row["role"])})
