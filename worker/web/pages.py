"""The pages for people. They read the same data as the API, through the same functions."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from worker.store import reading, stats
from worker.web.api import articles, feeds
from worker.web.api.models import ArticleShort, ArticleWhole, FeedSummary, FeedWhole, Version
from worker.web.api.params import LARGEST_ID, Id, RevisionNumber
from worker.web.live import live_context
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.status import count_refusals

PAGE = 50
"""Articles on a page of the list."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
Typed = Annotated[str, Query(max_length=500, pattern=r"^[^\x00]*$")]


@router.get("/")
def status(parts: Needed) -> HTMLResponse:
    """Show the status of the service."""
    return page("status.html", days=parts.days.get(), **live_context(parts))


@router.get("/feeds")
def feed_list(parts: Needed) -> HTMLResponse:
    """Show all feeds with their health."""
    with parts.store.begin() as db:
        found = stats.feed_list(db)
    return page("feeds.html", feeds=[FeedSummary.model_validate(feed) for feed in found])


@router.get("/feeds/{feed_id}")
def feed(parts: Needed, feed_id: Id) -> HTMLResponse:
    """Show one feed."""
    shown = FeedWhole.model_validate(feeds.show(parts, feed_id))
    with parts.store.begin() as db:
        days = stats.days(db, feed_id=feed_id)
    return page("feed.html", feed=shown, refusals=count_refusals(shown.refusals), days=days)


@router.get("/articles")
def article_list(parts: Needed, q: Typed = "", before: Before = None) -> HTMLResponse:
    """Show the newest articles, or the newest that match the search."""
    query = q.strip()
    with parts.store.begin() as db:
        found = (
            reading.search(db, query, limit=PAGE) if query else reading.newest(db, limit=PAGE, before=before)
        )
    shown = [ArticleShort.model_validate(article) for article in found]
    older = shown[-1].id if len(shown) == PAGE and not query else None
    return page("articles.html", articles=shown, query=query, older=older)


@router.get("/articles/{article_id}")
def article(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show the current version of an article."""
    whole = ArticleWhole.model_validate(articles.show(parts, article_id))
    return page("article.html", article=whole, version=whole)


@router.get("/articles/{article_id}/revisions/{number}")
def revision(parts: Needed, article_id: Id, number: RevisionNumber) -> HTMLResponse:
    """Show one revision of an article."""
    whole = ArticleWhole.model_validate(articles.show(parts, article_id))
    version = Version.model_validate(articles.revision(parts, article_id, number))
    return page("article.html", article=whole, version=version)
