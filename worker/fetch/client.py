"""Single GET and POST requests: limits, guard, redirects and encodings around aiohttp."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.client import _RequestContextManager
from yarl import URL

from worker.fetch import body_budget, errors
from worker.fetch.body_budget import BodyShare
from worker.fetch.connect import GuardedResolver, connector, url_failure
from worker.fetch.encodings import (
    BadEncoding,
    TooLarge,
    applied_codings,
    decoder_of,
    known_codings,
)
from worker.fetch.headers import http_date, kept_headers, retry_after
from worker.fetch.host_book import NOTHING_SET, HostBook
from worker.fetch.limits import ANYWHERE, RequestLimits
from worker.fetch.places import TurnPlace
from worker.fetch.purpose import ANYTHING, Purpose, accepting
from worker.fetch.redirects import FOLLOWED, Hops, refreshed, request_url, without_secrets
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.outcome import Reason, Refusal

_log = logging.getLogger(__name__)
Admit = Callable[[str], Refusal | None]
"""Returns why a URL must not be requested, or None; called for every redirect, not for the first URL."""
_WITH_A_BODY = frozenset({200, 201, 203, 226})
"""Statuses whose body is what was requested, as browsers show it; 226: RFC 3229, 10.4.1."""
_NOT_ACCEPTABLE, _NOT_MODIFIED, _PARTIAL = 406, 304, 206
"""Statuses that have separate rules (RFC 9110, 15.3.7, 15.4.5, 15.5.7)."""
_WHOLE_RANGE = re.compile(r"\s*bytes\s+0-(\d{1,18})/(\d{1,18})\s*", re.ASCII)
"""A Content-Range that begins at the first byte, with its last byte and the length (RFC 9110, 14.4)."""
_IF_NONE_MATCH, _IF_MODIFIED_SINCE = "If-None-Match", "If-Modified-Since"
"""The conditions that we send (RFC 9110, 13.1)."""
_CONDITIONS = frozenset({_IF_NONE_MATCH, _IF_MODIFIED_SINCE})
_POSTED_AGAIN = frozenset({307, 308})
"""Redirects after which a POST is repeated; after the others a browser sends a GET (RFC 9110, 15.4)."""
_EXPLANATION_BYTES = 2000
"""Bytes read of a host's explanation when it refuses a form; the first 200 characters are shown."""
_WORTH_DRAINING = 64 * 1024
_DRAIN_SECONDS = 1.0
"""An unwanted body up to this size is read for at most this long, to keep the connection. A guess."""
_SLACK = 16 * 1024 * 1024
"""Bytes by which a decoder's piece may exceed the wanted beginning: zstd yields a whole window."""


def _anywhere(url: str) -> Refusal | None:
    return None


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a request is made, over all its hops.

    `stay`: redirects to other hosts are not followed. `cut`: a longer body is cut at `limit`, not refused.
    """

    limit: int
    admit: Admit
    purpose: Purpose
    stay: bool = False
    cut: bool = False
    form: Mapping[str, str] | None = None


class Client:
    """An HTTP client for one event loop, without proxies from the environment.

    Use it as an async context manager. Connections stay open for further requests to the same host; cookies
    are forgotten with the request. `agent` is the User-Agent; `hosts` are the operator's settings for single
    hosts. `place` is lent to others while an answer is waited for.
    """

    def __init__(
        self,
        agent: str,
        limits: RequestLimits | None = None,
        hosts: HostBook = NOTHING_SET,
        *,
        resolver: GuardedResolver | None = None,
        place: TurnPlace | None = None,
    ) -> None:
        self.agent = agent
        self.limits = limits or RequestLimits()
        self.hosts = hosts
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._resolver = resolver
        self._place = place
        self._bodies = body_budget.unlimited() if place is None else place.bodies
        self._resolvers: list[GuardedResolver] = []

    async def __aenter__(self) -> Self:
        self._resolver = self._resolver or self._own_resolver(self.limits)
        self._sessions[False] = self._open(self.limits, self._resolver)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        for resolver in self._resolvers:
            await resolver.close()

    def clone(self, place: TurnPlace | None = None) -> "Client":
        """Return a clone of this client with its own connections, which are closed when its context ends."""
        return Client(
            self.agent, self.limits, self.hosts, resolver=self._resolver, place=place or self._place
        )

    async def get(
        self,
        url: str,
        *,
        purpose: Purpose = Purpose.PAGE,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
        admit: Admit = _anywhere,
    ) -> Reply | Failure:
        """Request `url` and follow redirects without delay; every error is returned as a Failure.

        `etag` and `last_modified` are those of a stored copy: a 304 is then a Reply without a body. `limit`
        replaces the limit on the body.
        """
        plan = _Plan(self.limits.body if limit is None else limit, admit, purpose)
        answer = await self._request(url, _conditional(headers or {}, etag, last_modified), plan)
        assert not isinstance(answer, Elsewhere)
        return answer

    async def get_here(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, admit: Admit = _anywhere
    ) -> Reply | Failure | Elsewhere:
        """Like `get`, but return a redirect to another host, port or scheme as `Elsewhere`."""
        plan = _Plan(self.limits.body, admit, Purpose.PAGE, stay=True)
        return await self._request(url, _conditional({}, etag, last_modified), plan)

    async def get_fresh(self, url: str, *, admit: Admit = _anywhere) -> Reply | Failure | Elsewhere:
        """Like `get_here`, but on a new connection, and from no cache on the way (RFC 9111, 5.2.1.4)."""
        plan = _Plan(self.limits.body, admit, Purpose.PAGE, stay=True)
        async with self.clone() as client:
            return await client._request(url, {"Cache-Control": "no-cache"}, plan)

    async def get_beginning(
        self, url: str, *, limit: int, redirects: int, purpose: Purpose
    ) -> Reply | Failure:
        """Like `get`, but cut the body after `limit` bytes, and follow at least `redirects` redirects."""
        most = max(redirects, self.limits.redirects)
        answer = await self._request(url, {}, _Plan(limit, _anywhere, purpose, cut=True), redirects=most)
        assert not isinstance(answer, Elsewhere)
        return answer

    async def post(self, url: str, form: Mapping[str, str]) -> Reply | Failure:
        """Post a form. A 307 or 308 is followed with the same form; any other redirect is a Failure.

        Any 2xx is a Reply without a body. A plain-text explanation is appended to the Failure's detail.
        """
        plan = _Plan(_EXPLANATION_BYTES, _anywhere, Purpose.PAGE, form=form)
        answer = await self._request(url, {}, plan)
        assert not isinstance(answer, Elsewhere)
        return answer

    async def _request(
        self, url: str, headers: dict[str, str], plan: _Plan, *, redirects: int | None = None
    ) -> Reply | Failure | Elsewhere:
        if not self._sessions:
            raise RuntimeError("a Client must be entered as a context manager before it is used")
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._bodies.release()
        try:
            most = self.limits.redirects if redirects is None else redirects
            hops = Hops(request_url(url).with_fragment(None), most)
        except ValueError as error:
            return errors.failure(error, url=url)
        answer: Reply | Failure | Elsewhere
        try:
            async with asyncio.timeout(self.limits.total):
                answer = await self._follow(hops, headers, plan)
        except Exception as error:
            answer = errors.failure(error, url=str(hops.url))
            self._bodies.release()
            if answer.refusal.reason is Reason.INTERNAL:
                _log.exception("fetching %s failed with an internal error", answer.url)
        return replace(answer, elapsed=loop.time() - began)

    async def _follow(self, hops: Hops, headers: dict[str, str], plan: _Plan) -> Reply | Failure | Elsewhere:
        headers, hops.url = _credentials(headers, hops.url)
        refusal = url_failure(hops.url, self.limits)
        while refusal is None:
            before = hops.url
            answer = await self._ask(hops, headers, plan)
            if not isinstance(answer, tuple):
                return answer
            status, url = answer
            if (refusal := url_failure(url, self.limits)) is not None:
                break
            if plan.stay and url.origin() != before.origin():
                return Elsewhere(url=str(url), status=status)
            if (refused := plan.admit(str(url))) is not None:
                return Failure(refusal=refused, retryable=False, url=str(url))
            headers = without_secrets(headers, before, url)
        return refusal

    async def _ask(
        self, hops: Hops, headers: dict[str, str], plan: _Plan
    ) -> Reply | Failure | tuple[int, URL]:
        """Make one hop; return the reply, the failure, or a redirect's status and the next URL."""
        async with self._response(hops, headers, plan) as response:
            if response.status != _NOT_ACCEPTABLE or plan.form is not None:
                return await self._answer(response, hops, headers, plan)
            await _drain(response)
        async with self._response(hops, {**headers, **ANYTHING}, plan) as response:
            return await self._answer(response, hops, headers, plan)

    @contextlib.asynccontextmanager
    async def _response(
        self, hops: Hops, headers: dict[str, str], plan: _Plan
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Yield the answer once its head has come; the turn lends its place until then."""
        if self._place is not None:
            self._place.lend()
        async with self._send(hops, headers, plan) as response:
            if self._place is not None:
                await self._place.take_back()
            yield response

    def _send(self, hops: Hops, headers: dict[str, str], plan: _Plan) -> _RequestContextManager:
        own = self.hosts.of(hops.url)
        # Over https only the request for the tunnel carries the login; the host must not see it.
        to_proxy = own.proxy_login if hops.url.scheme == "http" else {}
        sent = {**accepting(plan.purpose, hops.url), **own.headers_to(hops.url), **headers, **to_proxy}
        if cookies := hops.cookies.header(hops.url, beside=sent.get("Cookie", "")):
            sent["Cookie"] = cookies
        return self._session(proxied=own.proxy is not None).request(
            "GET" if plan.form is None else "POST",
            hops.url,
            headers=sent,
            data=plan.form,
            allow_redirects=False,
            ssl=True if own.tls is None else own.tls,
            proxy=own.proxy,
            proxy_headers=own.proxy_login if own.proxy_login and not to_proxy else None,
        )

    async def _answer(
        self, response: aiohttp.ClientResponse, hops: Hops, headers: dict[str, str], plan: _Plan
    ) -> Reply | Failure | tuple[int, URL]:
        status = response.status
        if plan.form is not None and status not in _POSTED_AGAIN:
            return await _posted(response, hops, plan, self.limits.ratio)
        if status == _NOT_MODIFIED and _CONDITIONS.isdisjoint(headers):
            await _drain(response)
            return errors.unasked_not_modified(str(hops.url))
        location = response.headers.get("Location", "").strip()
        if status in _WITH_A_BODY:
            location = refreshed(response.headers.get("Refresh"), hops.url) or ""
        if location and (status in FOLLOWED or status in _WITH_A_BODY):
            cookies = hops.cookies.header(hops.url)
            hops.cookies.take(response.headers, hops.url)
            await _drain(response)
            answer = hops.follow(status, location, cookies=cookies)
            return answer if isinstance(answer, Failure) else (status, answer)
        if status in _WITH_A_BODY or status == _NOT_MODIFIED or _is_whole(response):
            return await _reply(response, hops, plan, self.limits.ratio, self._bodies)
        if status in FOLLOWED:
            # Browsers show what a redirect without an address says.
            reply = await _reply(response, hops, plan, self.limits.ratio, self._bodies)
            return reply if reply.body else errors.no_location(status, url=str(hops.url))
        await _drain(response)
        return _failure(response, hops)

    def _session(self, *, proxied: bool) -> aiohttp.ClientSession:
        """Return the session, a separate one for requests through proxies.

        That one connects only to proxies, which the operator has named and which may be in private networks.
        """
        if proxied not in self._sessions:
            limits = replace(self.limits, networks=ANYWHERE)
            self._sessions[proxied] = self._open(limits, self._own_resolver(limits))
        return self._sessions[proxied]

    def _own_resolver(self, limits: RequestLimits) -> GuardedResolver:
        self._resolvers.append(GuardedResolver(limits.networks))
        return self._resolvers[-1]

    def _open(self, limits: RequestLimits, resolver: GuardedResolver) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector(limits, resolver),
            headers={"User-Agent": self.agent},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect, sock_read=limits.read),
            max_line_size=limits.header_line,
            max_field_size=limits.header_line,
            max_headers=limits.headers,
        )


async def _posted(response: aiohttp.ClientResponse, hops: Hops, plan: _Plan, ratio: int) -> Reply | Failure:
    """Return the host's answer to a form."""
    if 200 <= response.status < 300:
        await _drain(response)
        moved = hops.moved_permanently_to
        return Reply(url=str(hops.url), status=response.status, moved_permanently_to=moved)
    failed = _failure(response, hops)
    if not response.content_type.startswith("text/plain"):
        await _drain(response)
        return failed
    encoding = known_codings(response.headers.get("Content-Encoding", ""))
    said = await _read_beginning(response, encoding, limit=plan.limit, ratio=ratio)
    words = " ".join(said.decode("utf-8", "replace").replace("\0", "").split())[:200]
    detail = f"{failed.refusal.detail}: {words}" if words else failed.refusal.detail
    return replace(failed, refusal=replace(failed.refusal, detail=detail))


async def _reply(
    response: aiohttp.ClientResponse, hops: Hops, plan: _Plan, ratio: int, bodies: BodyShare
) -> Reply:
    headers = kept_headers(response.headers)
    encoding = known_codings(headers.get("content-encoding", ""))
    if plan.cut:
        wire = await _read_beginning(response, encoding, limit=plan.limit, ratio=ratio)
        encoding, size = "", len(wire)
    else:
        wire, size = await _read_body(response, encoding, limit=plan.limit, ratio=ratio, bodies=bodies)
    return Reply(
        url=str(hops.url),
        status=response.status,
        headers=headers,
        body=wire,
        encoding=applied_codings(encoding, wire) if wire else "",
        size=size,
        moved_permanently_to=hops.moved_permanently_to,
    )


def _failure(response: aiohttp.ClientResponse, hops: Hops) -> Failure:
    headers = kept_headers(response.headers)
    # By the host's clock if it sends one: Retry-After may be a date, and the clocks may differ.
    now = http_date(headers.get("date", "")) or datetime.now(UTC)
    return errors.of_status(
        response.status,
        url=str(hops.url),
        wait=retry_after(headers.get("retry-after"), now=now),
        challenge="challenge" in response.headers.get("Cf-Mitigated", ""),
    )


def _is_whole(response: aiohttp.ClientResponse) -> bool:
    """Whether an unrequested 206 has the whole body (RFC 9110, 14.4)."""
    if response.status != _PARTIAL:
        return False
    found = _WHOLE_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return found is not None and int(found[1]) + 1 == int(found[2])


def _conditional(headers: Mapping[str, str], etag: str | None, last_modified: str | None) -> dict[str, str]:
    sent = dict(headers)
    if etag:
        sent[_IF_NONE_MATCH] = etag
    if last_modified:
        sent[_IF_MODIFIED_SINCE] = last_modified
    return sent


def _credentials(headers: dict[str, str], url: URL) -> tuple[dict[str, str], URL]:
    """Move user and password from the URL into a header, which redirects to other hosts drop."""
    if not url.user and not url.password:
        return headers, url
    login = aiohttp.encode_basic_auth(url.user or "", url.password or "")
    return {"Authorization": login, **headers}, url.with_user(None)


async def _read_body(
    response: aiohttp.ClientResponse, encoding: str, *, limit: int, ratio: int, bodies: BodyShare
) -> tuple[bytes, int]:
    """Return the body as sent, and its size after decompression; it is read as `bodies` have room for it.

    `limit` bounds both, `ratio` the growth. Raises `TooLarge` or `BadEncoding` as soon as that is certain.
    """
    announced = response.content_length or 0
    if announced > limit:
        raise TooLarge(f"{announced} bytes are announced, {limit} allowed")
    chunks: list[bytes] = []
    wire = size = 0
    decoder = decoder_of(encoding, limit=limit, ratio=ratio)
    try:
        async for chunk in response.content.iter_any():
            await bodies.grow(len(chunk))
            chunks.append(chunk)
            wire += len(chunk)
            if wire > limit:
                raise TooLarge(f"more than {limit} bytes")
            size += sum(len(piece) for piece in decoder.pieces(chunk))
    except aiohttp.ClientPayloadError:
        # Some servers announce the length before compression and hang up after less, which browsers read if
        # it is exactly that (https://crbug.com/79694).
        if not encoding or not decoder.whole or size != announced:
            raise
    if wire and not decoder.whole:
        raise BadEncoding(f"the {encoding or 'gzip'} data end in the middle")
    return b"".join(chunks), size


async def _read_beginning(
    response: aiohttp.ClientResponse, encoding: str, *, limit: int, ratio: int
) -> bytes:
    """Return the first `limit` bytes of the decompressed body.

    Raises `TooLarge` if the body grows beyond `ratio`, `BadEncoding` if it cannot be decompressed.
    """
    decoder = decoder_of(encoding, limit=limit + _SLACK, ratio=ratio)
    found = bytearray()
    async for chunk in response.content.iter_any():
        for piece in decoder.pieces(chunk):
            found += piece
            if len(found) >= limit:
                response.close()
                return bytes(found[:limit])
    return bytes(found)


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read an unwanted body to its end if it is short, to reuse the connection; else close it.

    Errors are ignored: the status has already decided the answer.
    """
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            left = _WORTH_DRAINING - (response.content_length or 0)
            async for chunk in response.content.iter_any():
                left -= len(chunk)
                if left < 0:
                    break
    if not response.content.at_eof():
        response.close()
