"""Feeds and their health."""

from fastapi import APIRouter, HTTPException, Response

from worker.store import gaps, stats
from worker.web.api.answers import AS_LINES, Answering
from worker.web.api.feed_models import FeedList, FeedWhole
from worker.web.api.models import Row
from worker.web.api.params import Id
from worker.web.errors import declared
from worker.web.parts import Needed, Parts

router = APIRouter(tags=["feeds"])


@router.get("/feeds", response_model=FeedList, responses={200: AS_LINES})
def listing(parts: Needed, answer: Answering) -> Response:
    """All feeds with their health, those in trouble first."""
    with parts.store.begin() as db:
        found = {"feeds": stats.feed_list(db)}
    return answer.page(FeedList, found, "feeds")


@router.get("/feeds/{feed_id}", response_model=FeedWhole, responses=declared(404))
def show(parts: Needed, answer: Answering, feed_id: Id) -> Response:
    """One feed with its identity, refusals, health, gaps and newest entries."""
    return answer.one(FeedWhole, feed_of(parts, feed_id))


def feed_of(parts: Parts, feed_id: int) -> Row:
    """Return a feed with its figures, gaps and newest entries. Raises 404."""
    with parts.store.begin() as db:
        found = stats.feed_show(db, feed_id)
        if found is None:
            raise HTTPException(404, f"no feed has the id {feed_id}")
        return {**found, "gaps": gaps.recent(db, feed_id=feed_id)}
