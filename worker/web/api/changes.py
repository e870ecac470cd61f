"""The change log, for consumers that fetch only some articles."""

from fastapi import APIRouter, Depends, Response

from worker.deliver.position import LogState
from worker.store import Connection, changes, following
from worker.web.api.answers import AS_LINES, Answering
from worker.web.api.change_models import ChangePage
from worker.web.api.params import Cursor, FilterQuery, Limit, wait_for_change
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
def follow(
    parts: Needed, answer: Answering, filter_: FilterQuery, after: Cursor = 0, limit: Limit = 100
) -> Response:
    """The changes of articles after a cursor, in order and without gaps.

    With a filter, those that match it. A change by which an article no longer matches, or is purged, is among
    them once, with `matches` false and nothing of the article; an answer can be empty while `more` is true.

    A line of the kind `reset` says which changes became void when the database was restored. A cursor beyond
    the newest change is answered with 410.
    """
    with parts.store.begin() as db:
        log = log_reaching(db, after)
        found = following.scan(db, after, limit=limit, filter_=filter_)
        page = {
            "changes": found.lines,
            "epoch": log.epoch,
            "next": found.upto,
            "more": changes.newest(db) > found.upto,
        }
    return answer.page(ChangePage, page, "changes")
