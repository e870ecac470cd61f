"""Articles: followed by cursor, searched, one by its id, one as it was."""

from fastapi import APIRouter, HTTPException

from worker.store import changes, reading
from worker.web.api.models import ArticlePage, ArticleWhole, Row, SearchResults, Version
from worker.web.api.params import Cursor, Id, Limit, RevisionNumber, Words
from worker.web.errors import declared
from worker.web.parts import Needed

router = APIRouter(tags=["articles"])


@router.get("/articles", response_model=ArticlePage)
def follow(parts: Needed, after: Cursor = 0, limit: Limit = 100) -> Row:
    """Whole articles in the order of the change log; start at 0 and follow `next`.

    None is missed, however late its transaction committed. An article that changed again comes again.
    """
    with parts.store.begin() as db:
        found = reading.changed_after(db, after, limit=limit)
        cursor = found[-1]["cursor"] if found else after
        return {"articles": found, "next": cursor, "more": changes.newest(db) > cursor}


@router.get("/search", response_model=SearchResults)
def search(parts: Needed, q: Words, limit: Limit = 50) -> Row:
    """The newest articles in which the words occur."""
    with parts.store.begin() as db:
        return {"articles": reading.search(db, q, limit=limit)}


@router.get("/articles/{article_id}", response_model=ArticleWhole, responses=declared(404))
def show(parts: Needed, article_id: Id) -> Row:
    """One article with its revisions and where it was seen."""
    with parts.store.begin() as db:
        found = reading.whole(db, article_id)
    if found is None:
        raise HTTPException(404, f"no article has the id {article_id}")
    return found


@router.get("/articles/{article_id}/revisions/{number}", response_model=Version, responses=declared(404))
def revision(parts: Needed, article_id: Id, number: RevisionNumber) -> Row:
    """An article as it was in one revision; the newest is the article as it stands."""
    with parts.store.begin() as db:
        found = reading.version(db, article_id, number)
    if found is None:
        raise HTTPException(404, f"article {article_id} has no revision {number}")
    return found
