"""What the client does, apart from how it sends and waits: `Client` and `AsyncClient` both run these.

A flow is a generator. It yields steps (send this request, sleep, hand this to the caller) and is sent the
answer to each. So there is one piece of code that decides, and two small ones that act.
"""

import email.utils
import json
import logging
import random
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeAlias, TypeVar

from wiredesk_client.errors import ApiError, ConnectionLost
from wiredesk_client.filters import Pairs

T = TypeVar("T")

LOGGER = logging.getLogger("wiredesk_client")

RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed: too many, too early, and a service that restarts."""

LONGEST_RETRY_AFTER = 3600.0
"""A `Retry-After` beyond an hour is a mistake, or a clock that is wrong."""

OK, GONE, UNPROCESSABLE = 200, 410, 422
"""An answer; a cursor beyond the newest change; a parameter that the service does not know."""


@dataclass(frozen=True, slots=True)
class Request:
    """A GET to send. `patience` is added to the time that an answer may take: the length of a long poll."""

    path: str
    params: Pairs = ()
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of any status, `seconds` after its request. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def object(self) -> Mapping[str, Any]:
        """Return the body's JSON object; empty if it is something else, such as a proxy's page."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer, or half of one."""

    message: str


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait before the next step; `reason` is what went wrong, for the log."""

    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Emit(Generic[T]):
    """Hand a value to the caller; the flow goes on when the caller comes back for the next."""

    value: T


Answer: TypeAlias = Reply | Lost | None
Flow: TypeAlias = Generator[Request | Sleep, Answer, T]
Stream: TypeAlias = Generator[Request | Sleep | Emit[T], Answer, None]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and after how long a request is sent again.

    `tries` counts the first one; None means for ever. The wait doubles from `first` up to `longest` seconds,
    and a random part of up to half is taken off, so that clients do not come back all at once. `Retry-After`
    goes before both.
    """

    tries: int | None = 5
    first: float = 0.5
    longest: float = 60.0
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def delay(self, failures: int, answer: Answer) -> float:
        """Return the seconds to wait after this many failures in a row."""
        if isinstance(answer, Reply) and (stated := retry_after(answer)) is not None:
            return stated
        # Beyond 2**30 the power is only a large number.
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 30)) * (1 - self.chance() / 2)


def retry_after(reply: Reply) -> float | None:
    """Return the seconds of `Retry-After`, which is a number or a date (RFC 9110, section 10.2.3)."""
    stated = reply.headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        return min(float(stated), LONGEST_RETRY_AFTER)
    try:
        at = email.utils.parsedate_to_datetime(stated)
    except (ValueError, TypeError):
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def log_wait(step: Sleep) -> None:
    """Log why the client waits, if something went wrong."""
    if step.reason:
        LOGGER.warning("%s; trying again in %.1f s", step.reason, step.seconds)


def fetch(request: Request, retry: Retry) -> Flow[Reply]:
    """Send a request until it is answered, and return the answer, whose status is 200.

    Raises `ApiError` for an answer that more tries will not change, and when all tries failed `ApiError` or
    `ConnectionLost`.
    """
    failures = 0
    while True:
        answer = yield request
        if isinstance(answer, Reply) and answer.status not in RETRYABLE:
            if answer.status != OK or not answer.object():
                raise _failure(request, answer)
            return answer
        failures += 1
        if retry.tries is not None and failures >= retry.tries:
            raise _failure(request, answer)
        yield Sleep(retry.delay(failures, answer), str(_failure(request, answer)))


def _failure(request: Request, answer: Answer) -> ApiError | ConnectionLost:
    if not isinstance(answer, Reply):
        return ConnectionLost(f"{request.path}: {answer.message if answer else 'no answer'}")
    if answer.status == OK:
        return ApiError(OK, f"{request.path} did not answer with a JSON object; is this Wiredesk?", {})
    body = answer.object()
    inner = body.get("error")
    inner = inner if isinstance(inner, dict) else {}
    message = body.get("detail") or inner.get("message") or body.get("title") or "no explanation"
    return ApiError(answer.status, str(message), {**inner, **body})
