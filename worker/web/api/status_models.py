"""The fields of the API's answer about the state of the service."""

from datetime import datetime

from pydantic import Field

from worker.web.api.change_models import Reset, SinkState
from worker.web.api.feed_models import Identity, Value


class RefusalCount(Value):
    """The number of entries refused for one reason."""

    reason: str = Field(description="stable slug")
    owner: str | None = Field(description="who can act on it: publisher, host, operator or us")
    words: str
    count: int


class Stage(Value):
    """One stage of the work and its queue."""

    name: str
    depth: int | None = Field(description="messages waiting in its queue; null: the broker does not answer")
    oldest_message_seconds: float | None = Field(description="age of the oldest of these messages")
    oldest_due_at: datetime | None = Field(description="when the longest waiting row became due")
    oldest_due_seconds: float | None


class DueLane(Value):
    """Hosts in one lane that have due work of a stage."""

    stage: str = Field(description="poll or fetch")
    lane: str = Field(description="answering, faltering, new or silent")
    hosts: int
    oldest_due_at: datetime = Field(description="since when the first of them waits")


class Resting(Value):
    """A host that gets no request before `rest_until`."""

    host: str
    rest_until: datetime
    reason: str | None
    words: str
    detail: str | None


class Worker(Value):
    """A worker that was seen in the last ten minutes."""

    name: str
    queues: tuple[str, ...]
    last_done: datetime | None = Field(description="when it last finished a task")
    seen_at: datetime
    stuck: bool = Field(description="messages wait in its queues and it finishes no task")
    skew: float | None = Field(description="seconds by which its clock is ahead of the database's")
    is_skewed: bool = Field(description="whether that is more than two seconds")


class StoppedRule(Value):
    """A selector of a site rule that no longer matches on the pages of a host."""

    file: str
    selector: str
    host: str
    pages: int = Field(description="pages in a row without a match")
    since: datetime
    last_at: datetime
    url: str = Field(description="the last of these pages")


class Unwell(Value):
    """A current condition of a feed."""

    feed_id: int
    feed: str = Field(description="title, else URL")
    url: str
    condition: str = Field(description="stable slug")
    since: datetime
    reason: str = Field(description="why we think so, in words")


class Polling(Value):
    """The price of a poll, adjusted to meet the operator's goal."""

    goal: str = Field(description="budget and its polls a day, or delay and its seconds")
    price: float = Field(description="the cost of a poll, in seconds of delay summed over entries")
    spent: float | None = Field(description="recent polls per day; null: the goal is a delay")
    waited: float | None = Field(description="recent mean delay in seconds; null: the goal is a budget")


class Status(Value):
    """The state of the service at one time."""

    at: datetime
    identity: Identity
    entries: dict[str, int] = Field(description="entries by state")
    refusals: list[RefusalCount]
    doubtful: dict[str, int] = Field(description="entries whose last look was doubtful, by reason")
    feeds: dict[str, int] = Field(description="feeds by state")
    feeds_failing: int = Field(description="active feeds whose last poll failed")
    feed_conditions: dict[str, int] = Field(description="feeds in each condition, including those with 0")
    unwell: list[Unwell] = Field(description="the newest of these conditions, at most 200")
    polls: int
    polling: Polling | None = Field(description="null: the price of a poll is a setting")
    pages: dict[str, int] = Field(description="fetched pages by state")
    articles: int
    stories: int
    changes: int = Field(description="id of the newest change")
    reset: Reset | None = Field(description="the last epoch that began after a restore")
    sinks: list[SinkState] = Field(description="receivers of the change log")
    gaps: int
    hub_subscriptions: dict[str, int] = Field(description="subscriptions at WebSub hubs by state")
    pushes_waiting: int = Field(description="pushes that are not read yet")
    stages: list[Stage]
    lanes: list[DueLane] = Field(description="hosts with due work, by whether they answer")
    resting: list[Resting]
    stopped_rules: list[StoppedRule] = Field(description="selectors of site rules that no longer match")
    workers: list[Worker] | None = Field(description="null: the broker does not answer")
    broker: str | None = Field(description="why the broker does not answer; null: it does")
    not_writable: str | None = Field(description="why the store accepts no writes; null: it does")
    tick_seconds: float | None = Field(description="since the last tick, by the store's clock; null: never")
    standing: list[str] = Field(description="what stands still, in words; empty: work goes on")
