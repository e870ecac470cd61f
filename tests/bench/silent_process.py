"""Hosts that accept every connection and never answer, served by a separate process.

    python -m tests.bench.silent_process     # prints its port; prints what it saw when its input ends

All addresses of 127.0.0.0/8 at this port are such hosts, behind one listening socket. A full backlog looks
the same from outside: the kernel completes no further handshakes, so nothing ever answers.
"""

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice

from tests.silent import MOST_WAITING, addresses
from worker.fetch import run_async


@dataclass(slots=True)
class Asked:
    """What the silent hosts saw: connections in all, hosts that got one, the most that were open at once."""

    connections: int = 0
    hosts: int = 0
    most_open: int = 0


class SilentProcess:
    """The process, while it runs; `asked` is complete once it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._port = int(process.stdout.readline())
        self.asked = Asked()

    def homes(self, count: int) -> list[str]:
        """The URLs of `count` silent hosts."""
        return [f"http://{address}:{self._port}" for address in islice(addresses(), count)]


@contextmanager
def silent_process() -> Iterator[SilentProcess]:
    """Run the process."""
    command = [sys.executable, "-m", "tests.bench.silent_process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        silent = SilentProcess(process)
        try:
            yield silent
        finally:
            process.stdin.close()
            silent.asked = Asked(**json.loads(process.stdout.readline()))


class _Silence(asyncio.Protocol):
    def __init__(self, asked: Asked, hosts: set[str], connected: set[asyncio.BaseTransport]) -> None:
        self._asked, self._hosts, self._connected = asked, hosts, connected

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._connected.add(transport)
        self._hosts.add(transport.get_extra_info("sockname")[0])
        self._asked.connections += 1
        self._asked.hosts = len(self._hosts)
        self._asked.most_open = max(self._asked.most_open, len(self._connected))

    def connection_lost(self, exc: Exception | None) -> None:
        self._connected.discard(self._transport)


async def _serve() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asked, hosts, connected = Asked(), set[str](), set[asyncio.BaseTransport]()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Silence(asked, hosts, connected), "0.0.0.0", 0, backlog=MOST_WAITING
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(asdict(asked)), flush=True)


if __name__ == "__main__":
    run_async(_serve())
