"""The change log, for consumers that fetch only some articles."""

from fastapi import APIRouter, Depends, Response

from worker.deliver.position import LogState
from worker.store import Connection, changes
from worker.web.api.answers import AS_LINES, Answering
from worker.web.api.change_models import ChangePage
from worker.web.api.params import Cursor, Limit, wait_for_change
from worker.web.errors import BeyondNewest, BeyondNewestProblem
from worker.web.parts import Needed

router = APIRouter(tags=["changes"])


def log_reaching(db: Connection, cursor: int) -> LogState:
    """Return the state of the log. Raises `BeyondNewest` if it has not come as far as `cursor`."""
    log = changes.state(db)
    if cursor > log.newest:
        raise BeyondNewest(cursor, log)
    return log


@router.get(
    "/changes",
    response_model=ChangePage,
    responses={200: AS_LINES, 410: {"model": BeyondNewestProblem}},
    dependencies=[Depends(wait_for_change)],
)
def follow(parts: Needed, answer: Answering, after: Cursor = 0, limit: Limit = 100) -> Response:
    """The changes of articles after a cursor, in order and without gaps.

    A line of the kind `reset` says which changes became void when the database was restored. A cursor beyond
    the newest change is answered with 410.
    """
    with parts.store.begin() as db:
        log = log_reaching(db, after)
        found = changes.after(db, after, limit=limit)
        cursor = found[-1]["id"] if found else after
        page = {
            "changes": found,
            "epoch": log.epoch,
            "next": cursor,
            "more": changes.newest(db) > cursor,
        }
    return answer.page(ChangePage, page, "changes")
