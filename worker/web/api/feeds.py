"""Feeds and their health."""

from fastapi import APIRouter, HTTPException

from worker.store import gaps, stats
from worker.web.api.feed_models import FeedList, FeedWhole
from worker.web.api.models import Row
from worker.web.api.params import Id
from worker.web.errors import declared
from worker.web.parts import Needed

router = APIRouter(tags=["feeds"])


@router.get("/feeds", response_model=FeedList)
def listing(parts: Needed) -> Row:
    """All feeds with their health, those in trouble first."""
    with parts.store.begin() as db:
        return {"feeds": stats.feed_list(db)}


@router.get("/feeds/{feed_id}", response_model=FeedWhole, responses=declared(404))
def show(parts: Needed, feed_id: Id) -> Row:
    """One feed with its identity, refusals, health, gaps and newest entries."""
    with parts.store.begin() as db:
        found = stats.feed_show(db, feed_id)
        if found is None:
            raise HTTPException(404, f"no feed has the id {feed_id}")
        return {**found, "gaps": gaps.recent(db, feed_id=feed_id)}
