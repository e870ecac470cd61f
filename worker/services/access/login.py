"""Signing in: a name and a password become a session, and an invitation becomes a password."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from worker.rows.accounts import TOKEN_BYTES, Account, Lifetimes, SignedIn
from worker.rows.api_keys import hash_of
from worker.store import Connection, accounts, audit, sessions

AGENT_LENGTH = 200
"""Characters of a User-Agent that are stored: browsers send some 120."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a password is checked for; for unknown and disabled accounts nothing matches."""

    account: Account | None
    password_hash: str | None


def candidate(db: Connection, name: str) -> Candidate:
    """Return what a password for this name is checked against."""
    account = accounts.find(db, name)
    if account is None or account.disabled_at:
        return Candidate(None, None)
    return Candidate(account, accounts.password_of(db, account.id))


def enter(db: Connection, found: Candidate, *, agent: str, now: datetime, lifetimes: Lifetimes) -> str | None:
    """Begin a session for an account whose password was right, and return its token.

    None if the account was disabled or got another password while the password was checked.
    """
    if found.account is None:
        return None
    known = candidate(db, found.account.name)
    if (
        known.account is None
        or known.account.id != found.account.id
        or known.password_hash != found.password_hash
    ):
        return None
    return begin_session(db, found.account, agent=agent, how="password", now=now, lifetimes=lifetimes)


def begin_session(
    db: Connection, account: Account, *, agent: str, how: str, now: datetime, lifetimes: Lifetimes
) -> str:
    """Begin a session, record it, and return the token for the cookie.

    The token is always a new one, so one that somebody planted in the browser before is worth nothing.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    sessions.begin(db, account.id, hash_of(token), agent=agent[:AGENT_LENGTH], now=now, lifetimes=lifetimes)
    accounts.note_login(db, account.id, now=now)
    audit.record(db, account.name, "account.signed_in", f"account:{account.name}", {"by": how}, now=now)
    return token


def accept_invitation(db: Connection, token: str, password_hash: str, *, now: datetime) -> Account | None:
    """Set the first password of an invited account; None if the invitation is used, unknown or expired."""
    account = accounts.find_invited(db, hash_of(token), now=now)
    if account is None or not accounts.accept(db, hash_of(token), password_hash, now=now):
        return None
    sessions.end_all(db, account.id)
    audit.record(db, account.name, "account.accepted", f"account:{account.name}", now=now)
    return account


def change_password(
    db: Connection, session: SignedIn, password_hash: str, *, now: datetime, lifetimes: Lifetimes
) -> str:
    """Set a new password, end all sessions of the account, and return the token of a new one.

    Somebody may have stolen the token of this session, too, so it does not go on either.
    """
    accounts.set_password(db, session.account_id, password_hash)
    ended = sessions.end_all(db, session.account_id)
    detail = {"sessions_ended": ended}
    audit.record(db, session.name, "account.password_changed", f"account:{session.name}", detail, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    sessions.begin(db, session.account_id, hash_of(token), agent=session.agent, now=now, lifetimes=lifetimes)
    return token
