"""What every route may need, built once and handed to the app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from redis import Redis

from worker.config.settings import Settings
from worker.store import Store
from worker.web.recent import Recent
from worker.web.status import Status
from worker.web.times import utc_now


@dataclass(frozen=True, slots=True)
class Parts:
    """`stopping` says whether the server is about to end, so that streams end with it."""

    settings: Settings
    store: Store
    redis: Redis
    status: Recent[Status]
    days: Recent[list[dict[str, Any]]]
    stopping: Callable[[], bool]
    clock: Callable[[], datetime] = utc_now


def parts_of(request: Request) -> Parts:
    """The parts of the app that answers this request."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


Needed = Annotated[Parts, Depends(parts_of)]
