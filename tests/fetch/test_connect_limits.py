"""All bytes that arrive over a connection are counted."""

import asyncio
import socket
import time

import pytest

from tests.fetch.conftest import Get, limits
from tests.fetch.test_client import failed, reply
from tests.servers import answer, saying, serve, serve_raw
from worker.fetch.client import Client
from worker.fetch.connect import HEAD_BYTES
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason

OK = b"HTTP/1.1 200 OK\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


@pytest.mark.parametrize(
    "beginning,again",
    [
        (b"", INTERIM * 1000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 100_000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"a" * 90_000 + b"\r\nx\r\n"),
    ],
    ids=["interim answers", "one extension", "an extension for each byte"],
)
def test_endless_interim_answers_and_framing_are_refused(get: Get, beginning: bytes, again: bytes) -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(beginning)
        while True:
            connection.sendall(again)

    began = time.monotonic()
    with serve_raw(flood) as base:
        failed(get(f"{base}/", limits=limits(body=100_000, total=20.0)), Reason.TOO_LARGE)
    assert time.monotonic() - began < 5


def test_a_few_interim_answers_are_skipped(get: Get) -> None:
    with serve_raw(saying(INTERIM * 20, OK + b"Content-Length: 2\r\n\r\nhi")) as base:
        assert reply(get(f"{base}/")).body == b"hi"


def test_a_body_up_to_its_limit_passes_in_any_chunks(get: Get) -> None:
    body = b"x" * 3_000_000
    chunked = b"".join(b"5dc0\r\n" + body[at : at + 24_000] + b"\r\n" for at in range(0, len(body), 24_000))
    with (
        serve({"/": answer(body)}) as plain,
        serve_raw(saying(OK + b"Transfer-Encoding: chunked\r\n\r\n", chunked + b"0\r\n\r\n")) as cut,
    ):
        assert reply(get(f"{plain}/", limits=limits(body=3_000_000))).size == 3_000_000
        assert reply(get(f"{cut}/", limits=limits(body=3_000_000))).size == 3_000_000


def test_each_response_of_a_connection_is_counted_separately() -> None:
    async def ask(base: str) -> list[Reply | Failure]:
        async with Client("t", limits()) as client:
            return [await client.get(f"{base}/{path}") for path in ("page", "page", "page", "flood")]

    def talk(connection: socket.socket) -> None:
        page = b"p" * (HEAD_BYTES - 1000)
        for _ in range(3):
            connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(page) + page)
            connection.recv(65536)
        connection.sendall(INTERIM * (1 + HEAD_BYTES // len(INTERIM)))

    with serve_raw(talk) as base:
        *pages, flood = asyncio.run(ask(base))
    assert [reply(page).size for page in pages] == [HEAD_BYTES - 1000] * 3
    failed(flood, Reason.TOO_LARGE)
