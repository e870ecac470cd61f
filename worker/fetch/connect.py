"""Connections: every address is checked when it is resolved, and again when it is connected to.

The second check is decisive: the socket is created for exactly that address, so a name that resolves
differently the second time, an odd spelling or a cache cannot get around it.

All bytes that arrive are counted, including those that belong neither to headers nor to a body. A server can
send interim answers (1xx), chunk extensions and framing forever, and no header and no body is too large then.
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

# Each lookup blocks a thread for as long as the slowest name server takes, even if nothing waits for it any
# more: the names of hostile servers must not take the threads that other lookups need.
_LOOKUP_THREADS = 256
_DNS_CACHE_SECONDS = 300

HEAD_BYTES = 512 * 1024
"""Limit on all headers of a response together, including those of interim answers. A guess."""
FRAMING_BYTES = 4 * 1024 * 1024
"""Limit on the framing of a body, beyond one byte for each byte of the body. A guess."""


def url_failure(url: URL, limits: RequestLimits) -> Failure | None:
    """Return why this URL must not be fetched, None if it may; names are checked again when resolved."""
    if url.scheme not in ("http", "https"):
        return refused(Reason.FORBIDDEN_SCHEME, url.scheme or "no scheme", url=str(url))
    if not url.raw_host:
        return refused(Reason.BAD_URL, "no host", url=str(url))
    found = _judge_host(url.raw_host, url.port or 0, limits.networks, limits.ports)
    return refused(found.reason, found.detail, url=str(url)) if found else None


# Cached because every request of a host's turn checks the same host.
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
    # If the operator allows networks, the ports allowed for a name depend on its addresses.
    is_trusted = guard.is_allowed(name, networks) if guard.is_address(name) else bool(networks)
    why = guard.port_refusal(port, None if is_trusted else ports)
    return Refusal(Reason.FORBIDDEN_PORT, why) if why else None


def judge_connection(ip: str, port: int, limits: RequestLimits) -> None:
    """Raise ForbiddenAddress or ForbiddenPort unless this address may be connected to."""
    if why := guard.address_refusal(ip, limits.networks):
        raise ForbiddenAddress(why)
    if why := guard.port_refusal(port, None if guard.is_allowed(ip, limits.networks) else limits.ports):
        raise ForbiddenPort(why)


class GuardedResolver(AbstractResolver):
    """A resolver with its own threads that leaves out every address that must not be connected to.

    Raises ForbiddenAddress when no address is left.
    """

    def __init__(self, networks: Sequence[guard.Network]) -> None:
        self._networks = networks
        self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve a name for aiohttp."""
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
        """Cancel waiting lookups; running ones end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _lookup(host: str, port: int, family: int) -> list[tuple[socket.AddressFamily, int, str]]:
    infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(kind, proto, str(address[0])) for kind, _, proto, _, address in infos]


def _resolved(host: str, address: str, port: int, family: socket.AddressFamily, proto: int) -> ResolveResult:
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=proto, flags=numeric)


def connector(limits: RequestLimits, resolver: GuardedResolver) -> aiohttp.TCPConnector:
    """Return a connection pool that connects only to addresses that pass the guard."""

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
    """A pool whose connections limit the bytes of a response; `body` is the limit on its body."""

    def __init__(self, *, body: int, **given: Any) -> None:
        super().__init__(**given)
        self._most = 2 * body + FRAMING_BYTES
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
        # A request begins; `_payload` is still the body of the previous response.
        self._come, self._before = 0, self._payload
        super().set_response_params(**given)

    def data_received(self, data: bytes) -> None:
        self._come += len(data)
        in_body = self._payload is not EMPTY_PAYLOAD and self._payload is not self._before
        most = self._most if in_body else HEAD_BYTES
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
