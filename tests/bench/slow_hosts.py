"""Many hosts on loopback that take their time, as little server as can be: for what the client costs.

    python -m tests.bench.slow_hosts HOSTS LATENCY      # says its hosts as JSON, serves until its input ends

`/NAME.xml` is a feed of `ITEMS` entries (one, where NAME begins with poll), 304 to a client that has it;
their pages are `/NAME/NUMBER.html`, packed. Everything else is 404.
"""

import asyncio
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tests.site.prose import prose
from worker.fetch import run_async

ITEMS = 20
PAGE = gzip.compress(
    "<!doctype html><html lang=en><title>A title</title><article>{}</article></html>".format(
        "".join(f"<p>{prose(str(number))}</p>" for number in range(60))
    ).encode()
)
PACKED = b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n"


class _Host(asyncio.Protocol):
    def __init__(self, home: str, latency: float) -> None:
        self._home = home
        self._latency = latency
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports write, but do not derive from asyncio.Transport.
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._read = (self._read + data).split(b"\r\n\r\n")
        for request in requests:
            answer = self._answer(request)
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)

    def _answer(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1]
        if path.endswith(b".html"):
            return _reply(b"200 OK", PACKED, PAGE)
        if not path.endswith(b".xml"):
            return _reply(b"404 Not Found", b"", b"")
        if b"\r\nif-none-match:" in request.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        return _reply(b"200 OK", b"Content-Type: application/rss+xml\r\n", self._feed(path[1:-4].decode()))

    def _feed(self, name: str) -> bytes:
        items = "".join(
            f"<item><title>{name} {number}</title><link>{self._home}/{name}/{number}.html</link></item>"
            for number in range(1 if name.startswith("poll") else ITEMS)
        )
        return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


def _reply(status: bytes, headers: bytes, body: bytes) -> bytes:
    length = str(len(body)).encode()
    return b'HTTP/1.1 %b\r\nETag: "1"\r\n%bContent-Length: %b\r\n\r\n%b' % (status, headers, length, body)


@contextmanager
def slow_hosts(hosts: int, latency: float) -> Iterator[list[str]]:
    """The hosts, served by a separate process."""
    command = [sys.executable, "-m", "tests.bench.slow_hosts", str(hosts), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def _host(homes: list[str], number: int, latency: float) -> _Host:
    return _Host(homes[number], latency)


async def _serve(hosts: int, latency: float) -> None:
    loop = asyncio.get_running_loop()
    homes: list[str] = []
    for number in range(hosts):
        address = f"127.0.0.{1 + number % 250}"
        server = await loop.create_server(partial(_host, homes, number, latency), address, 0)
        homes.append("http://{}:{}".format(*server.sockets[0].getsockname()))
    print(json.dumps(homes), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    run_async(_serve(int(sys.argv[1]), float(sys.argv[2])))
