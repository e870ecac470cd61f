"""The overview, and the stream that keeps it up to date.

The live part is HTML that is sent every two seconds as a server-sent event; the page's script replaces the
previous HTML by it. Without scripts the page is complete and reloads itself.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, StreamingResponse

from worker.store import StoreUnavailable, kept_counts, reading
from worker.store.freshness import freshness
from worker.web.day_chart import day_chart
from worker.web.parts import Needed, Parts
from worker.web.rates import RATES_OVER, stage_rates
from worker.web.render import page, render

INTERVAL_SECONDS = 2.0
"""A guess: looks live, and all readers share one reading of the status (`Recent`)."""
RETRY_SECONDS = 3
"""After which a browser opens a stream again that has ended: browsers' own default."""
FULL_SECONDS = 30
"""The same while all places of streams are taken; after an error status browsers would not try again.
A guess."""
NEWEST = 12
"""Articles listed; a guess at what fits next to the tables."""

DAYS = 14
"""Days of the chart: two weeks show whether a weekend is like the one before."""

router = APIRouter()


@router.get("/")
def status(parts: Needed) -> HTMLResponse:
    """Show the status of the service."""
    return page("status.html", **_live_context(parts))


@router.get("/events")
async def events(parts: Needed) -> StreamingResponse:
    """Stream the live part until the reader leaves or the server stops; end at once if no place is free."""
    return StreamingResponse(_stream(parts), media_type="text/event-stream")


def _live_context(parts: Parts) -> dict[str, Any]:
    """Return the values of the live template. Raises `StoreUnavailable`."""
    status = parts.status.get()
    now = parts.clock()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with parts.store.begin() as db:
        newest = reading.newest(db, limit=NEWEST)
        rates = stage_rates(kept_counts.rates(db, now=now, over=RATES_OVER))
        fresh = freshness(db)
        days = kept_counts.read(db).days(DAYS)
    return {
        "status": status,
        "newest": newest,
        "rates": rates,
        "freshness": fresh,
        "days": days,
        "chart": day_chart(days, DAYS),
        "problems": parts.problems.get(),
        "began_today": [one for one in status.unwell if one.since >= today],
    }


async def _stream(parts: Parts) -> AsyncIterator[str]:
    with parts.streams.hold() as held:
        yield f"retry: {RETRY_SECONDS if held else FULL_SECONDS}000\n\n"
        while held and not parts.stopping():
            yield _message(await asyncio.to_thread(_fragment, parts))
            await _pause(parts)


async def _pause(parts: Parts) -> None:
    # In short steps: a stopping server waits for its streams.
    for _ in range(int(INTERVAL_SECONDS / 0.2)):
        if parts.stopping():
            return
        await asyncio.sleep(0.2)


def _fragment(parts: Parts) -> str:
    try:
        return render("_live.html", **_live_context(parts))
    except StoreUnavailable as error:
        return render("_away.html", message=str(error))


def _message(html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"event: status\n{lines}\n"
