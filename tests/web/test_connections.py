"""Places of connections: a server with four of them, and a small app."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread
from typing import Any

import pytest
import uvicorn

from tests.waiting import wait_until
from worker.web.connections import ConnectionLimits, limited_protocol
from worker.web.serve import listen

PLACES = 4
LONG = 8_000_000
"""More than the kernel keeps for a reader."""


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer once the body is complete; the answer to /long is long."""
    while (await receive()).get("more_body"):
        pass
    body = b"x" * (LONG if scope["path"] == "/long" else 2)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """A running server."""
    protocol = limited_protocol(ConnectionLimits(PLACES, head_seconds=60))
    server = uvicorn.Server(uvicorn.Config(app, http=protocol, ws="none", log_config=None, lifespan="off"))
    with listen("127.0.0.1", 0) as listener:
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield listener.getsockname()
        server.should_exit = True
        thread.join(10)


def status(address: tuple[str, int]) -> bytes:
    """Return the status of the answer to a new client."""
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return client.recv(1000).split()[1]


def begun(address: tuple[str, int]) -> socket.socket:
    """Return a connection whose request has begun, which the server confirms, and waits for its body."""
    client = socket.create_connection(address, timeout=10)
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
    assert client.recv(1000).startswith(b"HTTP/1.1 100")
    return client


def test_requests_beyond_three_quarters_of_the_places_get_503_until_one_ends(
    address: tuple[str, int],
) -> None:
    with ExitStack() as stack:
        one, *_ = [stack.enter_context(begun(address)) for _ in range(PLACES - 1)]
        assert status(address) == b"503"

        one.sendall(b"x")

        assert one.recv(1000).startswith(b"HTTP/1.1 200")
        assert status(address) == b"200"


def test_a_request_in_progress_is_answered_however_many_connections_come(address: tuple[str, int]) -> None:
    with begun(address) as honest, ExitStack() as stack:
        for _ in range(5 * PLACES):
            stack.enter_context(socket.create_connection(address, timeout=10))
        assert status(address) == b"200"

        honest.sendall(b"x")

        assert honest.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_slow_reader_gets_the_whole_answer_though_its_place_is_needed(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as slow, ExitStack() as stack:
        slow.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        got = len(slow.recv(100))
        for _ in range(5 * PLACES):
            stack.enter_context(socket.create_connection(address, timeout=10))
        assert status(address) == b"200"

        while received := len(slow.recv(1_000_000)):
            got += received

        assert got > LONG


def test_the_connection_that_waits_the_longest_makes_room(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        first, second, *_ = [
            stack.enter_context(socket.create_connection(address, timeout=10)) for _ in range(PLACES)
        ]
        assert status(address) == b"200"

        assert first.recv(1) == b""
        second.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert second.recv(1000).startswith(b"HTTP/1.1 200")
