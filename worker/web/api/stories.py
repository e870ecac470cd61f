"""Stories: articles that carry the same text."""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from worker.store import reading
from worker.web.api.answers import Answering
from worker.web.api.models import ArticleShort
from worker.web.api.params import Id
from worker.web.errors import declared
from worker.web.parts import Needed

router = APIRouter(tags=["stories"])


class Story(BaseModel):
    """Articles that carry the same text, such as one agency's report at several outlets."""

    id: int = Field(description="the `story_id` of its articles")
    size: int = Field(description="how many articles it has")
    begun_at: datetime = Field(description="when its second article was found")
    first_at: datetime | None = Field(description="when the first of its articles was published")
    first_publisher: str | None = Field(description="host name of the outlet that published it")
    agencies: list[str] = Field(description="news agencies that its articles name")
    merged_into: int | None = Field(description="the story that its articles are in now; null: this one")
    articles: list[ArticleShort] = Field(
        description="its articles, the first published ones first; at most 500"
    )


@router.get("/stories/{story_id}", response_model=Story, responses=declared(404))
def show(parts: Needed, answer: Answering, story_id: Id) -> Response:
    """One story with its articles."""
    with parts.store.begin() as db:
        found = reading.story(db, story_id)
    if found is None:
        raise HTTPException(404, f"no story has the id {story_id}")
    return answer.one(Story, found)
