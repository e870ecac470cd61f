"""Connections that hosts close between requests, and addresses that cannot be reached."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

from tests.fetch.conftest import limits
from tests.fetch.test_framing import BODY, LENGTH, OK, Counting, requested
from tests.names import resolving
from tests.servers import saying, serve_raw
from worker.fetch.client import Client
from worker.fetch.reply import Failure, Reply

ANSWER = OK + LENGTH + b"\r\n" + BODY


def bodies(found: Sequence[Reply | Failure]) -> list[Any]:
    return [got.body if isinstance(got, Reply) else got for got in found]


class Closing(Counting):
    """Closes each connection after one answer, though it has promised to keep it."""

    def __init__(self, *, on_request: bool) -> None:
        super().__init__(ANSWER)
        self._on_request = on_request

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        connection.sendall(ANSWER)
        if self._on_request:
            connection.recv(65536)


def test_a_connection_that_was_closed_while_idle_is_replaced() -> None:
    host = Closing(on_request=False)
    assert bodies(requested(host, times=3, pause=0.1)) == [BODY] * 3


def test_a_request_is_repeated_once_if_its_connection_is_closed_under_it() -> None:
    host = Closing(on_request=True)
    assert bodies(requested(host, times=2)) == [BODY] * 2
    assert host.connections == 2


def test_a_timeout_answer_on_an_idle_connection_is_not_taken_for_the_next() -> None:
    class Late(Counting):
        def __call__(self, connection: socket.socket) -> None:
            self.connections += 1
            connection.sendall(ANSWER)
            connection.settimeout(0.05)
            try:
                connection.recv(65536)
            except TimeoutError:
                connection.sendall(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")

    assert bodies(requested(Late(ANSWER), times=2, pause=0.2)) == [BODY] * 2


def asked(names: dict[str, list[str]], url: str) -> Reply | Failure:
    async def ask() -> Reply | Failure:
        async with Client("wiredesk-test", limits()) as client:
            return await client.get(url)

    with resolving(names):
        return asyncio.run(ask())


def test_a_host_whose_first_address_refuses_is_reached_at_its_next() -> None:
    with serve_raw(saying(ANSWER)) as base:
        port = base.rpartition(":")[2]
        for addresses in ("::1 127.0.0.1", "127.0.0.2 127.0.0.1"):
            got = asked({"two.example": [addresses]}, f"http://two.example:{port}/")
            assert isinstance(got, Reply), got


def test_a_host_whose_first_address_is_silent_is_reached_at_its_next_soon() -> None:
    # A full queue of connections that nobody accepts is silent, as an IPv6 address without a route is.
    with serve_raw(saying(ANSWER)) as base, socket.socket() as full:
        port = int(base.rpartition(":")[2])
        full.bind(("127.0.0.2", port))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.2", port))
        got = asked({"two.example": ["127.0.0.2 127.0.0.1"]}, f"http://two.example:{port}/")
        for one in waiting:
            one.close()
    assert isinstance(got, Reply), got
    assert got.elapsed < 1.5
