"""The keys of the API: what a caller sends, and what the store keeps of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Self

MARK = "wdk_"
"""The beginning of every secret, by which people and scanners of leaked secrets recognise it."""

SECRET_BYTES = 32
"""256 random bits: nobody guesses a secret, however many guesses a second."""

SHOWN = len(MARK) + 6
"""Characters of a secret that lists show: enough to tell keys apart, and 220 bits stay unknown."""


class Ranked(StrEnum):
    """Ranks in ascending order, each including those before it."""

    def includes(self, other: Self) -> bool:
        """Return whether this rank may do what needs the other one."""
        ranks = list(type(self))
        return ranks.index(self) >= ranks.index(other)


class Scope(Ranked):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the store has it; the secret itself is stored nowhere."""

    id: int
    name: str
    scope: Scope
    prefix: str
    added_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def hash_of(secret: str) -> bytes:
    """Return what the store keeps of a secret: its SHA-256.

    A slow hash (bcrypt, Argon2) makes it costly to try passwords that people choose. A random secret of 256
    bits cannot be found by trying, and a slow hash would only cost each request some 100 ms.
    """
    return sha256(secret.encode()).digest()
