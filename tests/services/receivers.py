"""Receivers of webhooks on loopback, and what they were sent."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic_core import from_json
from standardwebhooks import Webhook

from tests.servers import serve


@dataclass
class Received:
    """A message as it came."""

    id: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = from_json(self.body)["data"]
        return found

    @property
    def lines(self) -> list[dict[str, Any]]:
        return list(self.data.get("lines", [self.data]))

    def verify(self, secret: str) -> None:
        """Check the signature as a receiver does. Raises `WebhookVerificationError`."""
        Webhook(secret).verify(self.body, self.headers)


Decision = Callable[[Received], "web.StreamResponse | int"]


@dataclass
class Receiver:
    """What a receiver took, and what it saw. `decide` returns the status, or the whole answer."""

    decide: Decision = lambda received: 200
    url: str = ""
    seen: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        received = Received(request.headers.get("webhook-id", ""), dict(request.headers), body)
        decided = self.decide(received)
        with self.lock:
            self.seen.append(received)
            if decided == 200:
                self.taken.append(received)
        return web.Response(status=decided) if isinstance(decided, int) else decided

    @property
    def ids(self) -> list[int]:
        """The ids of all lines that were taken, in their order."""
        return [line["id"] for one in self.taken for line in one.lines]


@contextmanager
def receiver(decide: Decision = lambda received: 200) -> Iterator[Receiver]:
    """A receiver that answers 200, or what `decide` says."""
    made = Receiver(decide)
    with serve(made.handle) as base:
        made.url = f"{base}/hook"
        yield made
