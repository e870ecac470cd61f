"""One GET: limits, guard, redirects and encodings around aiohttp."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from worker.fetch import body, encodings, errors
from worker.fetch.connect import GuardedResolver, connector, judge
from worker.fetch.headers import instant, kept, retry_after
from worker.fetch.limits import FetchLimits
from worker.fetch.redirects import FOLLOWED, Hops, without_secrets
from worker.fetch.reply import Failure, Reply
from worker.fetch.spelling import as_spelled
from worker.outcome import Reason, Refusal

_log = logging.getLogger(__name__)
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
Admit = Callable[[str], Refusal | None]
"""May this URL be asked for? Called for every one that a redirect leads to; the first is the caller's own."""
_WITH_A_BODY = frozenset({200, 203})


def _anywhere(url: str) -> Refusal | None:
    return None


class Client:
    """Gets URLs for one event loop; an async context manager. No cookies, no proxies of the environment.

    A connection stays open for the next request to the same host. `agent` is the User-Agent.
    """

    def __init__(self, agent: str, limits: FetchLimits | None = None) -> None:
        self.agent = agent
        self.limits = limits or FetchLimits()
        self._session: aiohttp.ClientSession | None = None
        self._resolver: GuardedResolver | None = None

    async def __aenter__(self) -> Self:
        limits = self.limits
        self._resolver = GuardedResolver(limits.networks)
        self._session = aiohttp.ClientSession(
            connector=connector(limits, self._resolver),
            headers={"User-Agent": self.agent, "Accept-Encoding": encodings.ACCEPTED, "Accept": ACCEPT},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect, sock_read=limits.read),
            max_line_size=limits.header_line,
            max_field_size=limits.header_line,
            max_headers=limits.headers,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None and self._resolver is not None:
            await self._session.close()
            await self._resolver.close()

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
        if self._session is None:
            raise RuntimeError("a Client is a context manager, and this one has not been entered")
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            hops = Hops(as_spelled(url).with_fragment(None), self.limits.redirects)
            sent = _conditional(headers or {}, etag, last_modified)
        except ValueError as error:
            return errors.failure(error, url=url)
        answer = await self._bounded(hops, sent, self.limits.body if limit is None else limit, admit)
        return replace(answer, elapsed=loop.time() - began)

    async def _bounded(
        self, hops: Hops, headers: dict[str, str], limit: int, admit: Admit
    ) -> Reply | Failure:
        try:
            async with asyncio.timeout(self.limits.total):
                return await self._follow(hops, headers, limit, admit)
        except Exception as error:
            failed = errors.failure(error, url=str(hops.url))
            if failed.refusal.reason is Reason.INTERNAL:
                _log.exception("fetching %s met an error of our own", failed.url)
            return failed

    async def _follow(self, hops: Hops, headers: dict[str, str], limit: int, admit: Admit) -> Reply | Failure:
        headers, hops.url = _credentials(headers, hops.url)
        refusal = judge(hops.url, self.limits)
        while refusal is None:
            before = hops.url
            answer = await self._ask(hops, headers, limit)
            if not isinstance(answer, URL):
                return answer
            if (refusal := self._refusal(answer, admit)) is None:
                headers = without_secrets(headers, before, answer)
        return refusal

    def _refusal(self, url: URL, admit: Admit) -> Failure | None:
        if (failure := judge(url, self.limits)) is not None:
            return failure
        refusal = admit(str(url))
        return None if refusal is None else Failure(refusal=refusal, retryable=False, url=str(url))

    async def _ask(self, hops: Hops, headers: dict[str, str], limit: int) -> Reply | Failure | URL:
        """One hop: the reply, the failure, or the URL to ask next."""
        assert self._session is not None
        async with self._session.get(hops.url, headers=headers, allow_redirects=False) as response:
            if response.status in _WITH_A_BODY or response.status == 304:
                return await _reply(response, hops, limit)
            await body.drain(response)
            if response.status in FOLLOWED:
                return hops.follow(response.status, response.headers.get("Location"))
            return _failure(response, hops)


async def _reply(response: aiohttp.ClientResponse, hops: Hops, limit: int) -> Reply:
    headers = kept(response.headers)
    encoding = encodings.normal(headers.get("content-encoding", ""))
    wire, size = await body.read(response, encoding, limit=limit)
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
    headers = kept(response.headers)
    # The host's own clock, where it tells it, so that its date and ours need not agree.
    now = instant(headers.get("date", "")) or datetime.now(UTC)
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
