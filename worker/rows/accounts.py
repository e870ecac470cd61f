"""Accounts of people, and their sessions in browsers."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.rows.access import Role

ACCOUNT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
"""Names that need no quotes in a shell; mail addresses are among them."""

RESERVED = ("local", "anyone")
"""Names that the audit log uses for people without an account."""

TOKEN_BYTES = 32
"""256 random bits, for invitations and sessions: nobody guesses one, so a fast hash (SHA-256) hides it."""

SHORTEST_PASSWORD = 12
"""Characters. OWASP ASVS 5.0 (6.2.1) wants 8, and recommends 15; nothing else is demanded of a password."""

LONGEST_PASSWORD = 1000
"""Characters: a bound on what is hashed, far above any password manager's."""

LEAST_DIFFERENT = 5
"""Different characters of a password, which rules out `aaaaaaaaaaaa` and `121212121212`. A guess."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as lists show it; neither password nor invitation are part of it."""

    id: int
    name: str
    role: Role
    added_at: datetime
    last_login_at: datetime | None
    disabled_at: datetime | None
    has_password: bool
    invited_until: datetime | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that is signed in, with the account's name and present role."""

    id: int
    account_id: int
    name: str
    role: Role
    began_at: datetime
    seen_at: datetime
    agent: str


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lasts: without requests (`idle`), and in all (`whole`)."""

    idle: timedelta
    whole: timedelta


def name_problem(name: str) -> str | None:
    """Return what is wrong with the name of a new account; None if it is good."""
    if not ACCOUNT_NAME.fullmatch(name):
        return f"{name!r}: a name has letters, digits and . _ @ + -, at most 64, the first no sign"
    return f"{name} is a name that the audit log uses itself: choose another" if name in RESERVED else None


def password_problem(password: str, name: str) -> str | None:
    """Return what is wrong with a new password of this account; None if it is good."""
    if len(password) < SHORTEST_PASSWORD:
        return f"a password has at least {SHORTEST_PASSWORD} characters"
    if len(password) > LONGEST_PASSWORD:
        return f"a password has at most {LONGEST_PASSWORD} characters"
    if len(set(password)) < LEAST_DIFFERENT:
        return f"a password has at least {LEAST_DIFFERENT} different characters"
    return "a password must differ from the name" if password.lower() == name.lower() else None
