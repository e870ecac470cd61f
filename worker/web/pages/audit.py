"""The page of the audit log: who changed what, and when."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from worker.store import audit
from worker.web.access import Admin
from worker.web.api.params import LARGEST_ID
from worker.web.parts import Needed
from worker.web.render import page

PAGE = 100
"""Lines on a page."""

router = APIRouter()

Wanted = Annotated[str, Query(max_length=200)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/audit")
def audit_log(
    parts: Needed,
    actor: Admin,
    who: Wanted = "",
    what: Wanted = "",
    subject: Wanted = "",
    before: Before = None,
) -> HTMLResponse:
    """Show the newest changes, or those by one actor, of one kind, of one subject."""
    wanted = {"who": who.strip(), "what": what.strip(), "subject": subject.strip()}
    with parts.store.begin() as db:
        found = audit.listing(
            db,
            actor=wanted["who"],
            action=wanted["what"],
            subject=wanted["subject"],
            before=before,
            limit=PAGE,
        )
    given = {name: value for name, value in wanted.items() if value}
    older = urlencode({**given, "before": found[-1].id}) if len(found) == PAGE else None
    return page("audit.html", lines=found, wanted=wanted, older=older)
