"""Articles: all by cursor, a search, one by its id, one revision."""

from fastapi import APIRouter, HTTPException

from worker.store import changes, reading
from worker.web.api.changes import log_reaching
from worker.web.api.models import ArticlePage, ArticleWhole, Row, SearchResults, Version
from worker.web.api.params import Cursor, Id, Limit, RevisionNumber, Words
from worker.web.errors import BeyondNewestProblem, declared
from worker.web.parts import Needed

router = APIRouter(tags=["articles"])


@router.get("/articles", response_model=ArticlePage, responses={410: {"model": BeyondNewestProblem}})
def follow(parts: Needed, after: Cursor = 0, limit: Limit = 100) -> Row:
    """Full articles in the order of the change log; start at 0 and follow `next`.

    No article is missed, however late its transaction committed. An article that changes again comes again.
    A cursor beyond the newest change is answered with 410.
    """
    with parts.store.begin() as db:
        log = log_reaching(db, after)
        found = reading.changed_after(db, after, limit=limit)
        # Without an article only resets are left, up to the newest line before the articles were read.
        cursor = found[-1]["cursor"] if found else log.newest
        return {
            "articles": found,
            "resets": changes.resets(db, after, cursor),
            "epoch": log.epoch,
            "next": cursor,
            "more": changes.newest(db) > cursor,
        }


@router.get("/search", response_model=SearchResults)
def search(parts: Needed, q: Words, limit: Limit = 50) -> Row:
    """The newest articles that contain the words."""
    with parts.store.begin() as db:
        return {"articles": reading.search(db, q, limit=limit)}


@router.get("/articles/{article_id}", response_model=ArticleWhole, responses=declared(404))
def show(parts: Needed, article_id: Id) -> Row:
    """One article with its revisions and the feeds that listed it."""
    with parts.store.begin() as db:
        found = reading.whole(db, article_id)
    if found is None:
        raise HTTPException(404, f"no article has the id {article_id}")
    return found


@router.get("/articles/{article_id}/revisions/{number}", response_model=Version, responses=declared(404))
def revision(parts: Needed, article_id: Id, number: RevisionNumber) -> Row:
    """One revision of an article; the newest is the current version."""
    with parts.store.begin() as db:
        found = reading.version(db, article_id, number)
    if found is None:
        raise HTTPException(404, f"article {article_id} has no revision {number}")
    return found
