"""What the routes need, built once and attached to the app."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request
from redis import Redis

from worker.config.settings import Settings
from worker.monitor.problems import Problem
from worker.services.vitals import Vitals
from worker.store import Store
from worker.web.api.status_models import Status
from worker.web.long_poll import NewestChange

T = TypeVar("T")

SHARE = 10
"""A value is kept this many times as long as reading it took: reading takes at most a tenth of the time."""


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class Recent(Generic[T]):
    """A value that is expensive to read and shared by all requests at about the same time.

    `read` is called at most once in `seconds`, and less often if it is slow.
    """

    def __init__(self, read: Callable[[], T], *, seconds: float = 1.0) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = Lock()
        self._known: tuple[float, T] | None = None

    def get(self) -> T:
        """Return the value, read again if it is too old; errors of `read` are raised and not kept."""
        with self._lock:
            begun = monotonic()
            if self._known is None or begun >= self._known[0]:
                value = self._read()
                done = monotonic()
                self._known = (done + max(self._seconds, SHARE * (done - begun)), value)
            return self._known[1]


class Slots:
    """A number of places of which each is held for a while; for use in one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places

    @property
    def is_full(self) -> bool:
        """Whether all places are taken."""
        return self._free <= 0

    @contextmanager
    def hold(self) -> Iterator[bool]:
        """Hold a place; False if all are taken."""
        if self.is_full:
            yield False
            return
        self._free -= 1
        try:
            yield True
        finally:
            self._free += 1


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes need.

    `streams` are the places of readers of the status page, `followers` those of readers of the change log.
    `written` returns why the store accepts no writes, `problems` what is wrong. `stopping` returns whether
    the server is about to stop, so that streams end. `newest` is what readers wait for that follow the change
    log, each in one of `seats`. `trials` are the places of those who try a feed before they subscribe to it.
    """

    settings: Settings
    store: Store
    redis: Redis
    status: Recent[Status]
    vitals: Recent[Vitals]
    written: Recent[str | None]
    problems: Recent[list[Problem]]
    stopping: Callable[[], bool]
    streams: Slots
    followers: Slots
    newest: NewestChange
    seats: Slots
    trials: Slots
    clock: Callable[[], datetime] = utc_now


def parts_of(request: Request) -> Parts:
    """Return the parts of the app that answers this request."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


Needed = Annotated[Parts, Depends(parts_of)]
