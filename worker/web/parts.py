"""What every route may need, built once and handed to the app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from redis import Redis

from worker.settings import Settings
from worker.store import Store
from worker.web.recent import Recent
from worker.web.status import Status


@dataclass(frozen=True, slots=True)
class Parts:
    """`stopping` says whether the server is about to end, so that streams end with it."""

    settings: Settings
    store: Store
    redis: Redis
    status: Recent[Status]
    days: Recent[list[dict[str, Any]]]
    stopping: Callable[[], bool]


def parts_of(request: Request) -> Parts:
    """The parts of the app that answers this request."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


Needed = Annotated[Parts, Depends(parts_of)]
