"""Feeds and their health."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from worker.store import feed_pages, gaps, stats
from worker.store.feed_pages import BEGINNING, BadFeedFilter, FeedFilter, ListPlace
from worker.web.api.answers import AS_LINES, Answering
from worker.web.api.feed_models import FeedList, FeedWhole
from worker.web.api.models import Row
from worker.web.api.params import Id
from worker.web.errors import declared
from worker.web.parts import Needed, Parts

router = APIRouter(tags=["feeds"])

LONGEST_VALUE = 500
"""Characters of a value of a filter. A guess: more than any address that is searched for."""

Words = Annotated[
    str, Query(max_length=LONGEST_VALUE, description="words of title or address, or beginnings of words")
]
State = Annotated[str, Query(max_length=LONGEST_VALUE, description="active, paused or retired")]
Condition = Annotated[
    str, Query(max_length=LONGEST_VALUE, description="a condition that the feed is in, or any")
]
Label = Annotated[str, Query(max_length=LONGEST_VALUE, description="one of the operator's labels")]
Publisher = Annotated[str, Query(max_length=LONGEST_VALUE, description="host name of the publisher's site")]
Failing = Annotated[bool, Query(description="only feeds whose last poll failed")]
Limit = Annotated[
    int | None, Query(ge=1, le=1000, description="how many at most; default: all feeds that match")
]
After = Annotated[
    str | None, Query(max_length=LONGEST_VALUE, description="`next` of the previous answer, with a limit")
]


def feed_filter(
    q: Words = "",
    state: State = "",
    condition: Condition = "",
    label: Label = "",
    publisher: Publisher = "",
    failing: Failing = False,
) -> FeedFilter:
    """Return the filter in the query string. Raises 422."""
    try:
        return FeedFilter(q.strip(), state, condition, label.strip(), publisher.strip().lower(), failing)
    except BadFeedFilter as error:
        raise HTTPException(422, str(error)) from None


def place_of(text: str | None) -> ListPlace:
    """Return a place in the list. Raises 422."""
    try:
        return ListPlace.read(text) if text else BEGINNING
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


WhichFeeds = Annotated[FeedFilter, Depends(feed_filter)]
"""The filter of feeds in the query string of a route."""


@router.get("/feeds", response_model=FeedList, responses={200: AS_LINES})
def listing(
    parts: Needed, answer: Answering, which: WhichFeeds, limit: Limit = None, page: After = None
) -> Response:
    """Feeds with their health, those in trouble first: all, or with a limit page by page."""
    after = place_of(page)
    with parts.store.begin() as db:
        if limit is None:
            found: Row = {"feeds": feed_pages.everything(db, which), "next": None}
        else:
            some = feed_pages.page(db, which, after=after, limit=limit)
            found = {"feeds": some.feeds, "next": str(some.onward) if some.onward else None}
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
