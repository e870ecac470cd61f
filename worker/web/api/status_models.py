"""The fields of the API's answer about the state of the service."""

from datetime import datetime

from pydantic import Field

from worker.web.api.change_models import Reset, SinkState
from worker.web.api.feed_models import Identity, Value
from worker.web.api.slugs import ConditionSlug, LaneSlug


class RefusalCount(Value):
    """The number of entries refused for one reason."""

    reason: str = Field(description="stable slug")
    owner: str | None = Field(description="who can act on it: publisher, host, operator or us")
    words: str = Field(description="what the reason means")
    count: int = Field(description="how many entries")


class Stage(Value):
    """One stage of the work and its queue."""

    name: str = Field(description="schedule, poll, fetch, extract or deliver")
    depth: int | None = Field(description="messages waiting in its queue; null: the broker does not answer")
    oldest_message_seconds: float | None = Field(description="age of the oldest of these messages")
    oldest_due_at: datetime | None = Field(description="when the longest waiting row became due")
    oldest_due_seconds: float | None = Field(description="for how long the longest waiting row has been due")


class DueLane(Value):
    """Hosts in one lane that have due work of a stage."""

    stage: str = Field(description="poll or fetch")
    lane: LaneSlug = Field(description="answering, faltering, new or silent")
    hosts: int = Field(description="how many hosts")
    oldest_due_at: datetime = Field(description="since when the first of them waits")


class Resting(Value):
    """A host that gets no request before `rest_until`."""

    host: str = Field(description="scheme, host and port")
    rest_until: datetime = Field(description="when requests go to it again")
    reason: str | None = Field(description="slug of why it rests")
    words: str = Field(description="what the reason means")
    detail: str | None = Field(description="what its answer said")


class Worker(Value):
    """A worker that was seen in the last ten minutes."""

    name: str = Field(description="its name in Celery")
    queues: tuple[str, ...] = Field(description="queues that it takes work from")
    last_done: datetime | None = Field(description="when it last finished a task")
    seen_at: datetime = Field(description="when it last reported")
    stuck: bool = Field(description="messages wait in its queues and it finishes no task")
    skew: float | None = Field(description="seconds by which its clock is ahead of the database's")
    is_skewed: bool = Field(description="whether that is more than two seconds")


class StoppedRule(Value):
    """A selector of a site rule that no longer matches on the pages of a host."""

    file: str = Field(description="the rule's file")
    selector: str = Field(description="key of the rule, or strip and the selector")
    host: str = Field(description="host of the pages")
    pages: int = Field(description="pages in a row without a match")
    since: datetime = Field(description="the first page without a match")
    last_at: datetime = Field(description="the last of them")
    url: str = Field(description="the last of these pages")


class Unwell(Value):
    """A current condition of a feed."""

    feed_id: int = Field(description="id of the feed")
    feed: str = Field(description="title, else URL")
    url: str = Field(description="address of the feed")
    condition: ConditionSlug = Field(description="stable slug")
    since: datetime = Field(description="when it began")
    reason: str = Field(description="why we think so, in words")


class Polling(Value):
    """The price of a poll, adjusted to meet the operator's goal."""

    goal: str = Field(description="budget and its polls a day, or delay and its seconds")
    price: float = Field(description="the cost of a poll, in seconds of delay summed over entries")
    spent: float | None = Field(description="recent polls per day; null: the goal is a delay")
    waited: float | None = Field(description="recent mean delay in seconds; null: the goal is a budget")


class Status(Value):
    """The state of the service at one time."""

    at: datetime = Field(description="when it was read")
    identity: Identity = Field(description="all entries, counted")
    entries: dict[str, int] = Field(description="entries by state")
    refusals: list[RefusalCount] = Field(description="refused entries by reason, the most frequent first")
    doubtful: dict[str, int] = Field(description="entries whose last look was doubtful, by reason")
    feeds: dict[str, int] = Field(description="feeds by state")
    feeds_failing: int = Field(description="active feeds whose last poll failed")
    feed_conditions: dict[str, int] = Field(description="feeds in each condition, including those with 0")
    unwell: list[Unwell] = Field(description="the newest of these conditions, at most 200")
    polls: int = Field(description="how often feeds were polled")
    polling: Polling | None = Field(description="null: the price of a poll is a setting")
    pages: dict[str, int] = Field(description="fetched pages by state")
    articles: int = Field(description="how many are stored")
    stories: int = Field(description="how many there are")
    changes: int = Field(description="id of the newest change")
    reset: Reset | None = Field(description="the last epoch that began after a restore")
    sinks: list[SinkState] = Field(description="receivers of the change log")
    gaps: int = Field(description="times in which a feed scrolled past unseen entries")
    hub_subscriptions: dict[str, int] = Field(description="subscriptions at WebSub hubs by state")
    pushes_waiting: int = Field(description="pushes that are not read yet")
    stages: list[Stage] = Field(description="the stages of the work")
    lanes: list[DueLane] = Field(description="hosts with due work, by whether they answer")
    resting: list[Resting] = Field(description="hosts that get no request for now")
    stopped_rules: list[StoppedRule] = Field(description="selectors of site rules that no longer match")
    workers: list[Worker] | None = Field(description="null: the broker does not answer")
    broker: str | None = Field(description="why the broker does not answer; null: it does")
    not_writable: str | None = Field(description="why the store accepts no writes; null: it does")
    tick_seconds: float | None = Field(description="since the last tick, by the store's clock; null: never")
    standing: list[str] = Field(description="what stands still, in words; empty: work goes on")
