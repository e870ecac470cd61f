"""The pages for people. They read the same data as the API, through the same functions.

The live part of the status page is HTML that is sent every two seconds as a server-sent event; the page's
script replaces the previous HTML by it. Without scripts the page is complete and reloads itself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from worker.filters import EVERYTHING, FilterError, parse_pairs
from worker.store import StoreUnavailable, reading, search_results, searches, stats
from worker.web.api import articles, feeds
from worker.web.api import explanation as explanations
from worker.web.api.answers import TextForm, in_form
from worker.web.api.diff import ArticleDiff, From, To, diff_of
from worker.web.api.explanation import Explanation
from worker.web.api.feed_models import FeedSummary, FeedWhole
from worker.web.api.models import ArticleFound, ArticleWhole, Row, Version
from worker.web.api.params import LARGEST_ID, Id, RevisionNumber
from worker.web.errors import wants_page
from worker.web.filter_form import filter_fields
from worker.web.parts import Needed, Parts
from worker.web.render import page, render
from worker.web.status import count_refusals

PAGE = 50
"""Articles on a page of the list."""

INTERVAL_SECONDS = 2.0
"""A guess: looks live, and all readers share one reading of the status (`Recent`)."""
RETRY_SECONDS = 3
"""After which a browser opens a stream again that has ended: browsers' own default."""
FULL_SECONDS = 30
"""The same while all places of streams are taken; after an error status browsers would not try again.
A guess."""
NEWEST = 12
"""Articles listed; a guess at what fits next to the tables."""
BOUNDS = (("minimum", "at least"), ("maximum", "at most"), ("default", "default"))
"""Limits of a parameter, as in its JSON schema, with their words."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/")
def status(parts: Needed) -> HTMLResponse:
    """Show the status of the service."""
    return page("status.html", days=parts.days.get(), **_live_context(parts))


@router.get("/feeds")
def feed_list(parts: Needed) -> HTMLResponse:
    """Show all feeds with their health."""
    with parts.store.begin() as db:
        found = stats.feed_list(db)
    return page("feeds.html", feeds=[FeedSummary.model_validate(feed) for feed in found])


@router.get("/feeds/{feed_id}")
def feed(parts: Needed, feed_id: Id) -> HTMLResponse:
    """Show one feed."""
    shown = FeedWhole.model_validate(feeds.feed_of(parts, feed_id))
    with parts.store.begin() as db:
        days = stats.days(db, feed_id=feed_id)
    return page("feed.html", feed=shown, refusals=count_refusals(shown.refusals), days=days)


@router.get("/articles")
def article_list(request: Request, parts: Needed, before: Before = None) -> HTMLResponse:
    """Show the newest articles, or the newest that match the filter in the query string."""
    # A form sends its empty fields, too.
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    pairs = [(name, value) for name, value in pairs if name != "before"]
    found, filter_, problem = [], EVERYTHING, ""
    with parts.store.begin() as db:
        names = list(searches.all(db))
        try:
            filter_ = parse_pairs(pairs, saved=lambda name: searches.get(db, name))
            found = search_results.newest_found(db, filter_, limit=PAGE, before=before)
        except FilterError as error:
            if not wants_page(request):
                raise
            problem = str(error)
    shown = [ArticleFound.model_validate(article) for article in found]
    older = urlencode([*pairs, ("before", shown[-1].id)]) if len(shown) == PAGE else None
    return page(
        "articles.html",
        status_code=422 if problem else 200,
        articles=shown,
        fields=filter_fields(pairs),
        searches=names,
        filter=filter_,
        problem=problem,
        older=older,
    )


@router.get("/articles/{article_id}")
def article(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show the current version of an article."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    return page("article.html", article=whole, version=whole)


@router.get("/articles/{article_id}/revisions/{number}")
def revision(parts: Needed, article_id: Id, number: RevisionNumber) -> HTMLResponse:
    """Show one revision of an article."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    version = Version.model_validate(_with_blocks(articles.version_of(parts, article_id, number)))
    return page("article.html", article=whole, version=version)


@router.get("/articles/{article_id}/diff")
def difference(parts: Needed, article_id: Id, from_: From = None, to: To = None) -> HTMLResponse:
    """Show what changed between two revisions of an article."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    shown = ArticleDiff.model_validate(diff_of(parts, article_id, from_, to))
    return page("diff.html", article=whole, diff=shown)


@router.get("/articles/{article_id}/explanation")
def explanation(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show why each run of text on the article's page belongs to its body or not."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    shown = Explanation.model_validate(explanations.explain(parts, article_id))
    return page("explanation.html", article=whole, explanation=shown)


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    """Show every route with its parameters."""
    described: dict[str, Any] = request.app.openapi()
    routes = sorted(_routes(described), key=lambda route: (route["tag"], route["path"]))
    groups = [(tag, list(found)) for tag, found in groupby(routes, key=lambda route: route["tag"])]
    return page("docs.html", groups=groups, description=described["info"]["description"])


@router.get("/api")
@router.get("/api/v1")
def api() -> RedirectResponse:
    """Redirect to the description of the API."""
    return RedirectResponse("/docs")


@router.get("/events")
async def events(parts: Needed) -> StreamingResponse:
    """Stream the live part until the reader leaves or the server stops; end at once if no place is free."""
    return StreamingResponse(_stream(parts), media_type="text/event-stream")


def _live_context(parts: Parts) -> dict[str, Any]:
    """Return the values of the live template. Raises `StoreUnavailable`."""
    status = parts.status.get()
    with parts.store.begin() as db:
        newest = reading.newest(db, limit=NEWEST)
    return {"status": status, "newest": newest}


async def _stream(parts: Parts) -> AsyncIterator[str]:
    with parts.streams.hold() as held:
        yield f"retry: {RETRY_SECONDS if held else FULL_SECONDS}000\n\n"
        while held and not parts.stopping():
            yield _message(await asyncio.to_thread(_fragment, parts))
            await _pause(parts)


async def _pause(parts: Parts) -> None:
    # In short steps: a stopping server waits for its streams.
    for _ in range(int(INTERVAL_SECONDS / 0.2)):
        if parts.stopping():
            return
        await asyncio.sleep(0.2)


def _fragment(parts: Parts) -> str:
    try:
        return render("_live.html", **_live_context(parts))
    except StoreUnavailable as error:
        return render("_away.html", message=str(error))


def _message(html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"event: status\n{lines}\n"


def _with_blocks(found: Row) -> Row:
    return in_form(found, TextForm.BLOCKS)


def _routes(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        route = methods["get"]
        parameters = [_parameter(parameter) for parameter in route.get("parameters", ())]
        yield {"path": path, "tag": route["tags"][0], "words": route["description"], "parameters": parameters}


def _parameter(parameter: dict[str, Any]) -> dict[str, str]:
    schema = parameter["schema"]
    known = ("required",) if parameter["required"] and parameter["in"] == "query" else ()
    # Readers need not know the largest number that a database column holds.
    bounds = (
        f"{words} {schema[name]}"
        for name, words in BOUNDS
        if name in schema and not (isinstance(schema[name], int) and schema[name] >= 2**31 - 1)
    )
    return {
        "name": parameter["name"],
        "words": parameter.get("description", ""),
        "bounds": ", ".join((*known, *bounds)),
    }
