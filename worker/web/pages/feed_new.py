"""Adding a feed: what an address offers and would bring is shown before it is subscribed to."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from worker.config.hosts_file import load_hosts
from worker.config.rule_files import load_rules
from worker.services.operator.check import CheckPolicy
from worker.services.operator.edit_feeds import checked_label
from worker.services.operator.feed_actions import FeedAction, FeedChange, change_feeds
from worker.services.operator.subscribe import Wish, subscribe
from worker.services.operator.try_feed import Tried, try_address
from worker.store import audit, feeds
from worker.web.access import Editor
from worker.web.flash import see_other
from worker.web.form_fields import Fields, FormFields
from worker.web.pages.feeds import MOST_MINUTES
from worker.web.parts import Needed, Parts
from worker.web.render import page

router = APIRouter()

PAGES = 3
"""Pages of the feed that the trial fetches, as many as `wiredesk feeds check`."""

Address = Annotated[str, Query(max_length=2000)]


@router.get("/feeds/add")
def form(parts: Needed, url: Address = "") -> HTMLResponse:
    """Show the form."""
    return page("feed_add.html", url=url, tried=None, source=None)


@router.post("/feeds/add")
async def look(parts: Needed, actor: Editor, form: Fields) -> Response:
    """Look at an address, or subscribe to the source that was chosen on the page."""
    url, source = form.text("url"), form.text("source")
    if not url:
        return see_other("/feeds/add", "Give an address.", bad=True)
    if form.flag("subscribe"):
        return await asyncio.to_thread(_subscribe, parts, actor.name, form)
    with parts.trials.hold() as held:
        if not held:
            problem = "too many trials run at the moment: try again in a minute"
            return page("feed_add.html", url=url, tried=Tried(problem=problem), source=None)
        tried = await asyncio.to_thread(_try, parts, url, source)
    chosen = tried.checked.url if tried.checked and not tried.checked.reason else None
    return page("feed_add.html", url=url, tried=tried, source=source or chosen)


def _try(parts: Parts, url: str, source: str) -> Tried:
    policy = CheckPolicy(
        parts.settings.turns,
        load_hosts(parts.settings),
        pages=PAGES,
        honoured=frozenset(parts.settings.rights_honoured),
        rules=load_rules(parts.settings),
    )
    return try_address(url, source=source or None, policy=policy, now=parts.clock())


def _subscribe(parts: Parts, actor: str, form: FormFields) -> Response:
    now, url = parts.clock(), form.text("source") or form.text("url")
    try:
        labels = [checked_label(label) for label in form.text("labels").split(",") if label.strip()]
        minutes = form.number("minutes", least=1, most=MOST_MINUTES)
        wish = Wish(url, form.text("title") or None, tuple(labels), listing=form.text("kind") == "listing")
    except ValueError as error:
        return see_other("/feeds/add", str(error), bad=True)
    done = subscribe(parts.store, [wish], now=now)
    if done.bad:
        return see_other("/feeds/add", f"{done.bad[0].url}: {done.bad[0].why}", bad=True)
    with parts.store.begin() as db:
        feed_id = feeds.find(db, url)
        action = "feed.added" if done.added else "feed.labelled"
        audit.record(db, actor, action, f"feed:{feed_id}", {"url": url, "labels": labels}, now=now)
    assert feed_id is not None
    if minutes is not None:
        interval = FeedChange(FeedAction.INTERVAL, seconds=60.0 * minutes)
        change_feeds(parts.store, [feed_id], interval, actor=actor, now=now)
    words = "The feed is subscribed, and polled now." if done.added else "The feed was known before."
    return see_other(f"/feeds/{feed_id}", words)
