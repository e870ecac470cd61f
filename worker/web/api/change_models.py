"""The fields of the API's answers about the change log; those of all others are in `models`."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from worker.web.api.slugs import CauseSlug, LineSlug


class Reset(BaseModel):
    """The beginning of an epoch after a restore: forget what was learned from the void changes."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(description="its place in the change log")
    epoch: str = Field(description="the epoch that begins")
    at: datetime = Field(description="when it began")
    void_after: int = Field(description="changes above this id and below `id` are void")


class Change(BaseModel):
    """One line of the change log."""

    id: int = Field(description="its place in the log: send the last one as `after`")
    article_id: int | None = Field(description="null for a reset")
    key: UUID | None = Field(description="of the article, for good; null for a reset and a purged article")
    kind: LineSlug = Field(
        description="created, revised, refreshed, removed, restored, story or purged; reset: an epoch begins"
    )
    revision: int = Field(description="number of the article's revision after the change; 0 for a reset")
    at: datetime = Field(description="when it was written")
    changed: list[str] = Field(description="fields of the article that differ; empty for created")
    cause: CauseSlug = Field(description="who caused it: publisher, extractor, rule, story or operator")
    words_added: int = Field(description="words of title and text that are new")
    words_removed: int = Field(description="words of title and text that are gone")
    url: str | None = Field(description="the article's canonical URL now")
    title: str | None = Field(description="its headline now")
    language: str | None = Field(description="BCP 47")
    published: datetime | None = Field(description="when it was published; null: unknown")
    publisher: str | None = Field(description="host name of the outlet")
    matches: bool = Field(
        description="false: the article no longer matches the filter, or was purged, and is to be forgotten"
    )
    epoch: str | None = Field(description="of a reset: the epoch that begins")
    void_after: int | None = Field(
        description="of a reset: changes above this id and below `id` are void, and to be forgotten"
    )


class ChangePage(BaseModel):
    """Changes in the order in which they happened."""

    changes: list[Change] = Field(description="lines in the order of their ids")
    epoch: str = Field(description="the current epoch of the change log")
    next: int = Field(description="`after` of the next request")
    more: bool = Field(description="whether more can be fetched at once")


class SinkState(BaseModel):
    """A receiver of the change log."""

    name: str = Field(description="as `wiredesk sinks` calls it")
    kind: str = Field(description="redis-stream (the built-in one), redis, exchange or webhook")
    mode: str = Field(description="active; paused; dead: it took nothing for three days")
    standing: str | None = Field(
        description="of the built-in stream: new, follows, ahead of the log (after a restore) or foreign; "
        "null: another sink, or the broker does not answer"
    )
    cursor: int = Field(description="the last line that was delivered, or set aside for a retry")
    lag_lines: int = Field(description="lines that are not delivered yet, counted up to 100,000")
    lag_seconds: float | None = Field(
        description="age of the oldest line that is not delivered yet; null: there is none, or it was paused"
    )
    pending: int = Field(description="lines that are set aside for a retry")
    dead_letters: int = Field(description="lines that were refused for three days")
    stopped: bool = Field(description="whether it takes nothing any more, and not by the operator's wish")
    trouble: str | None = Field(description="what is wrong, and how to fix it")
