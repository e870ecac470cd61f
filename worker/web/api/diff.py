"""What changed between two revisions of an article, word by word."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from worker.text.word_diff import count, word_diff
from worker.web.api.answers import Answering
from worker.web.api.articles import version_of, whole_of
from worker.web.api.models import Row
from worker.web.api.params import Id
from worker.web.errors import declared
from worker.web.parts import Needed, Parts

router = APIRouter(tags=["articles"])

Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
From = Annotated[Number, Query(alias="from", description="a revision; by default the one before `to`")]
To = Annotated[Number, Query(description="a revision; by default the newest")]

COMPARED = ("title", "summary", "text")
"""The fields that are compared word by word."""


class DiffPiece(BaseModel):
    """A run of text that both revisions have, or only one of them."""

    op: Literal["equal", "delete", "insert"] = Field(
        description="equal: in both; delete: only in the earlier one; insert: only in the later one"
    )
    text: str = Field(description="the run, with its white space")


class ArticleDiff(BaseModel):
    """What changed from one revision to another.

    The pieces that are not inserted give the text of the one when joined, those that are not deleted give the
    text of the other.
    """

    model_config = ConfigDict(populate_by_name=True)

    article_id: int = Field(description="id of the article")
    from_: int = Field(alias="from", description="number of the revision that is compared")
    to: int = Field(description="number of the revision with which it is compared")
    changed: list[str] = Field(description="names of the fields that the revisions between them changed")
    words_added: int = Field(description="words of title, summary and text that the other one adds")
    words_removed: int = Field(description="words that it removes; a replaced word counts as both")
    title: list[DiffPiece] = Field(description="the headline in pieces")
    summary: list[DiffPiece] = Field(description="the summary in pieces")
    text: list[DiffPiece] = Field(description="the text in pieces")


@router.get("/articles/{article_id}/diff", response_model=ArticleDiff, responses=declared(404))
def diff(
    parts: Needed,
    answer: Answering,
    article_id: Id,
    from_: From = None,
    to: To = None,
) -> Response:
    """What changed from one revision to another, word by word; by default in the newest revision."""
    return answer.one(ArticleDiff, diff_of(parts, article_id, from_, to))


def diff_of(parts: Parts, article_id: int, from_: int | None, to: int | None) -> Row:
    """Return what changed between two revisions. Raises 404 if one of them does not exist."""
    article = whole_of(parts, article_id)
    to = article["revision"] if to is None else to
    from_ = max(1, to - 1) if from_ is None else from_
    old, new = (version_of(parts, article_id, number) for number in (from_, to))
    between = range(min(from_, to) + 1, max(from_, to) + 1)
    changed = {name for one in article["revisions"] if one["number"] in between for name in one["changed"]}
    words = [count(old[name] or "", new[name] or "") for name in COMPARED]
    pieces = {
        name: [{"op": str(op), "text": text} for op, text in word_diff(old[name] or "", new[name] or "")]
        for name in COMPARED
    }
    return {
        "article_id": article_id,
        "from": from_,
        "to": to,
        "changed": sorted(changed),
        "words_added": sum(added for added, _ in words),
        "words_removed": sum(removed for _, removed in words),
        **pieces,
    }
