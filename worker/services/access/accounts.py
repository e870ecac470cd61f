"""Accounts: made by invitation, changed by administrators, never without an administrator."""

import secrets
from datetime import datetime, timedelta

from worker.rows.access import Role
from worker.rows.accounts import TOKEN_BYTES, Account, name_problem
from worker.rows.api_keys import hash_of
from worker.store import Connection, accounts, sessions


class AccountProblem(Exception):
    """A change of accounts that cannot be made; the text is one line: what is wrong and what to do."""


def add(db: Connection, name: str, role: Role, *, now: datetime, valid: timedelta) -> tuple[Account, str]:
    """Add an account and return the token of its invitation. Raises `AccountProblem`."""
    if problem := name_problem(name):
        raise AccountProblem(problem)
    account = accounts.add(db, name, role, now=now)
    if account is None:
        raise AccountProblem(f"there is an account {name}: `wiredesk users reset {name}` makes a new link")
    return account, _invite(db, account, now=now, valid=valid)


def reset(db: Connection, name: str, *, now: datetime, valid: timedelta) -> str:
    """Make the password invalid, end all sessions, and return the token of a new invitation.

    Raises `AccountProblem`.
    """
    account = named(db, name)
    if account.disabled_at:
        raise AccountProblem(f"{account.name} is disabled: first `wiredesk users enable {account.name}`")
    if account.subject:
        raise AccountProblem(f"{account.name} signs in through the OpenID provider and has no password here")
    accounts.set_password(db, account.id, None)
    sessions.end_all(db, account.id)
    return _invite(db, account, now=now, valid=valid)


def set_role(db: Connection, name: str, role: Role) -> Account:
    """Give an account another role. Raises `AccountProblem` if no admin would be left."""
    account = named(db, name)
    if role is not Role.ADMIN:
        _keep_an_admin(db, account)
    accounts.set_role(db, account.id, role)
    return account


def disable(db: Connection, name: str, *, now: datetime) -> Account:
    """Disable an account and end its sessions. Raises `AccountProblem` if no admin would be left."""
    account = named(db, name)
    _keep_an_admin(db, account)
    accounts.disable(db, account.id, now=now)
    sessions.end_all(db, account.id)
    return account


def enable(db: Connection, name: str) -> Account:
    """Enable an account again. Raises `AccountProblem` if it is unknown."""
    account = named(db, name)
    accounts.enable(db, account.id)
    return account


def remove(db: Connection, name: str) -> Account:
    """Remove an account. Raises `AccountProblem` if no admin would be left."""
    account = named(db, name)
    _keep_an_admin(db, account)
    accounts.remove(db, account.id)
    return account


def named(db: Connection, name: str) -> Account:
    """Return the account with this name. Raises `AccountProblem`."""
    account = accounts.find(db, name)
    if account is None:
        raise AccountProblem(f"there is no account {name}: see `wiredesk users list`")
    return account


def _keep_an_admin(db: Connection, account: Account) -> None:
    is_admin = account.role is Role.ADMIN and not account.disabled_at
    if is_admin and not accounts.others_administer(db, account.id):
        raise AccountProblem(
            f"{account.name} is the last admin: first `wiredesk users role OTHER admin`, or add another"
        )


def _invite(db: Connection, account: Account, *, now: datetime, valid: timedelta) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    accounts.invite(db, account.id, hash_of(token), until=now + valid)
    return token
