"""One GET or POST: limits, guard, redirects and encodings around aiohttp."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from worker.fetch import body, encodings, errors
from worker.fetch.connect import GuardedResolver, connector, url_failure
from worker.fetch.headers import http_date, kept_headers, retry_after
from worker.fetch.host_book import NOTHING_SET, HostBook
from worker.fetch.limits import ANYWHERE, RequestLimits
from worker.fetch.redirects import FOLLOWED, Hops, request_url, without_secrets
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.outcome import Reason, Refusal

_log = logging.getLogger(__name__)
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
Admit = Callable[[str], Refusal | None]
"""May this URL be asked for? Called for every one that a redirect leads to; the first is the caller's own."""
_WITH_A_BODY = frozenset({200, 203})
_POSTED_AGAIN = frozenset({307, 308})
"""Redirects that a POST follows with its form; after the others a browser would GET (RFC 9110, 15.4)."""
_WORDS = 2000


def _anywhere(url: str) -> Refusal | None:
    return None


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a request is made, over all its hops."""

    limit: int
    admit: Admit
    stay: bool = False
    cut: bool = False
    form: Mapping[str, str] | None = None


class Client:
    """Gets URLs for one event loop; an async context manager. No cookies, no proxies of the environment.

    A connection stays open for the next request to the same host. `agent` is the User-Agent, `hosts` is what
    the operator has set for single ones.
    """

    def __init__(
        self,
        agent: str,
        limits: RequestLimits | None = None,
        hosts: HostBook = NOTHING_SET,
        *,
        resolver: GuardedResolver | None = None,
    ) -> None:
        self.agent = agent
        self.limits = limits or RequestLimits()
        self.hosts = hosts
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._resolver = resolver
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

    def clone(self) -> "Client":
        """A client that asks as this one does, by connections of its own: they end when it is left."""
        return Client(self.agent, self.limits, self.hosts, resolver=self._resolver)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
        admit: Admit = _anywhere,
    ) -> Reply | Failure:
        """Ask for `url` and follow redirects; every trouble is a Failure.

        `etag` and `last_modified` are those of the copy at hand: a 304 is then a Reply without body.
        `limit` replaces the limit on the body. Redirects are followed at once, without a delay between them.
        """
        wish = _Wish(self.limits.body if limit is None else limit, admit)
        answer = await self._get(url, _conditional(headers or {}, etag, last_modified), wish)
        assert not isinstance(answer, Elsewhere)
        return answer

    async def get_here(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, admit: Admit = _anywhere
    ) -> Reply | Failure | Elsewhere:
        """As `get`, but a redirect to another host (or port, or scheme) is handed back, not followed."""
        wish = _Wish(self.limits.body, admit, stay=True)
        return await self._get(url, _conditional({}, etag, last_modified), wish)

    async def get_beginning(self, url: str, *, limit: int, redirects: int) -> Reply | Failure:
        """As `get`, but a body of more than `limit` bytes is cut there; `redirects` replaces that limit."""
        most = max(redirects, self.limits.redirects)
        answer = await self._get(url, {}, _Wish(limit, _anywhere, cut=True), redirects=most)
        assert not isinstance(answer, Elsewhere)
        return answer

    async def post(self, url: str, form: Mapping[str, str]) -> Reply | Failure:
        """Send a form, and send it again to where a 307 or 308 leads; any 2xx is a Reply without body.

        What the host says of a refusal in plain words is in the detail.
        """
        answer = await self._get(url, {}, _Wish(_WORDS, _anywhere, form=form))
        assert not isinstance(answer, Elsewhere)
        return answer

    async def _get(
        self, url: str, headers: dict[str, str], wish: _Wish, *, redirects: int | None = None
    ) -> Reply | Failure | Elsewhere:
        if not self._sessions:
            raise RuntimeError("a Client is a context manager, and this one has not been entered")
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            most = self.limits.redirects if redirects is None else redirects
            hops = Hops(request_url(url).with_fragment(None), most)
        except ValueError as error:
            return errors.failure(error, url=url)
        answer = await self._bounded(hops, headers, wish)
        return replace(answer, elapsed=loop.time() - began)

    async def _bounded(self, hops: Hops, headers: dict[str, str], wish: _Wish) -> Reply | Failure | Elsewhere:
        try:
            async with asyncio.timeout(self.limits.total):
                return await self._follow(hops, headers, wish)
        except Exception as error:
            failed = errors.failure(error, url=str(hops.url))
            if failed.refusal.reason is Reason.INTERNAL:
                _log.exception("fetching %s met an error of our own", failed.url)
            return failed

    async def _follow(self, hops: Hops, headers: dict[str, str], wish: _Wish) -> Reply | Failure | Elsewhere:
        headers, hops.url = _credentials(headers, hops.url)
        refusal = url_failure(hops.url, self.limits)
        while refusal is None:
            before = hops.url
            answer = await self._ask(hops, headers, wish)
            if not isinstance(answer, tuple):
                return answer
            status, url = answer
            if (refusal := url_failure(url, self.limits)) is not None:
                break
            if wish.stay and url.origin() != before.origin():
                return Elsewhere(url=str(url), status=status)
            if (refused := wish.admit(str(url))) is not None:
                return Failure(refusal=refused, retryable=False, url=str(url))
            headers = without_secrets(headers, before, url)
        return refusal

    async def _ask(
        self, hops: Hops, headers: dict[str, str], wish: _Wish
    ) -> Reply | Failure | tuple[int, URL]:
        """One hop: the reply, the failure, or the redirect's status and the URL to ask next."""
        own = self.hosts.of(hops.url)
        # Over https the proxy is told when the tunnel is made, and the host behind it is not.
        to_proxy = own.proxy_login if hops.url.scheme == "http" else {}
        async with self._session(proxied=own.proxy is not None).request(
            "GET" if wish.form is None else "POST",
            hops.url,
            headers={**own.headers_to(hops.url), **headers, **to_proxy},
            data=wish.form,
            allow_redirects=False,
            proxy=own.proxy,
            proxy_headers=own.proxy_login if own.proxy_login and not to_proxy else None,
        ) as response:
            if wish.form is not None and response.status not in _POSTED_AGAIN:
                return await _posted(response, hops, wish, self.limits.ratio)
            if response.status in _WITH_A_BODY or response.status == 304:
                return await _reply(response, hops, wish, self.limits.ratio)
            await body.drain(response)
            if response.status in FOLLOWED:
                answer = hops.follow(response.status, response.headers.get("Location"))
                return answer if isinstance(answer, Failure) else (response.status, answer)
            return _failure(response, hops)

    def _session(self, *, proxied: bool) -> aiohttp.ClientSession:
        """The session of requests that go through a proxy is one of its own: it connects to the proxy alone,
        which the operator has named and which may well be in a private network."""
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
            headers={"User-Agent": self.agent, "Accept-Encoding": encodings.ACCEPTED, "Accept": ACCEPT},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect, sock_read=limits.read),
            max_line_size=limits.header_line,
            max_field_size=limits.header_line,
            max_headers=limits.headers,
        )


async def _posted(response: aiohttp.ClientResponse, hops: Hops, wish: _Wish, ratio: int) -> Reply | Failure:
    """What a host says to a form."""
    if 200 <= response.status < 300:
        await body.drain(response)
        moved = hops.moved_permanently_to
        return Reply(url=str(hops.url), status=response.status, moved_permanently_to=moved)
    failed = _failure(response, hops)
    if not response.content_type.startswith("text/plain"):
        await body.drain(response)
        return failed
    said = await body.read_beginning(response, "", limit=wish.limit, ratio=ratio)
    words = " ".join(said.decode("utf-8", "replace").replace("\0", "").split())[:200]
    detail = f"{failed.refusal.detail}: {words}" if words else failed.refusal.detail
    return replace(failed, refusal=replace(failed.refusal, detail=detail))


async def _reply(response: aiohttp.ClientResponse, hops: Hops, wish: _Wish, ratio: int) -> Reply:
    headers = kept_headers(response.headers)
    encoding = encodings.known_codings(headers.get("content-encoding", ""))
    if wish.cut:
        wire = await body.read_beginning(response, encoding, limit=wish.limit, ratio=ratio)
        encoding, size = "", len(wire)
    else:
        wire, size = await body.read_body(response, encoding, limit=wish.limit, ratio=ratio)
    return Reply(
        url=str(hops.url),
        status=response.status,
        headers=headers,
        body=wire,
        encoding=encoding if wire else "",
        size=size,
        moved_permanently_to=hops.moved_permanently_to,
    )


def _failure(response: aiohttp.ClientResponse, hops: Hops) -> Failure:
    headers = kept_headers(response.headers)
    # The host's own clock, where it tells it, so that its date and ours need not agree.
    now = http_date(headers.get("date", "")) or datetime.now(UTC)
    return errors.of_status(
        response.status,
        url=str(hops.url),
        wait=retry_after(headers.get("retry-after"), now=now),
        challenge="challenge" in response.headers.get("Cf-Mitigated", ""),
    )


def _conditional(headers: Mapping[str, str], etag: str | None, last_modified: str | None) -> dict[str, str]:
    sent = dict(headers)
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    return sent


def _credentials(headers: dict[str, str], url: URL) -> tuple[dict[str, str], URL]:
    """The user and password of the URL that was asked for, as a header that redirects to other hosts lose."""
    if not url.user and not url.password:
        return headers, url
    login = aiohttp.encode_basic_auth(url.user or "", url.password or "")
    return {"Authorization": login, **headers}, url.with_user(None)
