"""What the services need of the queue: to know how full it is, and to put claims into it."""

from collections.abc import Sequence
from typing import Protocol

Claim = tuple[int, int]
"""An id and the number of its lease: all that a message carries of a unit of work."""


class QueueUnavailable(Exception):
    """The broker cannot be reached; nothing was put into a queue."""


class Queue(Protocol):
    """The broker as the services see it."""

    def depth(self, stage: str) -> int:
        """How many messages wait in the queue of `stage`. Raises `QueueUnavailable`."""
        ...

    def send(self, stage: str, claims: Sequence[Claim]) -> None:
        """Put one message with these claims into the queue of `stage`. Raises `QueueUnavailable`."""
        ...
