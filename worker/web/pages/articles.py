"""The list of articles, with the filter of the API as a form."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from worker.filters import EVERYTHING, Filter, FilterError, parse_pairs
from worker.store import Connection, search_results, searches
from worker.store.newest_matches import RANKED
from worker.store.search_results import Found
from worker.web.api.models import ArticleFound
from worker.web.api.params import LARGEST_ID
from worker.web.errors import wants_page
from worker.web.filter_form import Pairs, chips, filter_fields
from worker.web.parts import Needed
from worker.web.render import page

PAGE = 50
"""Articles on a page of the list."""

PLACES = ("before", "skip")
"""Parameters that say where a page of the list begins."""

VIEWS = ("sort", "collapse")
"""Parameters that say how the list is shown."""

router = APIRouter()

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
Skip = Annotated[int, Query(ge=0, le=RANKED)]


@router.get("/articles")
def article_list(
    request: Request,
    parts: Needed,
    before: Before = None,
    skip: Skip = 0,
    sort: str = "newest",
    collapse: str = "",
) -> HTMLResponse:
    """Show the newest articles, or those that match the filter in the query string."""
    # A form sends its empty fields, too.
    given = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    pairs = [pair for pair in given if pair[0] not in (*PLACES, *VIEWS)]
    view = [pair for pair in given if pair[0] in VIEWS]
    shown, filter_, problem = list[ArticleFound](), EVERYTHING, ""
    rest: int | None = None
    with parts.store.begin() as db:
        names = [search["name"] for search in searches.listing(db)]
        try:
            filter_ = parse_pairs(pairs, saved=lambda name: searches.get(db, name))
            found = _found(
                db, filter_, before=before, skip=skip, sort=sort, one_per_story=collapse == "story"
            )
            shown, rest = [ArticleFound.model_validate(article) for article in found.articles], found.rest
        except FilterError as error:
            if not wants_page(request):
                raise
            problem = str(error)
    return page(
        "articles.html",
        status_code=422 if problem else 200,
        articles=shown,
        fields=filter_fields(pairs, searches=names),
        chips=chips(pairs, kept=view),
        sort=sort,
        collapse=collapse,
        filter=filter_,
        query=urlencode(pairs),
        problem=problem,
        older=_older(shown, rest, pairs, view, skip, is_ranked=_is_ranked(filter_, sort)),
        is_partial=rest is not None,
        is_first=before is None and not skip,
    )


def _is_ranked(filter_: Filter, sort: str) -> bool:
    return sort == "relevance" and bool(filter_.wanted("q"))


def _found(
    db: Connection, filter_: Filter, *, before: int | None, skip: int, sort: str, one_per_story: bool
) -> Found:
    if _is_ranked(filter_, sort):
        return Found(
            search_results.most_relevant_found(
                db, filter_, limit=PAGE, skip=skip, one_per_story=one_per_story
            )
        )
    return search_results.newest_found(db, filter_, limit=PAGE, before=before, one_per_story=one_per_story)


def _older(
    shown: list[ArticleFound], rest: int | None, pairs: Pairs, view: Pairs, skip: int, *, is_ranked: bool
) -> str | None:
    """Return the query string of the next page; None if this is the last one."""
    if rest is not None:
        return urlencode([*pairs, *view, ("before", rest)])
    if len(shown) < PAGE:
        return None
    place = ("skip", skip + PAGE) if is_ranked else ("before", shown[-1].id)
    return urlencode([*pairs, *view, place])
