"""The position of a sink in the change log, and whether the two still belong together.

A sink is outside the database, so it also is the memory of what was given out before a restore: a sink that
holds a line which the log lacks has seen a log that is gone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LogState:
    """The change log at one instant.

    `name` identifies the log from its creation on, through every restore. An epoch begins at the creation and
    after each restore: `epoch` is the current one, `epochs` are all. `newest` is the id of the newest line.
    """

    name: str
    epoch: str
    epochs: frozenset[str]
    newest: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What never changes about a line, so that a sink's copy can be compared with the log."""

    id: int
    article_id: int | None
    kind: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SinkPosition:
    """The last line that a sink was given, and the log and epoch that it came from.

    `log` and `epoch` are empty if the sink does not know them, `mark` is None if the line itself is no longer
    there.
    """

    id: int
    mark: Mark | None
    log: str = ""
    epoch: str = ""


class Standing(StrEnum):
    """How a sink relates to the log."""

    NEW = "new"
    """The sink is empty."""
    FOLLOWS = "follows"
    AHEAD = "ahead"
    """The sink holds lines that the log lacks: the database was restored to an earlier time."""
    FOREIGN = "foreign"
    """The sink holds the lines of another service's log."""


def standing(position: SinkPosition | None, log: LogState, *, knows: bool) -> Standing:
    """Return how the sink stands to the log; `knows` is whether the log accounts for the position."""
    if position is None:
        return Standing.NEW
    if position.log not in ("", log.name):
        return Standing.FOREIGN
    if position.id > log.newest:
        return Standing.AHEAD
    if position.mark is None:
        return Standing.FOLLOWS if position.epoch in ("", *log.epochs) else Standing.AHEAD
    return Standing.FOLLOWS if knows else Standing.AHEAD
