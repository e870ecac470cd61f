"""The queue as the services use it: how full it is, and sending claims."""

from collections.abc import Sequence
from typing import Protocol

Claim = tuple[int, int]
"""The id of a row and the number of its lease: all that a message says about a unit of work."""


class QueueUnavailable(Exception):
    """The broker cannot be reached; nothing was sent."""


class Queue(Protocol):
    """The broker as the services see it."""

    def depth(self, stage: str) -> int:
        """Return the number of waiting messages of `stage`. Raises `QueueUnavailable`."""
        ...

    def send(self, stage: str, claims: Sequence[Claim]) -> None:
        """Send one message with these claims to `stage`. Raises `QueueUnavailable`."""
        ...
