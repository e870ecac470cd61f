"""The list of feeds, and what is done to the feeds that are ticked in it."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from worker.model import Condition, FeedState
from worker.services.operator.edit_feeds import BadEdit
from worker.services.operator.feed_actions import FeedAction, FeedChange, change_feeds, chosen
from worker.store import feed_pages
from worker.store.feed_pages import ANY_CONDITION, BEGINNING, EVERY_FEED, FeedFilter, ListPlace
from worker.web.access import Editor
from worker.web.api.feed_models import FeedSummary
from worker.web.flash import see_other
from worker.web.form_fields import Fields, FormFields
from worker.web.parts import Needed, Parts
from worker.web.render import number, page

router = APIRouter()

PAGE = 50
"""Feeds on a page of the list."""

TEXTS = ("q", "state", "condition", "label", "publisher")
FIELDS = (*TEXTS, "failing")
"""The filter in the query string, as in the API. In the form of the list each has a prefix, since `label` is
also what an action sets."""

PREFIX = "with_"
"""Of the filter's fields in the form, as the comment on `FIELDS` says."""

MOST_MINUTES = 366 * 24 * 60
"""A year, the longest interval."""

SHOWN_LOST = 20
"""Feeds that the question before a removal names."""

DONE = {
    FeedAction.PAUSE: "paused",
    FeedAction.RESUME: "resumed",
    FeedAction.LABEL: "labelled",
    FeedAction.UNLABEL: "without the label now",
    FeedAction.INTERVAL: "given another interval",
    FeedAction.REMOVE: "removed; their articles stay",
}
"""What the message after an action says of the changed feeds."""

After = Annotated[str, Query(max_length=50)]
"""A place in the list."""


@router.get("/feeds")
def feed_list(request: Request, parts: Needed, after: After = "") -> HTMLResponse:
    """Show the feeds that match the filter in the query string, those in trouble first."""
    given = {name: request.query_params.get(name, "").strip() for name in FIELDS}
    which, start, problem = EVERY_FEED, BEGINNING, ""
    try:
        which = filter_of(given)
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
        pairs=pairs,
        states=list(FeedState),
        conditions=[ANY_CONDITION, *Condition],
        problem=problem,
        query=urlencode(pairs),
        first=_address(pairs) if after else None,
        onward=_address([*pairs, ("after", str(found.onward))]) if found.onward else None,
    )


@router.post("/feeds/selected")
def change_selected(parts: Needed, actor: Editor, form: Fields) -> Response:
    """Do to the ticked feeds, or to all that match, what the form says; ask before a removal."""
    back = _address([(name, value) for name in FIELDS if (value := form.text(PREFIX + name))])
    try:
        change = wanted_change(form)
        ids = _selected(parts, form)
        if change.action is FeedAction.REMOVE and not form.flag("sure"):
            return _question(parts, form, ids, back)
        done = change_feeds(parts.store, ids, change, actor=actor.name, now=parts.clock())
    except ValueError as error:
        return see_other(back, str(error), bad=True)
    return see_other(back, said(change, done, len(ids)))


def filter_of(given: Mapping[str, str]) -> FeedFilter:
    """Return the filter in these fields. Raises `BadFeedFilter`."""
    return FeedFilter(
        q=given["q"],
        state=given["state"],
        condition=given["condition"],
        label=given["label"],
        publisher=given["publisher"].lower(),
        failing=bool(given["failing"]),
    )


def wanted_change(form: FormFields) -> FeedChange:
    """Return what the form wants to be done. Raises `ValueError`, with words for the user."""
    action = form.text("action")
    if action not in list(FeedAction):
        raise BadEdit("choose what to do with the feeds")
    minutes = form.number("minutes", least=1, most=MOST_MINUTES)
    return FeedChange(FeedAction(action), form.text("label"), None if minutes is None else 60.0 * minutes)


def said(change: FeedChange, done: int, asked: int) -> str:
    """Return the message after an action."""
    words = f"{number(done)} feed{'' if done == 1 else 's'} {DONE[change.action]}"
    return words if done == asked else f"{words}; {number(asked - done)} needed no change"


def _selected(parts: Parts, form: FormFields) -> list[int]:
    if form.flag("all"):
        return chosen(parts.store, filter_of({name: form.text(PREFIX + name) for name in FIELDS}))
    if ids := form.numbers("id"):
        return ids
    raise BadEdit("tick the feeds first, or “all that match”")


def _question(parts: Parts, form: FormFields, ids: list[int], back: str) -> HTMLResponse:
    """Ask whether these feeds are to be removed, and say what is lost with them."""
    with parts.store.begin() as db:
        some = feed_pages.shown(db, ids[:SHOWN_LOST])
    return page(
        "feeds_remove.html",
        feeds=some,
        count=len(ids),
        ids=[] if form.flag("all") else ids,
        filter={name: form.text(PREFIX + name) for name in FIELDS},
        back=back,
    )


def _address(pairs: list[tuple[str, str]]) -> str:
    return f"/feeds?{urlencode(pairs)}" if pairs else "/feeds"
