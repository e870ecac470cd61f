"""Passwords are hashed with Argon2id, in threads, a bounded number at once."""

import asyncio
from typing import Any

from argon2 import PasswordHasher

from worker.services.access import passwords
from worker.services.access.passwords import AT_ONCE, MOST_QUEUED, Passwords, TooManyLogins


def test_the_parameters_are_those_of_rfc_9106() -> None:
    assert asyncio.run(Passwords().hash("a password")).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_no_password_belongs_to_a_missing_or_broken_hash() -> None:
    checks = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for known in (None, "", "$argon2id$broken", "plain"):
        for password in ("", passwords.NO_PASSWORD, "plain"):
            assert not asyncio.run(checks.verify(known, password))


def test_a_flood_of_logins_is_hashed_a_few_at_a_time_and_the_rest_is_sent_away() -> None:
    running, most = 0, 0

    class Watched:
        def verify(self, known: str, password: str) -> bool:
            nonlocal running, most
            running += 1
            most = max(most, running)
            running -= 1
            return True

    async def flood() -> list[Any]:
        checks = Passwords(Watched())  # type: ignore[arg-type]
        return await asyncio.gather(
            *(checks.verify("known", "x") for _ in range(3 * MOST_QUEUED)), return_exceptions=True
        )

    answers = asyncio.run(flood())
    assert answers.count(True) == MOST_QUEUED
    assert sum(isinstance(one, TooManyLogins) for one in answers) == 2 * MOST_QUEUED
    assert most <= AT_ONCE


def test_an_unknown_account_takes_as_much_work_as_a_known_one() -> None:
    verified = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            verified.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    checks = Passwords(Watched(time_cost=1, memory_cost=8, parallelism=1))
    known = asyncio.run(checks.hash("right"))
    for hashed in (known, None):
        assert not asyncio.run(checks.verify(hashed, "wrong"))
    assert verified == ["m=8,t=1,p=1"] * 2
