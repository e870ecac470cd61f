"""Sinks: receivers of the change log. One module each; `sinks` lists those that are on."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Line = Mapping[str, Any]
"""A line of the change log, as `worker.store.changes.after` gives it."""


class SinkUnavailable(Exception):
    """The sink cannot be reached; the lines it has not confirmed are sent again."""


class Sink(Protocol):
    """A receiver of changes that keeps its own position."""

    name: str

    def position(self, newest: int) -> int:
        """Return the id of the last change that it holds; `newest` is the last of the change log."""
        ...

    def deliver(self, lines: Sequence[Line]) -> None:
        """Deliver lines that follow its position, in their order. Raises `SinkUnavailable`."""
        ...
