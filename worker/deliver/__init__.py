"""Sinks: receivers of the change log. One module each; `sinks` lists those that are on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from worker.deliver.position import LogState, Mark, SinkPosition

Line = Mapping[str, Any]
"""A line of the change log, as `worker.store.changes.after` gives it."""


class SinkUnavailable(Exception):
    """The sink cannot be reached; the lines it has not confirmed are sent again."""


class ForeignSink(SinkUnavailable):
    """The sink holds the changes of another service; nothing is sent to it."""


class Sink(Protocol):
    """A receiver of changes that keeps its own position. Each method raises `SinkUnavailable`."""

    name: str
    keeps: int
    """Lines that an empty sink is given to begin with."""

    def position(self) -> SinkPosition | None:
        """Return the last line that it was given; None for an empty sink."""
        ...

    def newest_first(self) -> Iterator[Sequence[Mark]]:
        """Yield the lines that it holds in batches, newest first."""
        ...

    def deliver(self, lines: Sequence[Line], log: LogState) -> None:
        """Deliver lines that follow its position, in their order, and record the log that they come from."""
        ...

    def emptying(self) -> str:
        """Return the command that empties the sink."""
        ...
