"""The pages of feeds."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from worker.store import stats
from worker.web.api import feeds
from worker.web.api.feed_models import FeedSummary, FeedWhole
from worker.web.api.params import Id
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.status import count_refusals

router = APIRouter()


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
