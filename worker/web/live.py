"""The live part of the status page: HTML that is sent every two seconds as a server-sent event.

The page's script replaces the previous HTML by it. Without scripts the page is complete and reloads itself.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from worker.store import StoreUnavailable, reading
from worker.web.parts import Needed, Parts
from worker.web.render import render

INTERVAL_SECONDS = 2.0
"""A guess: looks live, and all readers share one reading of the status (`Recent`)."""
NEWEST = 12
"""Articles listed; a guess at what fits next to the tables."""

router = APIRouter(include_in_schema=False)


def live_context(parts: Parts) -> dict[str, Any]:
    """Return the values of the live template. Raises `StoreUnavailable`."""
    status = parts.status.get()
    with parts.store.begin() as db:
        newest = reading.newest(db, limit=NEWEST)
    return {"status": status, "newest": newest}


@router.get("/events")
async def events(parts: Needed) -> StreamingResponse:
    """Stream the live part until the reader leaves or the server stops."""
    return StreamingResponse(_stream(parts), media_type="text/event-stream")


async def _stream(parts: Parts) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    while not parts.stopping():
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
        return render("_live.html", **live_context(parts))
    except StoreUnavailable as error:
        return render("_away.html", message=str(error))


def _message(html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"event: status\n{lines}\n"
