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
from aiohttp.http_parser import HttpResponseParserPy
from aiohttp.streams import EMPTY_PAYLOAD
from yarl import URL

from worker.fetch import guard, head
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
LENIENT_HEAD = 64 * 1024
"""Bytes up to which a head is held back to be repaired; a longer one is read strictly. Usual are 1 KiB."""
INTERIM_ANSWERS = 50
"""Limit on interim answers (1xx) before an answer; a few early hints are usual. A guess."""
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
    """A connection that limits the bytes of a response, and reads the heads that browsers read.

    A head is held back until it is whole, and passed to the parser before the first byte of its body: what
    comes after a body then cannot spoil it. Bytes that come while no answer is awaited close the connection.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        super().__init__(loop)
        self._most = most
        self._come = 0
        self._before: object = self._payload
        self._given: dict[str, Any] | None = None
        self._is_head = self._has_head = False
        self._held = bytearray()
        self._searched = self._interim = 0

    def set_response_params(self, **given: Any) -> None:
        # A request begins; `_payload` is still the body of the previous response.
        self._come, self._before = 0, self._payload
        self._given, self._is_head, self._has_head = given, True, False
        self._searched = self._interim = 0
        self._held.clear()
        super().set_response_params(**given)

    def data_received(self, data: bytes) -> None:
        self._come += len(data)
        in_body = self._payload is not EMPTY_PAYLOAD and self._payload is not self._before
        most = self._most if in_body else HEAD_BYTES
        if self._come > most:
            self._refuse(f"more than {most} bytes came {'for one response' if in_body else 'before a body'}")
        elif self._given is None or not data:
            # Bytes before the first request wait for it; without bytes, reading goes on after a pause.
            super().data_received(data)
        elif self._is_head:
            self._receive_head(data)
        else:
            self._receive_body(data)

    def _refuse(self, why: str) -> None:
        if self.transport is not None:
            error = TooLarge(why)
            if self._payload is not None:
                self._payload.set_exception(error)
            self.set_exception(error)
            self.transport.abort()

    def _receive_head(self, data: bytes) -> None:
        """Pass each whole head to the parser, and what follows the last one as its body."""
        if self._held:
            self._held += data
        come: bytes | bytearray = self._held or data
        at = 0
        while self._is_head:
            at = found.end() if (found := head.LINE_ENDS.match(come, at)) else at
            end = head.BLANK_LINE.search(come, max(at, self._searched - 3))
            if not head.may_be_http(bytes(come[at : at + 8])) or (
                end is None and len(come) - at > LENIENT_HEAD
            ):
                # The parser says what is wrong with it.
                self._is_head = False
            elif end is None:
                self._held = bytearray(come[at:]) if at or not self._held else self._held
                self._searched = len(self._held)
                self._reschedule_timeout()
                return
            elif self._interim > INTERIM_ANSWERS:
                return self._refuse(f"more than {INTERIM_ANSWERS} interim answers came before a body")
            else:
                self._pass_head(bytes(come[at : end.end()]))
                at = end.end()
        rest = bytes(come[at:])
        self._held = bytearray()
        if rest and self.exception() is None:
            self._receive_body(rest)

    def _pass_head(self, whole: bytes) -> None:
        repaired = head.repaired(whole)
        passed = whole if repaired is None else repaired
        self._is_head = bool(head.INTERIM.match(passed))
        self._interim += self._is_head
        self._has_head = not self._is_head
        if repaired is not None:
            self.force_close()
            if b"\r\n\r\n" not in whole:
                # Chunks may have lone line ends, too, which only the parser in Python takes.
                self._parser = self._lenient_parser()
        super().data_received(passed)
        if self.exception() is not None:
            self._is_head = False

    def _lenient_parser(self) -> HttpResponseParserPy:
        given = self._given or {}
        passed = {
            "timer",
            "read_until_eof",
            "auto_decompress",
            "max_line_size",
            "max_field_size",
            "max_headers",
        }
        return HttpResponseParserPy(
            self,
            self._loop,
            given["read_bufsize"],
            payload_exception=aiohttp.ClientPayloadError,
            response_with_body=not given.get("skip_payload"),
            **{name: value for name, value in given.items() if name in passed},
        )

    def _receive_body(self, data: bytes) -> None:
        if self._has_head and (self._payload is None or self._payload.is_eof()):
            # The answer was complete: these bytes belong to none, and must not be taken for the next.
            self.force_close()
            if self.transport is not None:
                self.transport.close()
            return
        super().data_received(data)
        error = self.exception()
        if error is not None and self._payload is not None and not self._payload.is_eof():
            # aiohttp reports it only to a reader of the head; a reader of the body would wait forever.
            self._payload.set_exception(error)
