"""The flows of single requests, and what a client is made of."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict
from urllib.parse import urlsplit

from wiredesk_client.building import build
from wiredesk_client.cursors import CursorStore, FileCursor, MemoryCursor
from wiredesk_client.errors import ApiError, WiredeskError
from wiredesk_client.filters import FilterLike, Pairs, pairs_of, text_of
from wiredesk_client.flows import Emit, Flow, Request, Retry, Stream, fetch
from wiredesk_client.following import Following, follow
from wiredesk_client.models import Article, Change, Counts, Diff, Story

PREFIX = "/api/v1"
"""Where the version of the API is that this package was written for."""

DEFAULT_URL = "http://127.0.0.1:8600"
"""Where `wiredesk run` serves."""

URL_VARIABLE, KEY_VARIABLE = "WIREDESK_URL", "WIREDESK_KEY"
"""Variables of the environment that are read where no argument is given."""

NOT_FOUND = 404
"""The service's status for an article that it does not have."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the service is, with the key that opens it (None: it wants none)."""

    url: str
    key: str | None = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every request."""
        from wiredesk_client import __version__

        named = {"User-Agent": f"wiredesk-client/{__version__}", "Accept": "application/json"}
        return named | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def connection(url: str | None, key: str | None) -> Connection:
    """Return the connection that arguments and environment describe. Raises `WiredeskError`."""
    url = url or os.environ.get(URL_VARIABLE) or DEFAULT_URL
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WiredeskError(f"{url!r} is not the address of a service, such as {DEFAULT_URL}")
    return Connection(url.rstrip("/"), key or os.environ.get(KEY_VARIABLE) or None)


class FollowOptions(TypedDict, total=False):
    """The options of `follow`.

    `after`: where to begin without a saved cursor, 0 (default) for the beginning of the log. `limit`:
    changes of one request, 100. `wait`: seconds that the service may hold a request while nothing
    happens, 30. `pause`: seconds between two requests to a service that cannot do that, 10. `live`:
    whether to wait at the end of the log (default) or to end there. `text`: the form of the bodies, which
    is plain (default), markdown, blocks or none. `retry`: how a service that is away is treated; the
    default waits for it as long as it takes.
    """

    after: int
    limit: int
    wait: int
    pause: float
    live: bool
    text: str
    retry: Retry


def followed(
    filter: FilterLike,
    cursor: str | os.PathLike[str] | CursorStore | None,
    options: FollowOptions,
    *,
    batches: bool,
) -> Stream[Sequence[Change]]:
    """Return the flow of `follow`, or of `follow_batches`."""
    pairs = pairs_of(filter)
    store: CursorStore
    if cursor is None:
        store = MemoryCursor(options.get("after", 0))
    elif isinstance(cursor, str | os.PathLike):
        store = FileCursor(cursor)
    else:
        store = cursor
    what = Following(
        path=f"{PREFIX}/articles",
        pairs=(*pairs, *_given({"text": options.get("text")})),
        filter=text_of(pairs),
        limit=options.get("limit", 100),
        wait=options.get("wait", 30),
        pause=options.get("pause", 10.0),
        live=options.get("live", True),
        batches=batches,
    )
    return follow(what, store, options.get("retry", Retry(tries=None)))


def article(article_id: int, text: str | None, retry: Retry) -> Flow[Article | None]:
    """Return one article in full; None if no article has this id."""
    request = Request(f"{PREFIX}/articles/{article_id}", _given({"text": text}))
    return (yield from _article(request, retry))


def lookup(url: str, text: str | None, retry: Retry) -> Flow[Article | None]:
    """Return the article that is or was at an address; None if it is not known."""
    request = Request(f"{PREFIX}/articles/lookup", _given({"url": url, "text": text}))
    return (yield from _article(request, retry))


def _article(request: Request, retry: Retry) -> Flow[Article | None]:
    found = yield from _found(request, retry)
    return None if found is None else build(Article, found)


def _found(request: Request, retry: Retry) -> Flow[Mapping[str, Any] | None]:
    try:
        return (yield from fetch(request, retry)).object()
    except ApiError as error:
        if error.status == NOT_FOUND:
            return None
        raise


def revision(article_id: int, number: int, retry: Retry) -> Flow[Article]:
    """Return what an article said in one revision."""
    reply = yield from fetch(Request(f"{PREFIX}/articles/{article_id}/revisions/{number}"), retry)
    return build(Article, reply.object())


def diff(article_id: int, earlier: int | None, later: int | None, retry: Retry) -> Flow[Diff]:
    """Return what changed between two revisions of an article."""
    params = _given({"from": earlier, "to": later})
    found = (yield from fetch(Request(f"{PREFIX}/articles/{article_id}/diff", params), retry)).object()
    # `from` is a word of Python.
    return replace(build(Diff, found), earlier=found["from"], later=found["to"])


def story(story_id: int, retry: Retry) -> Flow[Story | None]:
    """Return a story with its articles; None if no story has this id."""
    found = yield from _found(Request(f"{PREFIX}/stories/{story_id}"), retry)
    return None if found is None else build(Story, found)


def counts(by: Iterable[str], filter: FilterLike, retry: Retry) -> Flow[Counts]:
    """Return numbers of articles by day, publisher, language or label."""
    params = (("by", ",".join(by)), *pairs_of(filter))
    reply = yield from fetch(Request(f"{PREFIX}/counts", params), retry)
    return build(Counts, reply.object())


def search(
    query: str | None, filter: FilterLike, limit: int | None, page: int, retry: Retry
) -> Stream[Article]:
    """Emit the articles that match, newest first, page by page, up to `limit`; None means all."""
    pairs = (*_given({"q": query}), *pairs_of(filter))
    left, token = limit, None
    while left is None or left > 0:
        size = page if left is None else min(page, left)
        params = (*pairs, *_given({"limit": size, "page": token}))
        found = (yield from fetch(Request(f"{PREFIX}/search", params), retry)).object()
        for row in found["articles"]:
            yield Emit(build(Article, row))
        left = None if left is None else left - len(found["articles"])
        token = found.get("next")
        if not token:
            return


def status(retry: Retry) -> Flow[Mapping[str, Any]]:
    """Return the state of the service."""
    return (yield from fetch(Request(f"{PREFIX}/status"), retry)).object()


def _given(values: Mapping[str, str | int | None]) -> Pairs:
    return tuple((name, str(value)) for name, value in values.items() if value is not None)
