"""The change log, for consumers that fetch only some articles."""

from fastapi import APIRouter

from worker.store import changes
from worker.web.api.models import ChangePage, Row
from worker.web.api.params import Cursor, Limit
from worker.web.parts import Needed

router = APIRouter(tags=["changes"])


@router.get("/changes", response_model=ChangePage)
def follow(parts: Needed, after: Cursor = 0, limit: Limit = 100) -> Row:
    """The changes of articles after a cursor, in order and without gaps."""
    with parts.store.begin() as db:
        found = changes.after(db, after, limit=limit)
        cursor = found[-1]["id"] if found else after
        return {"changes": found, "next": cursor, "more": changes.newest(db) > cursor}
