"""Accounts. Of passwords and invitations only hashes are stored."""

from datetime import datetime
from typing import Any

from worker.rows.access import Role
from worker.rows.accounts import Account
from worker.store.db import Connection, first, rows, run, value

COLUMNS = """id, name, role, added_at, last_login_at, disabled_at, password_hash IS NOT NULL AS has_password,
    invited_until, subject"""
"""The fields of `Account`."""

LOCK = 0x61_64_6D_69
"""The advisory lock of changes to admins, so that two cannot take each other's role: 'admi' in ASCII."""


def add(
    db: Connection,
    name: str,
    role: Role,
    *,
    now: datetime,
    subject: str | None = None,
) -> Account | None:
    """Add an account; None if the name is taken, in whatever case."""
    found = first(
        db,
        f"""INSERT INTO accounts (name, role, added_at, subject)
        VALUES (:name, :role, :now, :subject)
        ON CONFLICT (lower(name)) DO NOTHING RETURNING {COLUMNS}""",
        name=name,
        role=role,
        now=now,
        subject=subject,
    )
    return _account(found) if found else None


def listing(db: Connection) -> list[Account]:
    """Return all accounts by name."""
    return [_account(row) for row in rows(db, f"SELECT {COLUMNS} FROM accounts ORDER BY lower(name)")]


def find(db: Connection, name: str) -> Account | None:
    """Return the account with this name, in whatever case; None if it is unknown."""
    found = first(db, f"SELECT {COLUMNS} FROM accounts WHERE lower(name) = lower(:name)", name=name)
    return _account(found) if found else None


def find_subject(db: Connection, subject: str) -> Account | None:
    """Return the account of this subject of an OpenID provider; None if it is unknown."""
    found = first(db, f"SELECT {COLUMNS} FROM accounts WHERE subject = :subject", subject=subject)
    return _account(found) if found else None


def find_invited(db: Connection, invitation: bytes, *, now: datetime) -> Account | None:
    """Return the account that this invitation is for; None if it is unknown, used or expired."""
    found = first(
        db,
        f"""SELECT {COLUMNS} FROM accounts
        WHERE invitation = :invitation AND invited_until > :now AND disabled_at IS NULL""",
        invitation=invitation,
        now=now,
    )
    return _account(found) if found else None


def password_of(db: Connection, account_id: int) -> str | None:
    """Return the hash of an account's password; None if it has no password."""
    found: str | None = value(db, "SELECT password_hash FROM accounts WHERE id = :id", id=account_id)
    return found


def any_made(db: Connection) -> bool:
    """Return whether there is an account, disabled or not."""
    return bool(value(db, "SELECT EXISTS (SELECT FROM accounts)"))


def invite(db: Connection, account_id: int, invitation: bytes, *, until: datetime) -> None:
    """Store an invitation in place of an earlier one."""
    _set(db, account_id, invitation=invitation, invited_until=until)


def accept(db: Connection, invitation: bytes, password_hash: str, *, now: datetime) -> bool:
    """Set the password of the invited account and use up the invitation; False if it is not valid."""
    return bool(
        run(
            db,
            """UPDATE accounts SET password_hash = :password_hash, invitation = NULL, invited_until = NULL
            WHERE invitation = :invitation AND invited_until > :now AND disabled_at IS NULL""",
            invitation=invitation,
            password_hash=password_hash,
            now=now,
        )
    )


def set_password(db: Connection, account_id: int, password_hash: str | None) -> None:
    """Set the hash of an account's password; None: no password can be entered."""
    _set(db, account_id, password_hash=password_hash)


def rehash(db: Connection, account_id: int, old: str, new: str) -> None:
    """Replace the hash of an unchanged password by one with other parameters."""
    sql = "UPDATE accounts SET password_hash = :new WHERE id = :id AND password_hash = :old"
    run(db, sql, id=account_id, old=old, new=new)


def set_role(db: Connection, account_id: int, role: Role) -> None:
    """Set the role, which holds from the next request on."""
    _set(db, account_id, role=role)


def disable(db: Connection, account_id: int, *, now: datetime) -> None:
    """Let nobody sign in to the account; the caller ends its sessions."""
    _set(db, account_id, disabled_at=now, invitation=None, invited_until=None)


def enable(db: Connection, account_id: int) -> None:
    """Let people sign in to the account again."""
    _set(db, account_id, disabled_at=None)


def remove(db: Connection, account_id: int) -> None:
    """Delete an account with its sessions."""
    run(db, "DELETE FROM accounts WHERE id = :id", id=account_id)


def note_login(db: Connection, account_id: int, *, now: datetime) -> None:
    """Record that somebody has signed in."""
    _set(db, account_id, last_login_at=now)


def others_administer(db: Connection, account_id: int) -> bool:
    """Return whether another account that is not disabled is an admin; waits for changes to other admins."""
    run(db, "SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    sql = "SELECT EXISTS (SELECT FROM accounts WHERE id <> :id AND role = 'admin' AND disabled_at IS NULL)"
    return bool(value(db, sql, id=account_id))


def _set(db: Connection, account_id: int, **columns: Any) -> None:
    listed = ", ".join(f"{name} = :{name}" for name in columns)
    run(db, f"UPDATE accounts SET {listed} WHERE id = :id", id=account_id, **columns)


def _account(row: dict[str, Any]) -> Account:
    return Account(**{**row, "role": Role(row["role"])})
