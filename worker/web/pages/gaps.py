"""The page of gaps: what feeds scrolled past between two polls, and what was found of it afterwards."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from worker.model import GapFill
from worker.services.operator.gaps import NotAgain, look_again
from worker.store import gaps, kept_counts
from worker.web.access import Editor
from worker.web.api.params import Id
from worker.web.flash import see_other
from worker.web.pages.places import place_of, place_text
from worker.web.parts import Needed
from worker.web.render import page

PAGE = 50
"""Gaps on a page."""

router = APIRouter()

Fill = Annotated[Literal["", "looking", "filled", "partly", "unfilled"], Query()]
FeedId = Annotated[int | None, Query(ge=1)]


@router.get("/gaps")
def gap_list(parts: Needed, fill: Fill = "", feed: FeedId = None, before: str = "") -> HTMLResponse:
    """Show gaps, the newest first."""
    with parts.store.begin() as db:
        found = gaps.listing(
            db,
            fill=GapFill(fill) if fill else None,
            feed_id=feed,
            before=place_of(before),
            limit=PAGE + 1,
        )
        numbers = kept_counts.read(db).by_state.get("gaps", {})
    query: dict[str, Any] = {"fill": fill, **({"feed": feed} if feed else {})}
    last = found[PAGE - 1] if len(found) > PAGE else None
    end = urlencode({**query, "before": place_text((last["noticed_at"], last["id"]))}) if last else None
    return page(
        "gaps.html",
        gaps=found[:PAGE],
        fill=fill,
        feed=feed,
        fills=[str(one) for one in GapFill],
        numbers=numbers,
        older=f"/gaps?{end}" if end else None,
        newest=f"/gaps?{urlencode(query)}" if before else None,
    )


@router.post("/gaps/{gap_id}/retry")
def retry(parts: Needed, actor: Editor, gap_id: Id) -> RedirectResponse:
    """Look again for what a gap missed."""
    pages = parts.settings.poll_gap_pages
    try:
        with parts.store.begin() as db:
            look_again(db, gap_id, pages=pages, by=actor.name, now=parts.clock())
    except NotAgain as error:
        return see_other("/gaps", f"Not looked for again: {error}", bad=True)
    return see_other("/gaps", "Looking again, in the next turn of the host")
