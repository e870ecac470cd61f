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
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import EMPTY_PAYLOAD
from yarl import URL

from worker.fetch import guard
from worker.fetch.encodings import TooLarge
from worker.fetch.errors import ForbiddenAddress, ForbiddenPort, refused
from worker.fetch.limits import RequestLimits
from worker.fetch.reply import Failure
from worker.outcome import Reason, Refusal
from worker.urls import BadUrl, normal_host

# Lookups block a thread each, for as long as the slowest name server takes, also when nobody waits for them
# any more: names of hostile servers must not take the threads that the others need.
_LOOKUP_THREADS = 256
_DNS_CACHE_SECONDS = 300

HEAD = 512 * 1024
"""Bytes of all headers together, those of interim answers included."""
FRAMES = 4 * 1024 * 1024
"""Bytes of a body's framing, beside one for each of its own."""


def url_failure(url: URL, limits: RequestLimits) -> Failure | None:
    """Why this URL may not be fetched, as far as its spelling tells; names are judged again when resolved."""
    if url.scheme not in ("http", "https"):
        return refused(Reason.FORBIDDEN_SCHEME, url.scheme or "no scheme", url=str(url))
    if not url.raw_host:
        return refused(Reason.BAD_URL, "no host", url=str(url))
    found = _judge_host(url.raw_host, url.port or 0, limits.networks, limits.ports)
    return refused(found.reason, found.detail, url=str(url)) if found else None


# Pure, and asked for the same host at every request of its turn.
@lru_cache(maxsize=4096)
def _judge_host(
    host: str, port: int, networks: tuple[guard.Network, ...], ports: frozenset[int] | None
) -> Refusal | None:
    try:
        name = normal_host(host)
        why = guard.refusal(name, networks)
    except BadUrl as error:
        return Refusal(Reason.BAD_URL, str(error))
    if why:
        return Refusal(Reason.FORBIDDEN_ADDRESS, why)
    # Which ports a name may be asked at depends on its addresses, if the operator allows some.
    vouched_for = guard.is_allowed(name, networks) if guard.is_address(name) else bool(networks)
    why = guard.port_refusal(port, None if vouched_for else ports)
    return Refusal(Reason.FORBIDDEN_PORT, why) if why else None


def judge_connection(ip: str, port: int, limits: RequestLimits) -> None:
    """Let a connection to this very address pass, or raise ForbiddenAddress or ForbiddenPort."""
    if why := guard.address_refusal(ip, limits.networks):
        raise ForbiddenAddress(why)
    if why := guard.port_refusal(port, None if guard.is_allowed(ip, limits.networks) else limits.ports):
        raise ForbiddenPort(why)


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


def connector(limits: RequestLimits, resolver: GuardedResolver) -> aiohttp.TCPConnector:
    """A pool of connections that are only ever made to addresses that pass the guard."""

    def guarded_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        judge_connection(address[0], address[1], limits)
        return socket.socket(family, kind, proto)

    return MeteredConnector(
        body=limits.body,
        resolver=resolver,
        socket_factory=guarded_socket,
        limit=0,
        keepalive_timeout=limits.keep_alive,
        ttl_dns_cache=_DNS_CACHE_SECONDS,
    )


class MeteredConnector(aiohttp.TCPConnector):
    """A pool whose connections bring only so many bytes for a response; `body` is the limit of its body."""

    def __init__(self, *, body: int, **given: Any) -> None:
        super().__init__(**given)
        self._most = 2 * body + FRAMES
        self._factory = self._handler  # type: ignore[assignment]

    def _handler(self) -> ResponseHandler:
        return _Metered(self._loop, self._most)


class _Metered(ResponseHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        super().__init__(loop)
        self._most = most
        self._come = 0
        self._before: object = self._payload

    def set_response_params(self, **given: Any) -> None:
        # A request begins; the body of the last one is still there.
        self._come, self._before = 0, self._payload
        super().set_response_params(**given)

    def data_received(self, data: bytes) -> None:
        self._come += len(data)
        in_body = self._payload is not EMPTY_PAYLOAD and self._payload is not self._before
        most = self._most if in_body else HEAD
        if self._come <= most:
            super().data_received(data)
        elif self.transport is not None:
            error = TooLarge(
                f"more than {most} bytes came {'for one response' if in_body else 'before a body'}"
            )
            if self._payload is not None:
                self._payload.set_exception(error)
            self.set_exception(error)
            self.transport.abort()
