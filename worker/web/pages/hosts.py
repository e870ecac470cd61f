"""The pages of hosts: those in trouble, one of them whole, and the end of a rest."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from worker.config.hosts_file import load_hosts
from worker.config.settings import SettingsError
from worker.fetch.host_book import NOTHING_SET
from worker.services.operator.hosts import host_settings, lift, robots_file
from worker.store import host_pages, refused_entries
from worker.store.refused_entries import RefusedFilter
from worker.web.access import Editor
from worker.web.api.params import Id
from worker.web.flash import see_other
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.status import words_for

PAGE = 50
"""Hosts on a page."""

MOST_FEEDS = 50
"""Feeds listed on the page of a host; the list of feeds has all."""

MOST_WAITING = 10_000
"""Counted entries of a host that wait: beyond this the number says nothing new."""

AMONG = 1_000
"""The newest refusals of a host that are counted by reason."""

ROBOTS_SHOWN = 20_000
"""Characters of a robots.txt on the page."""

router = APIRouter()

Kind = Annotated[Literal["", "resting", "failing", "robots", "all"], Query()]


@router.get("/hosts")
def host_list(parts: Needed, kind: Kind = "", q: str = "", after: str = "") -> HTMLResponse:
    """Show hosts: those that rest, else those that fail, else all."""
    now = parts.clock()
    name = q.strip()[:200]
    with parts.store.begin() as db:
        numbers = host_pages.counts(db, now=now)
        worst = next((one for one in ("resting", "failing") if numbers[one]), "all")
        shown = kind or ("all" if name else worst)
        found = host_pages.listing(
            db,
            shown,  # type: ignore[arg-type]
            name=name,
            after=after,
            limit=PAGE + 1,
            now=now,
        )
    more = urlencode({"kind": shown, "q": name, "after": found[PAGE - 1]["key"]}) if len(found) > PAGE else ""
    return page(
        "hosts.html",
        hosts=[{**host, "words": words_for(host["reason"])} for host in found[:PAGE]],
        kind=shown,
        q=name,
        numbers=numbers,
        first=f"/hosts?{urlencode({'kind': shown, 'q': name})}" if after else None,
        more=f"/hosts?{more}" if more else None,
    )


@router.get("/hosts/{host_id}")
def host(parts: Needed, host_id: Id) -> HTMLResponse:
    """Show one host."""
    with parts.store.begin() as db:
        found = host_pages.whole(db, host_id)
        if found is None:
            raise HTTPException(404, f"there is no host {host_id}")
        feeds = host_pages.feeds_of(db, host_id, limit=MOST_FEEDS + 1)
        waiting = host_pages.waiting(db, host_id, most=MOST_WAITING)
        refused = refused_entries.by_reason(db, RefusedFilter(host=host_id), among=AMONG, limit=20)
    book, trouble = NOTHING_SET, ""
    try:
        book = load_hosts(parts.settings)
    except SettingsError as error:
        trouble = str(error)
    settings = parts.settings
    return page(
        "host.html",
        host={**found, "words": words_for(found["reason"])},
        robots=robots_file(found["robots"], settings.user_agent, found["key"]),
        robots_shown=ROBOTS_SHOWN,
        settings=host_settings(found, book, delay=settings.fetch_delay_seconds, agent=settings.user_agent),
        trouble=trouble,
        feeds=feeds[:MOST_FEEDS],
        more_feeds=len(feeds) > MOST_FEEDS,
        waiting=waiting,
        most_waiting=MOST_WAITING,
        refused=[{**row, "words": words_for(row["value"])} for row in refused],
        among=AMONG,
    )


@router.post("/hosts/{host_id}/lift")
def lift_rest(parts: Needed, actor: Editor, host_id: Id) -> RedirectResponse:
    """End the rest of a host."""
    with parts.store.begin() as db:
        lifted = lift(db, host_id, by=actor.name, now=parts.clock())
    words = "The host gets requests again" if lifted else "The host does not rest"
    return see_other(f"/hosts/{host_id}", words, bad=not lifted)
