"""Hashing passwords with Argon2id, a bounded number at once.

The parameters are argon2-cffi's defaults (RFC 9106, section 4, the second recommendation): each hash takes
64 MiB and some 50 ms on purpose, so a flood of logins must neither fill the memory nor hold up the event
loop.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from worker.rows.accounts import LONGEST_PASSWORD

T = TypeVar("T")

AT_ONCE = 2
"""Hashes computed at the same time: 128 MiB. A guess at what a small machine has left."""

MOST_QUEUED = 32
"""Logins that wait for their turn: the last waits some two seconds on a slow core. Others are sent away."""

NO_PASSWORD = "no password"  # noqa: S105 - it lets nobody in
"""What is hashed in place of the password of an unknown account, which then takes as long as a known one."""


class TooManyLogins(Exception):
    """Another login would only delay those that wait already; try again later."""


class Passwords:
    """Checks and hashes passwords in threads, `AT_ONCE` at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._queued = 0
        self._of_nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return the hash of a new password. Raises `TooManyLogins`."""
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def verify(self, known: str | None, password: str) -> bool:
        """Return whether the password has this hash. Takes as long for None, which no password has.

        Raises `TooManyLogins`.
        """
        return await self._in_turn(lambda: self._verify(known, password[:LONGEST_PASSWORD]))

    def is_outdated(self, known: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(known)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._queued >= MOST_QUEUED:
            raise TooManyLogins("too many people sign in at this moment; try again in a few seconds")
        self._queued += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._queued -= 1

    def _verify(self, known: str | None, password: str) -> bool:
        if known is None and self._of_nobody is None:
            self._of_nobody = self._hasher.hash(NO_PASSWORD)
        try:
            compared = (self._of_nobody or "") if known is None else known
            return self._hasher.verify(compared, password) and known is not None
        except (VerificationError, InvalidHashError):
            return False
