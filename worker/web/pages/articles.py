"""The pages of articles."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from worker.filters import EVERYTHING, FilterError, parse_pairs
from worker.store import search_results, searches
from worker.web.api import articles
from worker.web.api import explanation as explanations
from worker.web.api.answers import TextForm, in_form
from worker.web.api.diff import ArticleDiff, From, To, diff_of
from worker.web.api.explanation import Explanation
from worker.web.api.models import ArticleFound, ArticleWhole, Row, Version
from worker.web.api.params import LARGEST_ID, Id, RevisionNumber
from worker.web.errors import wants_page
from worker.web.filter_form import filter_fields
from worker.web.parts import Needed
from worker.web.render import page

PAGE = 50
"""Articles on a page of the list."""

router = APIRouter()

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/articles")
def article_list(request: Request, parts: Needed, before: Before = None) -> HTMLResponse:
    """Show the newest articles, or the newest that match the filter in the query string."""
    # A form sends its empty fields, too.
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    pairs = [(name, value) for name, value in pairs if name != "before"]
    found, filter_, problem = [], EVERYTHING, ""
    with parts.store.begin() as db:
        names = list(searches.all(db))
        try:
            filter_ = parse_pairs(pairs, saved=lambda name: searches.get(db, name))
            found = search_results.newest_found(db, filter_, limit=PAGE, before=before)
        except FilterError as error:
            if not wants_page(request):
                raise
            problem = str(error)
    shown = [ArticleFound.model_validate(article) for article in found]
    older = urlencode([*pairs, ("before", shown[-1].id)]) if len(shown) == PAGE else None
    return page(
        "articles.html",
        status_code=422 if problem else 200,
        articles=shown,
        fields=filter_fields(pairs),
        searches=names,
        filter=filter_,
        problem=problem,
        older=older,
    )


@router.get("/articles/{article_id}")
def article(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show the current version of an article."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    return page("article.html", article=whole, version=whole)


@router.get("/articles/{article_id}/revisions/{number}")
def revision(parts: Needed, article_id: Id, number: RevisionNumber) -> HTMLResponse:
    """Show one revision of an article."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    version = Version.model_validate(_with_blocks(articles.version_of(parts, article_id, number)))
    return page("article.html", article=whole, version=version)


@router.get("/articles/{article_id}/diff")
def difference(parts: Needed, article_id: Id, from_: From = None, to: To = None) -> HTMLResponse:
    """Show what changed between two revisions of an article."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    shown = ArticleDiff.model_validate(diff_of(parts, article_id, from_, to))
    return page("diff.html", article=whole, diff=shown)


@router.get("/articles/{article_id}/explanation")
def explanation(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show why each run of text on the article's page belongs to its body or not."""
    whole = ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))
    shown = Explanation.model_validate(explanations.explain(parts, article_id))
    return page("explanation.html", article=whole, explanation=shown)


def _with_blocks(found: Row) -> Row:
    return in_form(found, TextForm.BLOCKS)
