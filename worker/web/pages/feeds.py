"""The list of feeds, and one feed."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from worker.model import Condition, FeedState
from worker.store import feed_pages, stats
from worker.store.feed_pages import ANY_CONDITION, BEGINNING, EVERY_FEED, FeedFilter, ListPlace
from worker.web.api import feeds
from worker.web.api.feed_models import FeedSummary, FeedWhole
from worker.web.api.params import Id
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.status import count_refusals

router = APIRouter()

PAGE = 50
"""Feeds on a page of the list."""

TEXTS = ("q", "state", "condition", "label", "publisher")
FIELDS = (*TEXTS, "failing")
"""The filter in the query string, as in the API."""

After = Annotated[str, Query(max_length=50)]
"""A place in the list."""


@router.get("/feeds")
def feed_list(request: Request, parts: Needed, after: After = "") -> HTMLResponse:
    """Show the feeds that match the filter in the query string, those in trouble first."""
    given = {name: request.query_params.get(name, "").strip() for name in FIELDS}
    which, start, problem = EVERY_FEED, BEGINNING, ""
    try:
        which = FeedFilter(**{name: given[name] for name in TEXTS}, failing=bool(given["failing"]))
        start = ListPlace.read(after) if after else BEGINNING
    except ValueError as error:
        problem = str(error)
    with parts.store.begin() as db:
        found = feed_pages.page(db, which, after=start, limit=PAGE)
        about = feed_pages.estimate(db) if not found.is_exact and not which else None
    pairs = [(name, value) for name, value in given.items() if value]
    return page(
        "feeds.html",
        status_code=422 if problem else 200,
        feeds=[FeedSummary.model_validate(feed) for feed in found.feeds],
        total=found.total,
        is_exact=found.is_exact,
        about=about,
        filter=given,
        filtered=bool(which),
        states=list(FeedState),
        conditions=[ANY_CONDITION, *Condition],
        problem=problem,
        first=f"/feeds?{urlencode(pairs)}" if after else None,
        onward=f"/feeds?{urlencode([*pairs, ('after', str(found.onward))])}" if found.onward else None,
    )


@router.get("/feeds/{feed_id}")
def feed(parts: Needed, feed_id: Id) -> HTMLResponse:
    """Show one feed."""
    shown = FeedWhole.model_validate(feeds.feed_of(parts, feed_id))
    with parts.store.begin() as db:
        days = stats.days(db, feed_id=feed_id)
    return page("feed.html", feed=shown, refusals=count_refusals(shown.refusals), days=days)
