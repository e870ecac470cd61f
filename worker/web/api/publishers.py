"""Publishers: the outlets of feeds and articles."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from worker.store import publishers
from worker.web.api.answers import AS_LINES, Answering
from worker.web.parts import Needed

router = APIRouter(tags=["publishers"])


class Publisher(BaseModel):
    """An outlet."""

    id: int = Field(description="stable id")
    site: str = Field(description="host name without www., the `publisher` of its articles")
    name: str | None = Field(description="as people call it")
    country: str | None = Field(description="ISO 3166-1 alpha-2, in capitals")
    language: str | None = Field(description="BCP 47")
    labels: list[str] = Field(description="the operator's labels")
    feeds: int = Field(description="how many feeds of it are subscribed")


class PublisherList(BaseModel):
    """All publishers, by their sites."""

    publishers: list[Publisher] = Field(description="all of them")


@router.get("/publishers", response_model=PublisherList, responses={200: AS_LINES})
def listing(parts: Needed, answer: Answering) -> Response:
    """All publishers, by their sites."""
    with parts.store.begin() as db:
        found = {"publishers": publishers.listing(db)}
    return answer.page(PublisherList, found, "publishers")
