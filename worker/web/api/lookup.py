"""One article by its address."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response

from worker.store import lookup
from worker.urls import BadUrl
from worker.web.api.answers import Answering, Form, TextForm, in_form
from worker.web.api.articles import whole_of
from worker.web.api.models import ArticleWhole
from worker.web.errors import declared
from worker.web.parts import Needed

router = APIRouter(tags=["articles"])

Address = Annotated[
    str,
    Query(
        min_length=1,
        max_length=8192,
        # PostgreSQL does not store NUL in text.
        pattern=r"^[^\x00]+$",
        description="the article's address, as a feed, a reader or an earlier answer has it",
    ),
]


@router.get("/articles/lookup", response_model=ArticleWhole, responses=declared(404))
def lookup_by_url(parts: Needed, answer: Answering, url: Address, text: Form = TextForm.PLAIN) -> Response:
    """The article at an address: its own, that of a feed's item, that after redirects, or an earlier one.

    Tracking parameters and the spelling of the address do not matter.
    """
    try:
        with parts.store.begin() as db:
            found = lookup.by_url(db, url)
    except BadUrl as error:
        raise HTTPException(422, f"url: {error}") from None
    if found is None:
        raise HTTPException(404, f"no article is known at {url[:200]}")
    return answer.one(ArticleWhole, in_form(whole_of(parts, found), text))
