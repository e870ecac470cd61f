"""The client for programs on asyncio: the methods of `Client`, to be awaited."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, closing
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from wiredesk_client import calls
from wiredesk_client.calls import FollowOptions
from wiredesk_client.cursors import CursorStore
from wiredesk_client.filters import FilterLike
from wiredesk_client.flows import Answer, Emit, Flow, Lost, Reply, Request, Retry, Sleep, Stream, log_wait
from wiredesk_client.models import Article, Change, Counts, Diff, Story

T = TypeVar("T")


class AsyncClient:
    """A client of one service for asyncio; use it as a context manager, or `aclose` it.

    `url` and `key` default to the environment's WIREDESK_URL and WIREDESK_KEY, and `url` then to
    http://127.0.0.1:8600. `timeout` is how long a request may go without a byte, in seconds. `retry` is for
    single requests. A client may be shared by the tasks of one loop.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retry: Retry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._connection = calls.connection(url, key)
        self._timeout = timeout
        self._retry = retry or Retry()
        self._http = httpx.AsyncClient(
            base_url=self._connection.url,
            headers=self._connection.headers,
            timeout=timeout,
            transport=transport,
        )

    async def follow(
        self,
        filter: FilterLike = None,
        *,
        cursor: str | os.PathLike[str] | CursorStore | None = None,
        **options: Unpack[FollowOptions],
    ) -> AsyncGenerator[Change, None]:
        """Yield each changed article at least once, in the order of the change log; then wait for more.

        `cursor` is a file, or a `CursorStore`, that remembers where you stopped. It is saved after you have
        come back from the last change of a page, so what a crash interrupts comes again. `filter` is text
        such as `q="storm surge" language=de`, or a mapping; an article that no longer matches comes once
        more, with `is_gone` True. `options` are those of `FollowOptions`.

        A service that is away is waited for. Raises `CursorError` if the cursor is of another filter or
        another log, `ApiError` if the service refuses the request.
        """
        async with aclosing(self._iterate(calls.followed(filter, cursor, options, batches=False))) as found:
            async for changes in found:
                for change in changes:
                    yield change

    def follow_batches(
        self,
        filter: FilterLike = None,
        *,
        cursor: str | os.PathLike[str] | CursorStore | None = None,
        **options: Unpack[FollowOptions],
    ) -> AsyncGenerator[Sequence[Change], None]:
        """Yield the changes as `follow` does, but those of a page together: one transaction each."""
        return self._iterate(calls.followed(filter, cursor, options, batches=True))

    def search(
        self,
        q: str | None = None,
        filter: FilterLike = None,
        *,
        limit: int | None = None,
        page: int = 100,
    ) -> AsyncGenerator[Article, None]:
        """Yield the articles that match, newest first, without their bodies; `page` of them a request.

        `limit` ends it early.
        """
        return self._iterate(calls.search(q, filter, limit, page, self._retry))

    async def article(self, article_id: int, *, text: str | None = None) -> Article | None:
        """Return one article with its body, revisions and sightings; None if it does not exist.

        `text` is the form of the body: plain (default), markdown, blocks or none.
        """
        return await self._run(calls.article(article_id, text, self._retry))

    async def lookup(self, url: str, *, text: str | None = None) -> Article | None:
        """Return the article that is or was at an address, by any address it is known under; or None."""
        return await self._run(calls.lookup(url, text, self._retry))

    async def revision(self, article_id: int, number: int) -> Article:
        """Return what an article said in one revision. Raises `ApiError` if it does not exist."""
        return await self._run(calls.revision(article_id, number, self._retry))

    async def diff(self, article_id: int, earlier: int | None = None, later: int | None = None) -> Diff:
        """Return what changed between two revisions; without numbers, in the last one."""
        return await self._run(calls.diff(article_id, earlier, later, self._retry))

    async def story(self, story_id: int) -> Story | None:
        """Return a story: the articles that carry the same text, the first stored ones first; or None."""
        return await self._run(calls.story(story_id, self._retry))

    async def counts(self, *by: str, filter: FilterLike = None) -> Counts:
        """Return how many articles match and how many there are, by day, publisher, language or label."""
        return await self._run(calls.counts(by, filter, self._retry))

    async def status(self) -> Mapping[str, Any]:
        """Return the state of the service."""
        return await self._run(calls.status(self._retry))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, flow: Flow[T]) -> T:
        answer: Answer = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = await self._perform(step)

    async def _iterate(self, flow: Stream[T]) -> AsyncGenerator[T, None]:
        answer: Answer = None
        with closing(flow):
            while True:
                try:
                    step = flow.send(answer)
                except StopIteration:
                    return
                answer = None
                if isinstance(step, Emit):
                    yield step.value
                else:
                    answer = await self._perform(step)

    async def _perform(self, step: Request | Sleep) -> Answer:
        if isinstance(step, Sleep):
            log_wait(step)
            await asyncio.sleep(step.seconds)
            return None
        begun = time.monotonic()
        try:
            found = await self._http.get(step.path, params=step.params, timeout=self._timeout + step.patience)
        except httpx.RequestError as error:
            return Lost(f"{error or type(error).__name__} ({self._connection.url})")
        return Reply(found.status_code, found.headers, found.content, time.monotonic() - begun)
