"""How an article's body was found."""

from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from worker.services.explain import explain_article
from worker.store import reading
from worker.web.api.params import Id
from worker.web.errors import declared
from worker.web.parts import Needed

router = APIRouter(tags=["articles"])


class ExplainedRun(BaseModel):
    """A run of text of a page and the points by which it was judged; above 0 it belongs to the body."""

    model_config = ConfigDict(from_attributes=True)

    text: str = Field(description="the run as the page has it")
    points: int = Field(description="above 0: it belongs to the body")
    alone: int = Field(description="points of the first pass, which sees the run without its neighbours")
    neighbours: int = Field(description="the share of the neighbours in the points")
    features: list[tuple[str, int]] = Field(description="what moved the points most, each with its share")


class Explanation(BaseModel):
    """How the present extractor judges the page from which an article's newest revision was read."""

    model_config = ConfigDict(from_attributes=True)

    url: str | None = Field(description="of the page; null: no page of it is known")
    fetched_at: datetime | None = Field(description="when the page was fetched")
    runs: list[ExplainedRun] = Field(description="in reading order")
    missing: str | None = Field(description="why there are no runs, in words")


@router.get("/articles/{article_id}/explanation", response_model=Explanation, responses=declared(404))
def explain(parts: Needed, article_id: Id) -> object:
    """Why each run of text on the article's kept page belongs to its body or not; it is judged at once."""
    with parts.store.begin() as db:
        found = reading.whole(db, article_id)
    if found is None:
        raise HTTPException(404, f"no article has the id {article_id}")
    return explain_article(parts.store, article_id, policy=parts.settings.extraction)
