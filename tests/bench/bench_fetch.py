"""GETs on kept connections: the fetch client compared with plain aiohttp, same hosts, same run.

`python -m tests.bench.bench_fetch [GETS] [HOSTS]`. CPU time of the client's process alone; the hosts are
another process.
"""

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import aiohttp

from tests.servers import LOOPBACK
from worker.fetch import (
    Client,
    HostTurn,
    Reply,
    RequestLimits,
    RobotsCopy,
    pack,
    run_async,
)

BODY = b"<p>All the news that fits.</p>" * 30
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n%b' % (
    len(BODY),
    BODY,
)
ROBOTS = b"User-agent: *\nDisallow: /private"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
AT_ONCE = 64


class _Host(asyncio.Protocol):
    """As little server as can be: an answer for every request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))  # type: ignore[attr-defined]


def _serve(hosts: int, tell: Connection) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        addresses = [f"127.0.0.{1 + number % 250}" for number in range(hosts)]
        servers = [await loop.create_server(_Host, address, 0) for address in addresses]
        tell.send(["http://{}:{}".format(*server.sockets[0].getsockname()) for server in servers])
        await loop.run_in_executor(None, tell.poll, None)

    run_async(main())


async def _at_once(hosts: Iterable[Coroutine[Any, Any, int]]) -> list[int]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(host: Coroutine[Any, Any, int]) -> int:
        async with limit:
            return await host

    return await asyncio.gather(*map(one, hosts))


async def _plain(bases: list[str], each: int) -> int:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        async def host(base: str) -> int:
            done = 0
            for number in range(each):
                async with session.get(f"{base}/{number}") as response:
                    done += len(await response.read()) == len(BODY)
            return done

        return sum(await _at_once(host(base) for base in bases))


async def _client(bases: list[str], each: int) -> int:
    async with Client("bench", RequestLimits(networks=LOOPBACK)) as client:

        async def host(base: str) -> int:
            return sum([isinstance(await client.get(f"{base}/{number}"), Reply) for number in range(each)])

        return sum(await _at_once(host(base) for base in bases))


async def _turn(bases: list[str], each: int) -> int:
    async with Client("bench", RequestLimits(networks=LOOPBACK)) as client:

        async def host(base: str) -> int:
            turn = HostTurn(client, base, delay=0.0, deadline=float("inf"))
            await turn.robots(RobotsCopy(ROBOTS, 200, NOW + timedelta(hours=1)), now=NOW)
            done = 0
            for number in range(each):
                got = await turn.get(f"{base}/{number}")
                done += isinstance(got, Reply) and bool(pack(got))
            return done

        return sum(await _at_once(host(base) for base in bases))


WAYS: dict[str, Callable[[list[str], int], Coroutine[Any, Any, int]]] = {
    "plain aiohttp": _plain,
    "fetch client": _client,
    "host turn, packed": _turn,
}


def measure(gets: int = 20_000, hosts: int = 200) -> dict[str, tuple[float, float]]:
    """Per way: GETs a second, and CPU milliseconds a GET."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(hosts, there), daemon=True)
    server.start()
    try:
        bases = here.recv()
        return {name: _measure(way, bases, gets // hosts) for name, way in WAYS.items()}
    finally:
        here.send("enough")
        server.join(5)


def _measure(
    way: Callable[[list[str], int], Coroutine[Any, Any, int]], bases: list[str], each: int
) -> tuple[float, float]:
    began, cpu = time.perf_counter(), _cpu()
    done = run_async(way(bases, each))
    if done != len(bases) * each:
        raise RuntimeError(f"{done} of {len(bases) * each} GETs succeeded")
    return done / (time.perf_counter() - began), (_cpu() - cpu) * 1000 / done


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    for name, (rate, cpu) in measure(*map(int, sys.argv[1:])).items():
        print(f"{name:20} {rate:8,.0f} GETs/s {cpu:7.3f} ms CPU each")


if __name__ == "__main__":
    main()
