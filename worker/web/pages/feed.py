"""One feed: its health, polls, entries and settings, and what the operator does to it."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from worker.fetch.reply import unpack
from worker.model import EntryState
from worker.outcome import Refusal
from worker.services.operator.edit_feeds import BadEdit, FeedEdit, edit_feed, poll_now
from worker.services.operator.feed_actions import FeedAction, change_feeds
from worker.services.operator.subscribe import move_feed
from worker.store import Connection, audit, entries, entry_pages, poll_history
from worker.text.encoding import to_utf8
from worker.web.access import Editor
from worker.web.api import feeds
from worker.web.api.feed_models import FeedWhole
from worker.web.api.params import LARGEST_ID, Id
from worker.web.feed_plot import plot_of
from worker.web.flash import see_other
from worker.web.form_fields import Fields
from worker.web.pages.feeds import said, wanted_change
from worker.web.parts import Needed
from worker.web.render import page, relative_time
from worker.web.status import count_refusals

router = APIRouter()

ENTRIES = 25
"""Entries on a page of a feed."""

PLOTTED = timedelta(days=14)
"""What the plot shows, and the time whose delays count: the days that are kept of polls."""

STEP = timedelta(hours=6)
"""The width of a bar of publications. A guess: the day's rhythm shows, and a bar is wide enough to see."""

MOST_RETRIED = 10_000
"""Entries that one request lets wait again: it must end. A guess; the next request takes the others."""

Given = Annotated[str, Query(max_length=50)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/feeds/{feed_id}")
def feed(
    parts: Needed, feed_id: Id, state: Given = "", reason: Given = "", before: Before = None
) -> HTMLResponse:
    """Show one feed, with its entries in this state and for this reason."""
    shown = FeedWhole.model_validate(feeds.feed_of(parts, feed_id))
    with parts.store.begin() as db:
        found = entry_pages.of_feed(db, feed_id, state=state, reason=reason, before=before, limit=ENTRIES + 1)
        history = _history(db, feed_id, parts.clock())
    return page(
        "feed.html",
        feed=shown,
        refusals=count_refusals(shown.refusals),
        entries=found[:ENTRIES],
        given={"state": state, "reason": reason},
        states=list(EntryState),
        older=found[ENTRIES - 1]["id"] if len(found) > ENTRIES else None,
        before=before,
        **history,
    )


def _history(db: Connection, feed_id: int, now: Any) -> dict[str, Any]:
    since = now - PLOTTED
    days = poll_history.days(db, feed_id, since=since)
    shown = poll_history.publications(db, feed_id, since=since, step=STEP)
    return {
        "plot": plot_of(shown, days, now=now, span=PLOTTED, step=STEP),
        "delays": poll_history.delays(db, feed_id, since=since),
        "answers": poll_history.last_answers(db, feed_id),
        "document": poll_history.document(db, feed_id),
    }


@router.get("/feeds/{feed_id}/document")
def document(parts: Needed, feed_id: Id) -> PlainTextResponse:
    """Show the document of a feed as last seen, as plain text, in which nothing acts."""
    with parts.store.begin() as db:
        found = poll_history.document(db, feed_id)
    if found is None:
        raise HTTPException(404, "no document of this feed is kept")
    body = unpack(found.body, found.encoding, limit=parts.settings.fetch_max_bytes)
    if isinstance(body, Refusal):
        raise HTTPException(404, f"the kept document cannot be read: {body.words}")
    return PlainTextResponse(to_utf8(body).decode("utf-8", "replace"))


@router.post("/feeds/{feed_id}/change")
def change(parts: Needed, actor: Editor, form: Fields, feed_id: Id) -> Response:
    """Pause, resume or remove a feed."""
    back = f"/feeds/{feed_id}"
    try:
        wanted = wanted_change(form)
        done = change_feeds(parts.store, [feed_id], wanted, actor=actor.name, now=parts.clock())
    except ValueError as error:
        return see_other(back, str(error), bad=True)
    return see_other("/feeds" if wanted.action is FeedAction.REMOVE else back, said(wanted, done, 1))


@router.post("/feeds/{feed_id}/edit")
def edit(parts: Needed, actor: Editor, form: Fields, feed_id: Id) -> Response:
    """Set title, labels and interval of a feed."""
    back, now = f"/feeds/{feed_id}", parts.clock()
    labels = [label.strip() for label in form.text("labels").split(",") if label.strip()]
    try:
        interval = wanted_change(form)
        with parts.store.begin() as db:
            title = None if form.text("title") == form.text("title_before") else form.text("title")
            edited = edit_feed(db, feed_id, FeedEdit(title=title, labels=labels))
            detail = {"title": edited.title, "labels": list(edited.labels)}
            audit.record(db, actor.name, "feed.edited", f"feed:{feed_id}", detail, now=now)
        assert interval.action is FeedAction.INTERVAL
        change_feeds(parts.store, [feed_id], interval, actor=actor.name, now=now)
    except LookupError:
        raise HTTPException(404, f"no feed has the id {feed_id}") from None
    except ValueError as error:
        return see_other(back, str(error), bad=True)
    return see_other(back, "The settings are saved.")


@router.post("/feeds/{feed_id}/poll")
def poll(parts: Needed, actor: Editor, feed_id: Id) -> Response:
    """Poll a feed now, or when its host's rest ends."""
    back, now = f"/feeds/{feed_id}", parts.clock()
    try:
        with parts.store.begin() as db:
            due_at = poll_now(db, feed_id, now=now)
            audit.record(db, actor.name, "feed.polled", f"feed:{feed_id}", now=now)
    except LookupError:
        raise HTTPException(404, f"no feed has the id {feed_id}") from None
    except BadEdit as error:
        return see_other(back, str(error), bad=True)
    when = f"{relative_time(due_at, now)}: its host rests until then" if due_at > now else "now"
    return see_other(back, f"The feed is polled {when}.")


@router.post("/feeds/{feed_id}/retry")
def retry(parts: Needed, actor: Editor, form: Fields, feed_id: Id) -> Response:
    """Let refused entries of a feed wait again: all, or those refused for one reason."""
    reason, now = form.text("reason"), parts.clock()
    with parts.store.begin() as db:
        refused = entry_pages.refused(db, feed_id, reason=reason, limit=MOST_RETRIED)
        count = entries.requeue(db, now=now, ids=refused)
        detail = {"entries": count, "reason": reason}
        audit.record(db, actor.name, "feed.retried", f"feed:{feed_id}", detail, now=now)
    return see_other(f"/feeds/{feed_id}", f"{count} entr{'y waits' if count == 1 else 'ies wait'} again.")


@router.post("/feeds/{feed_id}/move")
def move(parts: Needed, actor: Editor, feed_id: Id) -> Response:
    """Give a feed the address that its site names now."""
    back, now = f"/feeds/{feed_id}", parts.clock()
    try:
        url = move_feed(parts.store, feed_id, None, now=now)
    except LookupError:
        raise HTTPException(404, f"no feed has the id {feed_id}") from None
    except ValueError as error:
        return see_other(back, str(error), bad=True)
    with parts.store.begin() as db:
        audit.record(db, actor.name, "feed.moved", f"feed:{feed_id}", {"url": url}, now=now)
    return see_other(back, f"The feed has the address {url} now, and is polled at once.")
