"""Bounds on the web server's connections: how many may be open, and how long a request may take to arrive.

uvicorn reads a request for as long as its bytes trickle, and accepts connections until the process has no
file descriptors left (uvicorn issue 157). `LimitedProtocol` adds both bounds to uvicorn's own protocol.

A connection *waits* while no request of it is being answered: before the head of a request is complete, and
between two requests. Only waiting connections are closed, by the deadline or to make room, so a reader of a
long answer keeps its connection.
"""

import asyncio
import resource
from dataclasses import dataclass
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 1000
"""A guess: far more than a house's own readers and hubs need, and at most about 150 MB if each sends as much
as is read ahead of the app (64 KiB of a head or a body, twice)."""
RESERVED_DESCRIPTORS = 64
"""Descriptors for everything else: 16 connections to PostgreSQL, a few to Redis, static files that are being
sent (40 threads at most)."""
MOST_DESCRIPTORS = 65_536
"""Enough for everything, as LimitNOFILE in deploy/systemd. Containers may allow 2**30, where a child that
closes all descriptors one by one takes minutes."""
HEAD_SECONDS = 10.0
"""From the start of a connection, or from the first byte of a later request, to the end of the head. A guess:
time to send a lost packet again, twice, and what browsers leave a connection unused that they open ahead."""
IDLE_SHARE = 4
"""One in this many connections is kept for those that wait, so that one can always be closed. A guess."""

TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The bounds of one server."""

    connections: int
    head_seconds: float

    @property
    def requests(self) -> int:
        """Requests that may be answered at once; further ones get 503."""
        return self.connections - max(1, self.connections // IDLE_SHARE)


def raise_descriptor_limit() -> None:
    """Raise the soft limit of file descriptors to the hard limit, as far as that is useful."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # macOS refuses more than kern.maxfilesperproc
            return


def connections_within(descriptors: int) -> int:
    """Return how many connections a process with this limit of descriptors may hold open."""
    if descriptors == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return min(MOST_CONNECTIONS, max(descriptors - RESERVED_DESCRIPTORS, descriptors // 2))


class OpenConnections:
    """The open connections of one server, and those of each address that wait, the longest waiting first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._answering: set[LimitedProtocol] = set()
        self._open: set[LimitedProtocol] = set()
        self._waiting: dict[str, dict[LimitedProtocol, None]] = {}

    def wait(self, connection: "LimitedProtocol") -> None:
        """Add a connection that waits from now on, and make room for it."""
        self._open.add(connection)
        self._answering.discard(connection)
        self._waiting.setdefault(connection.address, {})[connection] = None
        while len(self._open) > self.limits.connections and self._waiting:
            self._close(self._next_to_close())

    def begin(self, connection: "LimitedProtocol") -> None:
        """Note that a request of the connection is being answered."""
        self._stop_waiting(connection)
        self._answering.add(connection)

    def leave(self, connection: "LimitedProtocol") -> None:
        """Forget a connection that is closed."""
        self._stop_waiting(connection)
        self._answering.discard(connection)
        self._open.discard(connection)

    def is_waiting(self, connection: "LimitedProtocol") -> bool:
        """Return whether no request of the connection is being answered."""
        return connection in self._waiting.get(connection.address, {})

    def is_busy(self) -> bool:
        """Return whether as many requests are being answered as may be."""
        return len(self._answering) >= self.limits.requests

    def _stop_waiting(self, connection: "LimitedProtocol") -> None:
        same = self._waiting.get(connection.address, {})
        same.pop(connection, None)
        if not same:
            self._waiting.pop(connection.address, None)

    def _next_to_close(self) -> "LimitedProtocol":
        # Who holds most of the waiting connections loses one, so that one client cannot displace all others.
        # Behind a reverse proxy all have one address, and the longest waiting one is closed.
        most = max(self._waiting.values(), key=lambda same: len(same))
        return next(iter(most))

    def _close(self, connection: "LimitedProtocol") -> None:
        self.begin(connection)
        # The end of an answer may still be on its way to a slow reader: it is sent before the connection is
        # closed, and keeps the place until then.
        if not connection.transport.get_write_buffer_size():
            self.leave(connection)
        connection.transport.close()


class LimitedProtocol(H11Protocol):
    """uvicorn's protocol of one connection, with a limited place and a deadline for each request's head."""

    places: ClassVar[OpenConnections]
    address = ""
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, and expect the first request."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.places.wait(self)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the place."""
        self._stop_deadline()
        self.places.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read data; the first bytes of a later request start its deadline, further ones do not move it."""
        if self._deadline is None and self.places.is_waiting(self):
            self._start_deadline()
        super().data_received(data)

    def handle_events(self) -> None:
        """Begin to answer once a head is complete, with 503 if too many requests are being answered."""
        # uvicorn's own check counts the connections that wait, too.
        self.limit_concurrency = 0 if self.places.is_busy() else None
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_deadline()
            self.places.begin(self)

    def on_response_complete(self) -> None:
        """Expect the next request."""
        if not self.transport.is_closing():
            self.places.wait(self)
        # May begin to answer the next request, if that has arrived.
        super().on_response_complete()

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.places.limits.head_seconds, self._end_late_request)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_late_request(self) -> None:
        if self.transport.is_closing():
            return
        # Silent if nothing was sent: browsers open connections ahead, and show a 408 that they find on one.
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(TOO_LATE)
        self.transport.close()


def limited_protocol(limits: ConnectionLimits) -> type[LimitedProtocol]:
    """Return the protocol class of one server, which uvicorn instantiates for each connection."""
    return type("LimitedProtocol", (LimitedProtocol,), {"places": OpenConnections(limits)})
