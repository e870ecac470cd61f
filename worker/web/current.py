"""What every page shows of the request that it answers: who sent it, and a message of the last change.

Set by middleware, read by `worker.web.render`, so that no handler has to pass them on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from worker.rows.access import Actor

if TYPE_CHECKING:
    from worker.web.flash import Flash


@dataclass(frozen=True, slots=True)
class Current:
    """The actor (None: unknown, as on the login page), whether by a session, and the message."""

    actor: Actor | None = None
    is_signed_in: bool = False
    flash: "Flash | None" = None


_CURRENT: ContextVar[Current] = ContextVar("current", default=Current())  # noqa: B039 - frozen


def current() -> Current:
    """Return what pages show of the current request."""
    return _CURRENT.get()


@contextmanager
def showing(**fields: Any) -> Iterator[None]:
    """Let pages show these fields of `Current` while a request is answered."""
    token = _CURRENT.set(replace(_CURRENT.get(), **fields))
    try:
        yield
    finally:
        _CURRENT.reset(token)
