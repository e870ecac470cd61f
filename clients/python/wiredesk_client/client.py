"""The client for ordinary programs."""

import os
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
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


class Client:
    """A client of one service; use it as a context manager, or `close` it.

    `url` and `key` default to the environment's WIREDESK_URL and WIREDESK_KEY, and `url` then to
    http://127.0.0.1:8600. `timeout` is how long a request may go without a byte, in seconds. `retry` is for
    single requests. A client may be shared by threads.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retry: Retry | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._connection = calls.connection(url, key)
        self._timeout = timeout
        self._retry = retry or Retry()
        self._http = httpx.Client(
            base_url=self._connection.url,
            headers=self._connection.headers,
            timeout=timeout,
            transport=transport,
        )

    def follow(
        self,
        filter: FilterLike = None,
        *,
        cursor: str | os.PathLike[str] | CursorStore | None = None,
        **options: Unpack[FollowOptions],
    ) -> Generator[Change, None, None]:
        """Yield each changed article at least once, in the order of the change log; then wait for more.

        `cursor` is a file, or a `CursorStore`, that remembers where you stopped. It is saved after you have
        come back from the last change of a page, so what a crash interrupts comes again. `filter` is text
        such as `q="storm surge" language=de`, or a mapping; an article that no longer matches comes once
        more, with `is_gone` True. `options` are those of `FollowOptions`.

        A service that is away is waited for. Raises `CursorError` if the cursor is of another filter or
        another log, `ApiError` if the service refuses the request.
        """
        with closing(self._iterate(calls.followed(filter, cursor, options, batches=False))) as found:
            for changes in found:
                yield from changes

    def follow_batches(
        self,
        filter: FilterLike = None,
        *,
        cursor: str | os.PathLike[str] | CursorStore | None = None,
        **options: Unpack[FollowOptions],
    ) -> Generator[Sequence[Change], None, None]:
        """Yield the changes as `follow` does, but those of a page together: one transaction each."""
        return self._iterate(calls.followed(filter, cursor, options, batches=True))

    def search(
        self,
        q: str | None = None,
        filter: FilterLike = None,
        *,
        limit: int | None = None,
        page: int = 100,
    ) -> Generator[Article, None, None]:
        """Yield the articles that match, newest first, without their bodies; `page` of them a request.

        `limit` ends it early.
        """
        return self._iterate(calls.search(q, filter, limit, page, self._retry))

    def article(self, article_id: int, *, text: str | None = None) -> Article | None:
        """Return one article with its body, revisions and sightings; None if it does not exist.

        `text` is the form of the body: plain (default), markdown, blocks or none.
        """
        return self._run(calls.article(article_id, text, self._retry))

    def lookup(self, url: str, *, text: str | None = None) -> Article | None:
        """Return the article that is or was at an address, by any address it is known under; or None."""
        return self._run(calls.lookup(url, text, self._retry))

    def revision(self, article_id: int, number: int) -> Article:
        """Return what an article said in one revision. Raises `ApiError` if it does not exist."""
        return self._run(calls.revision(article_id, number, self._retry))

    def diff(self, article_id: int, earlier: int | None = None, later: int | None = None) -> Diff:
        """Return what changed between two revisions; without numbers, in the last one."""
        return self._run(calls.diff(article_id, earlier, later, self._retry))

    def story(self, story_id: int) -> Story | None:
        """Return a story: the articles that carry the same text, the first stored ones first; or None."""
        return self._run(calls.story(story_id, self._retry))

    def counts(self, *by: str, filter: FilterLike = None) -> Counts:
        """Return how many articles match and how many there are, by day, publisher, language or label."""
        return self._run(calls.counts(by, filter, self._retry))

    def status(self) -> Mapping[str, Any]:
        """Return the state of the service."""
        return self._run(calls.status(self._retry))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        answer: Answer = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = self._perform(step)

    def _iterate(self, flow: Stream[T]) -> Generator[T, None, None]:
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
                    answer = self._perform(step)

    def _perform(self, step: Request | Sleep) -> Answer:
        if isinstance(step, Sleep):
            log_wait(step)
            time.sleep(step.seconds)
            return None
        begun = time.monotonic()
        try:
            found = self._http.get(step.path, params=step.params, timeout=self._timeout + step.patience)
        except httpx.RequestError as error:
            return Lost(f"{error or type(error).__name__} ({self._connection.url})")
        return Reply(found.status_code, found.headers, found.content, time.monotonic() - begun)
