"""Where connections may go: every address is judged when it is resolved, and again when it is connected to.

The second time is the one that counts: the socket is made for that very address, so no name that resolves
differently the second time, no odd spelling and no cache comes in between.
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from worker.fetch import guard
from worker.fetch.errors import ForbiddenAddress, refused
from worker.fetch.limits import FetchLimits
from worker.fetch.reply import Failure
from worker.outcome import Reason, Refusal
from worker.urls import BadUrl, normal_host

# The ports of other protocols, which a GET could be made to speak to: the list of "bad ports" in
# https://fetch.spec.whatwg.org/#port-blocking
_OTHER_PROTOCOLS = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95}
    | {
        101,
        102,
        103,
        104,
        109,
        110,
        111,
        113,
        115,
        117,
        119,
        123,
        135,
        137,
        139,
        143,
        161,
        179,
        389,
        427,
        465,
    }
    | {512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995}
    | {
        1719,
        1720,
        1723,
        2049,
        3659,
        4045,
        4190,
        5060,
        5061,
        6000,
        6566,
        6665,
        6666,
        6667,
        6668,
        6669,
        6679,
        6697,
    }
    | {10080}
)
# Lookups block a thread each; uvloop's own pool has four, which one slow name server would fill.
_LOOKUP_THREADS = 16
_DNS_CACHE_SECONDS = 300


def judge(url: URL, limits: FetchLimits) -> Failure | None:
    """Why this URL may not be fetched, as far as its spelling tells; names are judged again when resolved."""
    if url.scheme not in ("http", "https"):
        return refused(Reason.FORBIDDEN_SCHEME, url.scheme or "no scheme", url=str(url))
    if not url.raw_host:
        return refused(Reason.BAD_URL, "no host", url=str(url))
    if url.port is None or not _port_allowed(url.port, limits.ports):
        return refused(Reason.FORBIDDEN_PORT, str(url.port), url=str(url))
    found = _judge_host(url.raw_host, limits.networks)
    return refused(found.reason, found.detail, url=str(url)) if found else None


# Pure, and asked for the same host at every request of its turn.
@lru_cache(maxsize=4096)
def _judge_host(host: str, networks: tuple[guard.Network, ...]) -> Refusal | None:
    try:
        why = guard.refusal(normal_host(host), networks)
    except BadUrl as error:
        return Refusal(Reason.BAD_URL, str(error))
    return Refusal(Reason.FORBIDDEN_ADDRESS, why) if why else None


def _port_allowed(port: int, ports: frozenset[int] | None) -> bool:
    return port in ports if ports is not None else port not in _OTHER_PROTOCOLS


class GuardedResolver(AbstractResolver):
    """Resolves names in threads of its own and leaves out every address that may not be connected to.

    Raises ForbiddenAddress when none is left.
    """

    def __init__(self, networks: Sequence[guard.Network]) -> None:
        self._networks = networks
        self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """As aiohttp asks for it."""
        found = await asyncio.get_running_loop().run_in_executor(self._threads, _lookup, host, port, family)
        refusals: list[str] = []
        allowed: list[ResolveResult] = []
        for kind, proto, address in found:
            why = guard.address_refusal(address, self._networks)
            if why is not None:
                refusals.append(why)
            else:
                allowed.append(_resolved(host, address, port, kind, proto))
        if not allowed and refusals:
            raise ForbiddenAddress(f"{host} resolves to an address that is refused: {refusals[0]}")
        return allowed

    async def close(self) -> None:
        """Lookups under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _lookup(host: str, port: int, family: int) -> list[tuple[socket.AddressFamily, int, str]]:
    infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(kind, proto, str(address[0])) for kind, _, proto, _, address in infos]


def _resolved(host: str, address: str, port: int, family: socket.AddressFamily, proto: int) -> ResolveResult:
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=proto, flags=numeric)


def connector(limits: FetchLimits, resolver: GuardedResolver) -> aiohttp.TCPConnector:
    """A pool of connections that are only ever made to addresses that pass the guard."""

    def guarded_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        if why := guard.address_refusal(address[0], limits.networks):
            raise ForbiddenAddress(why)
        return socket.socket(family, kind, proto)

    return aiohttp.TCPConnector(
        resolver=resolver,
        socket_factory=guarded_socket,
        limit=0,
        keepalive_timeout=limits.keep_alive,
        ttl_dns_cache=_DNS_CACHE_SECONDS,
    )
