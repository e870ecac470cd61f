"""Stories: which texts several outlets carry, who was first, and how the copies differ."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from worker.filters import EVERYTHING, FilterError, parse_pairs
from worker.services.story_shape import COMPARED, likeness, timeline
from worker.store import reading, stories, story_lists
from worker.store.story_lists import StoryListing, StoryOrder
from worker.text.word_diff import count, word_diff
from worker.web.api.answers import TextForm, in_form
from worker.web.api.articles import whole_of
from worker.web.api.models import ArticleShort, ArticleWhole
from worker.web.api.params import LARGEST_ID, Id
from worker.web.errors import wants_page
from worker.web.parts import Needed
from worker.web.render import page

PAGE = 50
"""Stories on a page of the list."""

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
"""Times in which stories began, by the words of the form."""

MEMBER_CONDITIONS = ("publisher", "language")
"""Conditions of the filter that the form has: on a member of the story."""

DIFFED = ("title", "text")
"""Fields that two members are compared by."""

router = APIRouter()


@router.get("/stories")
def story_list(
    request: Request,
    parts: Needed,
    order: str = "",
    wire: str = "",
    period: str = "",
    after: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> HTMLResponse:
    """Show the newest or the biggest stories, of all outlets or of some."""
    given = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    members = [pair for pair in given if pair[0] in MEMBER_CONDITIONS]
    found, problem, filter_ = [], "", EVERYTHING
    try:
        filter_ = parse_pairs(members)
        listing = StoryListing(
            order=StoryOrder.BIGGEST if order == StoryOrder.BIGGEST else StoryOrder.NEWEST,
            members=filter_,
            wire=bool(wire),
            begun_from=parts.clock() - PERIODS[period] if period in PERIODS else None,
            after=after,
        )
        with parts.store.begin() as db:
            found = story_lists.listed(db, listing, limit=PAGE)
    except FilterError as error:
        if not wants_page(request):
            raise
        problem = str(error)
    kept = [pair for pair in given if pair[0] != "after"]
    older = urlencode([*kept, ("after", found[-1]["id"])]) if len(found) == PAGE else None
    return page(
        "stories.html",
        status_code=422 if problem else 200,
        stories=found,
        problem=problem,
        order=order,
        wire=wire,
        period=period,
        periods=tuple(PERIODS),
        given=dict(members),
        is_filtered=bool(filter_ or wire or period),
        older=older,
        is_first=after is None,
    )


@router.get("/stories/{story_id}")
def story(parts: Needed, story_id: Id) -> HTMLResponse:
    """Show one story with its articles in the order of publication."""
    with parts.store.begin() as db:
        found = reading.story(db, story_id)
        if found is None:
            raise HTTPException(404, f"no story has the id {story_id}")
        members = [ArticleShort.model_validate(member) for member in found["articles"]]
        texts = {text.id: text for text in stories.texts(db, [one.id for one in members[:COMPARED]])}
    compared = [one for one in members[:COMPARED] if one.id in texts]
    return page(
        "story.html",
        story=found,
        members=members,
        compared=compared,
        likeness=likeness([texts[one.id] for one in compared]),
        points=timeline([(one.id, one.published or one.stored_at) for one in members]),
    )


@router.get("/stories/{story_id}/diff")
def difference(
    parts: Needed,
    story_id: Id,
    from_: Annotated[int, Query(alias="from", ge=1, le=LARGEST_ID)],
    to: Annotated[int, Query(ge=1, le=LARGEST_ID)],
) -> HTMLResponse:
    """Show how the texts of two articles of a story differ, word by word."""
    one, other = (
        ArticleWhole.model_validate(in_form(whole_of(parts, id_), TextForm.PLAIN)) for id_ in (from_, to)
    )
    for article in (one, other):
        if article.story_id != story_id:
            raise HTTPException(404, f"article {article.id} is not in the story {story_id}")
    old, new = (one.text or "", other.text or "")
    added, removed = count(old, new)
    return page(
        "story_diff.html",
        story_id=story_id,
        one=one,
        other=other,
        pieces={
            name: [
                {"op": str(op), "text": text}
                for op, text in word_diff(getattr(one, name) or "", getattr(other, name) or "")
            ]
            for name in DIFFED
        },
        words_added=added,
        words_removed=removed,
    )
