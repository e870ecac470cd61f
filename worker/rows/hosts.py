"""Rows of hosts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from worker.model import HostLane

TurnStage = Literal["poll", "fetch"]


@dataclass(frozen=True, slots=True)
class HostClaim:
    """A host that was claimed, and the number of its lease."""

    id: int
    lease: int


@dataclass(frozen=True, slots=True)
class Host:
    """A host, as its turn needs it."""

    id: int
    lease: int
    key: str
    delay_seconds: float | None
    errors: int
    robots: bytes | None
    robots_status: int | None
    robots_expires_at: datetime | None
    robots_failing_since: datetime | None
    tdm: list[list[Any]] | None
    pace: float
    answer_seconds: float | None
    lane: HostLane


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a turn left its host. `free_at` is the earliest time of the next request."""

    id: int
    lease: int
    free_at: datetime
    rest_until: datetime | None
    errors: int
    reason: str | None
    detail: str | None
    requests: int
    pace: float = 1.0
    answer_seconds: float | None = None
    lane: HostLane = HostLane.ANSWERING
