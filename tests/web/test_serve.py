"""The server process: it prints its URL and stops cleanly at a signal."""

import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import requests

from tests.waiting import wait_until
from worker.cli.running.servers import plain_url
from worker.config.settings import Settings, SettingsError
from worker.web.connections import connections_within
from worker.web.serve import EXIT_SECONDS, UNREAD_SECONDS, address, listen, serve

CODE = """
import sys
from worker.config.settings import Settings
from worker.web.serve import serve
serve(Settings(database_url=sys.argv[1], redis_url=sys.argv[2], web_port=0))
print("closed")
"""


@pytest.fixture
def process(database_url: str, redis_url: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-c", CODE, database_url, redis_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def test_a_server_stops_at_once_despite_open_event_streams(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    (url,) = re.findall(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    with requests.get(url + "events", stream=True, timeout=10) as stream:
        next(stream.iter_lines())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert process.stdout.read().endswith("closed\n")


def test_a_server_stops_in_time_while_a_query_waits_for_a_lock(
    process: subprocess.Popen[str], database_url: str
) -> None:
    assert process.stdout
    (url,) = re.findall(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    with psycopg.connect(plain_url(database_url)) as other, ThreadPoolExecutor() as clients:
        other.execute("LOCK TABLE changes, feeds IN ACCESS EXCLUSIVE MODE")
        # One waits in a thread of asyncio, the other in one of the framework.
        for path in ("api/v1/changes?wait=30", "api/v1/feeds"):
            clients.submit(requests.get, url + path, timeout=60)
        wait_until(lambda: waiting(database_url) == 2)

        process.send_signal(signal.SIGTERM)
        began = time.monotonic()

        # The lock is held until the server has ended.
        assert process.wait(30) == 0
        assert time.monotonic() - began < EXIT_SECONDS + 2.0
    assert "work abandoned" in process.stdout.read()


def waiting(database_url: str) -> int:
    """Queries of this database that wait for a lock."""
    query = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with psycopg.connect(plain_url(database_url)) as db:
        (found,) = db.execute(query).fetchone() or (0,)
    return int(found)


def test_a_server_without_store_or_broker_says_what_it_needs() -> None:
    with pytest.raises(SettingsError, match="needs database_url and redis_url"):
        serve(Settings())


def test_a_port_that_is_taken_is_reported_in_one_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"web_port {port}: Address already in use"):
            listen("127.0.0.1", port)


def test_a_client_that_takes_no_byte_of_an_answer_is_given_up_by_the_kernel() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            given_up = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert given_up == UNREAD_SECONDS * 1000


@pytest.mark.parametrize(
    "descriptors, connections",
    [(64, 32), (128, 64), (256, 192), (1024, 960), (65_536, 1000), (resource.RLIM_INFINITY, 1000)],
)
def test_connections_leave_descriptors_for_the_store(descriptors: int, connections: int) -> None:
    assert connections_within(descriptors) == connections


@pytest.mark.parametrize(
    "host, url",
    [("0.0.0.0", "http://127.0.0.1:80/"), ("::", "http://[::1]:80/"), ("10.0.0.1", "http://10.0.0.1:80/")],
)
def test_the_printed_url_can_be_opened_in_a_browser(host: str, url: str) -> None:
    assert address(host, 80) == url
