"""Clients that hold connections without a complete request cannot keep the web server from its others."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from time import monotonic

import pytest
import requests

from tests.fixtures.databases import Databases
from worker.embedded.redis import Redis

DESCRIPTORS = 256
HEAD_SECONDS = 2.0
GOOD_SECONDS = 5.0
"""Time for a good request on a busy machine; without bounds it waits forever."""
HALF = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"

CODE = f"""
import resource, sys
from worker.config.settings import Settings
from worker.web.serve import serve
resource.setrlimit(resource.RLIMIT_NOFILE, ({DESCRIPTORS // 2}, {DESCRIPTORS}))
serve(Settings(database_url=sys.argv[1], redis_url=sys.argv[2], web_port=0), head_seconds=float(sys.argv[3]))
"""


@contextmanager
def server(databases: Databases, shared_redis: Redis, head_seconds: float) -> Iterator[tuple[str, int]]:
    """Run the server process with few descriptors; yield its address."""
    command = [sys.executable, "-u", "-c", CODE]
    with (
        databases.fresh() as url,
        subprocess.Popen(
            [*command, url, shared_redis.url, str(head_seconds)], stdout=subprocess.PIPE, text=True
        ) as started,
    ):
        assert started.stdout
        (port,) = re.findall(r"http://127\.0\.0\.1:(\d+)/", started.stdout.readline())
        yield "127.0.0.1", int(port)
        started.kill()


@pytest.fixture(scope="module")
def patient(databases: Databases, shared_redis: Redis) -> Iterator[tuple[str, int]]:
    """A server whose deadline never helps."""
    with server(databases, shared_redis, 600) as address:
        yield address


@pytest.fixture(scope="module")
def strict(databases: Databases, shared_redis: Redis) -> Iterator[tuple[str, int]]:
    """A server with a short deadline."""
    with server(databases, shared_redis, HEAD_SECONDS) as address:
        yield address


def answer(address: tuple[str, int], path: str = "/readyz") -> int:
    """Return the status of the answer to a good request of a new client."""
    return requests.get(f"http://127.0.0.1:{address[1]}{path}", timeout=GOOD_SECONDS).status_code


def is_closed(connection: socket.socket) -> bool:
    """Return whether the server has closed this connection."""
    connection.setblocking(False)
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize("sent", [b"", b"G", HALF], ids=["nothing", "one byte", "half a head"])
def test_more_half_requests_than_descriptors_do_not_delay_a_good_one(
    patient: tuple[str, int], sent: bytes
) -> None:
    with ExitStack() as stack:
        for _ in range(DESCRIPTORS + 100):
            half = stack.enter_context(socket.create_connection(patient, timeout=10))
            half.sendall(sent)

        assert [answer(patient), answer(patient, "/"), answer(patient, "/static/live.js")] == [200, 200, 200]


def test_open_streams_do_not_delay_a_good_request(patient: tuple[str, int]) -> None:
    with ExitStack() as stack:
        for _ in range(DESCRIPTORS + 100):
            stream = stack.enter_context(socket.create_connection(patient, timeout=10))
            stream.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert stream.recv(1000)

        assert answer(patient) == 200


def test_a_reader_of_a_stream_keeps_it_beyond_the_deadline_and_while_others_flood(
    strict: tuple[str, int],
) -> None:
    url = f"http://127.0.0.1:{strict[1]}/events"
    with requests.get(url, stream=True, timeout=10) as stream, ExitStack() as stack:
        lines = stream.iter_lines()
        begun = monotonic()
        for _ in range(DESCRIPTORS + 100):
            stack.enter_context(socket.create_connection(strict, timeout=10)).sendall(HALF)

        while monotonic() < begun + HEAD_SECONDS * 1.5:
            next(lines)


def test_a_client_with_many_connections_loses_its_own_and_not_those_of_others(
    patient: tuple[str, int],
) -> None:
    with ExitStack() as stack:
        honest = stack.enter_context(socket.create_connection(patient, 10, source_address=("127.0.0.2", 0)))
        honest.sendall(HALF)
        greedy = [stack.enter_context(socket.create_connection(patient, 10)) for _ in range(DESCRIPTORS)]
        assert answer(patient) == 200

        honest.sendall(b"\r\n")

        assert_answered(honest)
        assert is_closed(greedy[0])


def test_a_trickling_head_is_ended_at_the_deadline(strict: tuple[str, int]) -> None:
    with socket.create_connection(strict, 0.1) as slow:
        begun, got = monotonic(), b""
        slow.sendall(HALF + b"X: ")
        while not got and monotonic() < begun + 10 * HEAD_SECONDS:
            slow.sendall(b"x")
            try:
                got = slow.recv(100)
            except TimeoutError:
                continue

        assert got.startswith(b"HTTP/1.1 408 ")
        assert monotonic() > begun + HEAD_SECONDS * 0.9


def test_an_idle_new_connection_is_closed_silently_at_the_deadline(strict: tuple[str, int]) -> None:
    with socket.create_connection(strict, 10 * HEAD_SECONDS) as idle:
        assert idle.recv(100) == b""


def test_a_body_that_trickles_after_its_answer_is_ended_at_the_deadline(strict: tuple[str, int]) -> None:
    with socket.create_connection(strict, 0.1) as slow:
        slow.sendall(HALF + b"Content-Length: 1000\r\n\r\n")
        begun = monotonic()
        while not is_closed(slow) and monotonic() < begun + 10 * HEAD_SECONDS:
            slow.settimeout(0.1)
            try:
                slow.sendall(b"x")
                slow.recv(10)
            except OSError:
                continue
        assert HEAD_SECONDS * 0.9 < monotonic() - begun < 10 * HEAD_SECONDS


def test_a_head_in_two_packets_is_answered_and_its_connection_serves_further_requests(
    strict: tuple[str, int],
) -> None:
    with socket.create_connection(strict, 10) as honest:
        for _ in range(3):
            honest.sendall(HALF)
            # Longer than a packet takes, and each time within the deadline, though not their sum.
            assert_silent(honest, HEAD_SECONDS / 2)
            honest.sendall(b"\r\n")
            assert_answered(honest)


def test_a_connection_that_is_idle_between_two_requests_outlives_the_deadline(
    strict: tuple[str, int],
) -> None:
    with socket.create_connection(strict, 10) as kept:
        for _ in range(2):
            kept.sendall(HALF + b"\r\n")
            assert_answered(kept)
            assert_silent(kept, HEAD_SECONDS * 1.5)


def assert_answered(connection: socket.socket) -> None:
    """Read one answer, which is 200, and leave the connection open."""
    response = HTTPResponse(connection)
    response.begin()
    assert (response.status, response.read()[:2]) == (200, b"ok")


def assert_silent(connection: socket.socket, seconds: float) -> None:
    """Check that the server neither answers nor closes for so long."""
    before = connection.gettimeout()
    connection.settimeout(seconds)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    connection.settimeout(before)
