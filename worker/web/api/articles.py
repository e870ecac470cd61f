"""Articles: all by cursor, a search, one by its id, one revision."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from worker.store import changes, reading, search_results
from worker.web.api.answers import AS_LINES, Answering, Form, TextForm, in_form
from worker.web.api.changes import log_reaching
from worker.web.api.models import ArticlePage, ArticleWhole, Row, SearchResults, Version
from worker.web.api.page_tokens import Paging
from worker.web.api.params import Cursor, FilterQuery, Id, Limit, RevisionNumber, wait_for_change
from worker.web.errors import BeyondNewestProblem, declared
from worker.web.parts import Needed, Parts

router = APIRouter(tags=["articles"])

Sort = Annotated[
    Literal["newest", "relevance"],
    Query(description="newest first, or the most relevant of the newest 1,000 matches first"),
]
Collapse = Annotated[Literal["story"] | None, Query(description="story: only the newest match of each story")]


@router.get(
    "/articles",
    response_model=ArticlePage,
    responses={200: AS_LINES, 410: {"model": BeyondNewestProblem}},
    dependencies=[Depends(wait_for_change)],
)
def follow(
    parts: Needed,
    answer: Answering,
    filter_: FilterQuery,
    after: Cursor = 0,
    limit: Limit = 100,
    text: Form = TextForm.PLAIN,
) -> Response:
    """Full articles in the order of the change log; start at 0 and follow `next`.

    No article is missed, however late its transaction committed. An article that changes again comes again.
    With a filter, an article that no longer matches is in `gone` once; an answer can be empty while `more` is
    true.
    A cursor beyond the newest change is answered with 410.
    """
    with parts.store.begin() as db:
        log = log_reaching(db, after)
        found = reading.changed_after(db, after, limit=limit, filter_=filter_)
        page = {
            "articles": [in_form(article, text) for article in found.articles],
            "gone": found.gone,
            "resets": changes.resets(db, after, found.cursor),
            "epoch": log.epoch,
            "next": found.cursor,
            "more": changes.newest(db) > found.cursor,
        }
    return answer.page(ArticlePage, page, "articles")


@router.get("/search", response_model=SearchResults, responses={200: AS_LINES})
def search(
    parts: Needed,
    answer: Answering,
    paging: Paging,
    filter_: FilterQuery,
    limit: Limit = 50,
    sort: Sort = "newest",
    collapse: Collapse = None,
) -> Response:
    """The articles that match `q`, the newest first; further ones with `page` set to the answer's `next`.

    An answer may hold fewer than `limit`, or none, and have a `next`: a search reads a bounded number of
    articles at a time. It is complete when `next` is null.

    `sort=relevance` takes the newest 1,000 matches, and the most relevant of these first. Without `q`, the
    newest that match the other conditions.
    """
    if not filter_:
        raise HTTPException(422, "q: write the words to search for, or another condition")
    stories = collapse == "story"
    place = next(iter(paging.place), None)
    with parts.store.begin() as db:
        if sort == "relevance" and filter_.wanted("q"):
            skip = place or 0
            found = search_results.most_relevant_found(
                db, filter_, limit=limit + 1, skip=skip, one_per_story=stories
            )
            following = skip + limit if len(found) > limit else None
        else:
            newest = search_results.newest_found(
                db, filter_, limit=limit + 1, before=place, one_per_story=stories
            )
            found, following = newest.articles, newest.rest
            if len(found) > limit:
                following = found[limit - 1]["id"]
    page = {"articles": found[:limit], "next": paging.token(following) if following is not None else None}
    return answer.page(SearchResults, page, "articles")


@router.get("/articles/{article_id}", response_model=ArticleWhole, responses=declared(404))
def show(parts: Needed, answer: Answering, article_id: Id, text: Form = TextForm.PLAIN) -> Response:
    """One article with its revisions and the feeds that listed it."""
    return answer.one(ArticleWhole, in_form(whole_of(parts, article_id), text))


@router.get("/articles/{article_id}/revisions/{number}", response_model=Version, responses=declared(404))
def revision(
    parts: Needed, answer: Answering, article_id: Id, number: RevisionNumber, text: Form = TextForm.PLAIN
) -> Response:
    """One revision of an article; the newest is the current version."""
    return answer.one(Version, in_form(version_of(parts, article_id, number), text))


def whole_of(parts: Parts, article_id: int) -> Row:
    """Return an article with its revisions, sightings and last look. Raises 404."""
    with parts.store.begin() as db:
        found = reading.whole(db, article_id)
    if found is None:
        raise HTTPException(404, f"no article has the id {article_id}")
    return found


def version_of(parts: Parts, article_id: int, number: int) -> Row:
    """Return one version of an article. Raises 404."""
    with parts.store.begin() as db:
        found = reading.version(db, article_id, number)
    if found is None:
        raise HTTPException(404, f"article {article_id} has no revision {number}")
    return found
