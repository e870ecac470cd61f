"""Counts of articles by group, with their denominator and their holes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from worker.services.counts import CountTable, TooManyGroups, count_articles, dimensions
from worker.web.api.answers import AS_LINES, Answering
from worker.web.api.params import FilterQuery
from worker.web.parts import Needed

router = APIRouter(tags=["counts"])


class Incomplete(BaseModel):
    """What may be missing from a group: times in which its feeds had holes."""

    gaps: int = Field(description="times in which a feed scrolled past unseen entries that were not found")
    quiet: int = Field(description="feeds that were silent for longer than their rhythm allows")
    failing: int = Field(description="feeds whose polls failed many times in a row")


class Group(BaseModel):
    """The counts of a group. A dimension that is not in `by` is null."""

    day: date | None = Field(description="day of storing, UTC")
    published: date | None = Field(description="day of publication, UTC; null: unknown")
    publisher: str | None = Field(description="host name of the outlet; null: unknown")
    language: str | None = Field(description="first part of the language, as de of de-AT; null: unknown")
    label: str | None = Field(description="one of the article's labels; null: it has no label")
    matches: int = Field(description="articles that the filter matches")
    total: int = Field(description="articles of the group that the frame matches: the denominator")
    incomplete: Incomplete = Field(description="what may be missing")


class Counts(BaseModel):
    """Groups in the order of their dimensions, unknown values last."""

    by: list[str] = Field(description="the dimensions of the groups")
    frame: str = Field(description="the filter of the totals: the given one without conditions on content")
    groups: list[Group] = Field(description="groups that have articles, in order")


By = Annotated[
    str,
    Query(
        max_length=100,
        description="dimensions, as day,publisher: day (of storing), published (day), publisher, language, "
        "label. An article with several labels is in the group of each",
    ),
]


@router.get("/counts", response_model=Counts, responses={200: AS_LINES})
def count(parts: Needed, answer: Answering, wanted: FilterQuery, by: By = "day") -> Response:
    """How many articles match, by group; of how many; and what may be missing.

    `total` counts the articles that match without `q`, `story`, `wire`, `rights`, `changed`, `cause` and
    `min_words`.
    A group is listed as soon as it has an article in `total`, or a hole.
    """
    try:
        found = count_articles(parts.store, wanted, dimensions(by), now=parts.clock())
    except (ValueError, TooManyGroups) as error:
        raise HTTPException(422, str(error)) from None
    return answer.page(Counts, counts_json(found), "groups")


def counts_json(found: CountTable) -> dict[str, object]:
    """Return the counts as the API answers them."""
    names = ("day", "published", "publisher", "language", "label")
    return {
        "by": list(found.by),
        "frame": str(found.frame),
        "groups": [
            {
                **dict.fromkeys(names),
                **dict(zip(found.by, group.key, strict=True)),
                "matches": group.matches,
                "total": group.total,
                "incomplete": {"gaps": group.gaps, "quiet": group.quiet, "failing": group.failing},
            }
            for group in found.groups
        ],
    }
