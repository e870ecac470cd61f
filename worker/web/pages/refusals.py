"""The page of refused entries: how many for which reason, and samples of what was fetched."""

from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from worker.outcome import Reason
from worker.services.operator.refusal_samples import retry_entries, retry_matching, sample_of
from worker.store import kept_counts, refused_entries
from worker.store.refused_entries import ListEnd, RefusedFilter
from worker.web.access import Editor
from worker.web.flash import see_other
from worker.web.form_fields import Fields
from worker.web.pages.places import place_of, place_text
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.status import count_refusals, words_for

PAGE = 20
"""Samples on a page: each has two columns of text."""

AMONG = 5_000
"""The newest refusals that are counted by host and day: an index gives them in milliseconds."""

MOST_HOSTS = 12
"""Hosts that are named; others are found by the search box."""

router = APIRouter()

HostId = Annotated[int | None, Query(ge=1)]
Day = Annotated[date | None, Query()]


@router.get("/refusals")
def refusal_list(
    parts: Needed, reason: str = "", host: HostId = None, day: Day = None, before: str = ""
) -> HTMLResponse:
    """Show refused entries by reason, host and day, with samples."""
    filter_ = RefusedFilter(reason or None, host, day)
    with parts.store.begin() as db:
        found = refused_entries.listing(db, filter_, before=place_of(before), limit=PAGE + 1)
        by_host = refused_entries.by_host(db, filter_, among=AMONG, limit=MOST_HOSTS)
        by_day = refused_entries.by_day(db, filter_, among=AMONG)
        by_reason = [] if reason else refused_entries.by_reason(db, filter_, among=AMONG, limit=len(Reason))
        kept = kept_counts.read(db)
    shown = [{**row, "sample": sample_of(row)} for row in found[:PAGE]]
    return page(
        "refusals.html",
        entries=shown,
        filter=filter_,
        here_query=_query(filter_),
        totals=count_refusals(kept.refusals),
        total=kept.by_state.get("entries", {}).get("refused", 0),
        by_host=by_host,
        by_day=by_day,
        by_reason=[{**row, "words": words_for(row["value"])} for row in by_reason],
        among=AMONG,
        link=lambda **changes: _link(filter_, **changes),
        older=_link(filter_, before=_end(shown)) if len(found) > PAGE else None,
        newest=_link(filter_) if before else None,
    )


@router.post("/refusals/retry")
def retry(parts: Needed, actor: Editor, form: Fields) -> RedirectResponse:
    """Let selected refused entries, or all that match, wait to be fetched again."""
    now = parts.clock()
    filter_ = RefusedFilter(
        form.text("reason") or None,
        form.number("host", least=1, most=2**62),
        date.fromisoformat(form.text("day")) if form.text("day") else None,
    )
    with parts.store.begin() as db:
        if form.flag("all"):
            done = retry_matching(db, filter_, by=actor.name, now=now)
        else:
            done = retry_entries(db, form.numbers("id"), by=actor.name, now=now)
    words = f"{done:,} {'entry waits' if done == 1 else 'entries wait'} to be fetched again"
    return see_other(_link(filter_), words if done else "No entry was selected", bad=not done)


def _query(filter_: RefusedFilter) -> dict[str, Any]:
    values = {"reason": filter_.reason, "host": filter_.host, "day": filter_.day}
    return {name: value for name, value in values.items() if value is not None}


def _link(filter_: RefusedFilter, **changes: Any) -> str:
    query = {name: value for name, value in (_query(filter_) | changes).items() if value is not None}
    return f"/refusals?{urlencode(query)}" if query else "/refusals"


def _end(shown: list[dict[str, Any]]) -> str:
    at, number = shown[-1]["finished_at"], shown[-1]["id"]
    assert isinstance(at, datetime)
    place: ListEnd = (at, number)
    return place_text(place)
