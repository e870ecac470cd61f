"""The change log as server-sent events, for browsers and programs that want each change as it happens.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from worker.filters import Filter
from worker.model import SinkContent
from worker.store import StoreUnavailable, changes, contents, following
from worker.web.api.changes import log_reaching
from worker.web.api.params import LARGEST_ID, FilterQuery
from worker.web.errors import BeyondNewestProblem
from worker.web.parts import Needed, Parts

router = APIRouter(tags=["changes"])

LINES_AT_ONCE = 100
"""Lines that are read together; with whole articles some megabytes. A guess."""
STEP_SECONDS = 0.1
"""Shortest time between two looks at the log by one reader. A guess."""
HEARTBEAT_SECONDS = 15.0
"""After which something is sent although nothing happens: proxies close what is idle for 30 or 60 seconds."""
RETRY_SECONDS = 3
"""After which a browser connects again: browsers' own default."""
FULL_SECONDS = 30
"""The same while all places are taken. A guess."""

Beginning = Annotated[
    int | None,
    Query(ge=0, le=LARGEST_ID, description="id of the last line that you have; without it, what comes next"),
]
LastEventId = Annotated[
    str | None, Header(description="the same, as browsers send it when they connect again; wins over `after`")
]
Content = Annotated[SinkContent, Query(description="what `article` says: none, summary or whole")]


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "events until one side ends the stream"},
        410: {"model": BeyondNewestProblem},
    },
)
async def stream_changes(
    parts: Needed,
    filter_: FilterQuery,
    after: Beginning = None,
    content: Content = SinkContent.NONE,
    last_event_id: LastEventId = None,
) -> StreamingResponse:
    """Each change as a server-sent event: `event` is its kind, `id` its id, `data` the line as JSON.

    With a filter, a line by which an article may have left it comes with `matches: false`. The stream never
    ends by itself. A reader that connects again with the last id misses nothing. Comments
    come every 15 seconds while nothing happens. A cursor beyond the newest change is answered with 410.
    """
    if parts.followers.is_full:
        raise HTTPException(503, "all places of readers are taken", {"Retry-After": str(FULL_SECONDS)})
    cursor = await asyncio.to_thread(_begin, parts, _cursor(after, last_event_id))
    return StreamingResponse(
        _events(parts, cursor, content, filter_),
        media_type="text/event-stream",
        # nginx would hold the events back until its buffer is full.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _cursor(after: int | None, last_event_id: str | None) -> int | None:
    """Return where a reader stopped; None if it begins. Raises 422."""
    if last_event_id is None or not last_event_id.strip():
        return after
    text = last_event_id.strip()
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID):
        raise HTTPException(422, f"Last-Event-ID: {text[:80]!r} is not the id of a change")
    return int(text)


def _begin(parts: Parts, cursor: int | None) -> int:
    """Return the cursor to begin at. Raises `BeyondNewest`."""
    with parts.store.begin() as db:
        if cursor is None:
            return changes.newest(db)
        log_reaching(db, cursor)
        return cursor


async def _events(parts: Parts, cursor: int, content: SinkContent, filter_: Filter) -> AsyncIterator[str]:
    with parts.followers.hold() as held:
        yield f"retry: {RETRY_SECONDS if held else FULL_SECONDS}000\n\n"
        while held and not parts.stopping():
            try:
                found, upto = await asyncio.to_thread(_read, parts, cursor, content, filter_)
            except StoreUnavailable:
                # The reader connects again, and is answered with 503 until the store is back.
                return
            if upto > cursor:
                cursor = upto
                # An event without data moves the reader's last id over what does not match.
                yield "".join(map(_event, found)) or f"id: {cursor}\n\n"
                continue
            began = time.monotonic()
            await parts.newest.wait_past(cursor, HEARTBEAT_SECONDS)
            if time.monotonic() - began >= HEARTBEAT_SECONDS:
                yield ": still here\n\n"
            else:
                # The log may be shorter than the cursor for a while, after a restore: do not ask in a circle.
                await asyncio.sleep(STEP_SECONDS)


def _read(
    parts: Parts, cursor: int, content: SinkContent, filter_: Filter
) -> tuple[Sequence[Mapping[str, Any]], int]:
    """Return the next lines, and the cursor after them."""
    with parts.store.begin() as db:
        found = following.scan(db, cursor, limit=LINES_AT_ONCE, filter_=filter_)
        if content is SinkContent.NONE:
            return found.lines, found.upto
        ids = [line["article_id"] for line in found.lines if line["article_id"] and line["matches"]]
        articles = contents.of_articles(db, ids, content)
        return [{**line, "article": articles.get(line["article_id"])} for line in found.lines], found.upto


def _event(line: Mapping[str, Any]) -> str:
    # JSON has no line ends outside of texts, where they are escaped.
    return f"id: {line['id']}\nevent: {line['kind']}\ndata: {to_json(line).decode()}\n\n"
