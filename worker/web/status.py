"""The state of the service at one instant, as the API, the page, the stream and the metrics show it.

The store is asked in one transaction. The broker may be away: then its parts are None and `broker` says why,
and everything else is still told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from redis import Redis, RedisError

from worker.model import Condition
from worker.monitor import queues, workers
from worker.outcome import Reason
from worker.store import Store, feed_conditions, rule_misses, stats

MOST_UNWELL = 200


class Value(BaseModel):
    """Frozen, and built from rows or dataclasses alike."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Identity(Value):
    """discovered = stored + duplicate + refused + waiting; unless it `holds`, something has disappeared."""

    discovered: int = Field(description="entries that polls counted when they found them")
    stored: int
    duplicate: int
    refused: int
    waiting: int
    holds: bool


class Refused(Value):
    """How many entries are refused for one reason."""

    reason: str = Field(description="stable slug")
    owner: str | None = Field(description="who can do something about it: publisher, host, operator or us")
    words: str
    count: int


class Stage(Value):
    """One stage of the work and its queue."""

    name: str
    depth: int | None = Field(description="messages that wait in its queue; null: the broker does not answer")
    oldest_message_seconds: float | None = Field(description="since the oldest of them was sent")
    oldest_due_at: datetime | None = Field(description="since when the longest waiting row is due")
    oldest_due_seconds: float | None


class Resting(Value):
    """A host to which no request goes before `rest_until`."""

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
    stuck: bool = Field(description="work waits in its queues and it finishes nothing")


class StoppedRule(Value):
    """A selector of a site's rule that matches nothing any more on the pages of a host."""

    file: str
    selector: str
    host: str
    pages: int = Field(description="pages in a row on which it matched nothing")
    since: datetime
    last_at: datetime
    url: str = Field(description="the last of these pages")


class Unwell(Value):
    """A condition that a feed is in."""

    feed_id: int
    feed: str = Field(description="title, else URL")
    url: str
    condition: str = Field(description="stable slug")
    since: datetime
    reason: str = Field(description="why we think so, in words")


class Polling(Value):
    """The price of a poll, steered for the operator's goal."""

    goal: str = Field(description="budget and its polls a day, or delay and its seconds")
    price: float = Field(description="what a poll costs, in seconds of delay summed over entries")
    spent: float | None = Field(description="polls a day, lately; null: the goal is a delay")
    waited: float | None = Field(description="seconds in the mean, lately; null: the goal is a budget")


class Status(Value):
    """Everything that the status shows."""

    at: datetime
    identity: Identity
    entries: dict[str, int] = Field(description="entries by state")
    refusals: list[Refused]
    feeds: dict[str, int] = Field(description="feeds by state")
    feeds_failing: int = Field(description="active feeds whose last poll failed")
    feed_conditions: dict[str, int] = Field(description="how many feeds are in each condition, all listed")
    unwell: list[Unwell] = Field(description="the newest of these conditions, at most 200")
    polls: int
    polling: Polling | None = Field(description="null: the price of a poll is a setting")
    pages: dict[str, int] = Field(description="fetched pages by state")
    articles: int
    stories: int
    changes: int = Field(description="id of the newest change")
    gaps: int
    hub_subscriptions: dict[str, int] = Field(description="subscriptions at WebSub hubs by state")
    pushes_waiting: int = Field(description="what hubs have pushed and is not read yet")
    stages: list[Stage]
    resting: list[Resting]
    stopped_rules: list[StoppedRule] = Field(description="what rules of sites no longer find: sites changed")
    workers: list[Worker] | None = Field(description="null: the broker does not answer")
    broker: str | None = Field(description="what is wrong with the broker; null: it answers")


def words_for(reason: str | None) -> str:
    """What a reason slug says to a person; an unknown slug stands for itself."""
    return next((known.words for known in Reason if known == reason), reason or "")


def count_refusals(counted: Mapping[str, int]) -> list[Refused]:
    """Counts by reason, with words and owner."""
    owners = {str(reason): str(reason.owner) for reason in Reason}
    return [
        Refused(reason=slug, owner=owners.get(slug), words=words_for(slug), count=count)
        for slug, count in counted.items()
    ]


def gather_status(store: Store, redis: Redis, *, now: datetime) -> Status:
    """Ask store and broker. Raises `StoreUnavailable`."""
    depths, ages, seen, trouble = _ask_broker(redis, now)
    with store.begin() as db:
        counts = stats.counts(db, now=now)
        entries = stats.entry_states(db)
        stopped = rule_misses.stopped(db, now=now)
        conditions = feed_conditions.counts(db)
        unwell = feed_conditions.lasting(db, limit=MOST_UNWELL)
        resting = [host for host in stats.host_list(db) if host["rest_until"] and host["rest_until"] > now]
    return Status(
        at=now,
        identity=Identity.model_validate(counts.identity),
        entries=entries,
        refusals=count_refusals(counts.refusals),
        feeds=counts.feeds,
        feeds_failing=counts.feeds_failing,
        feed_conditions={str(one): conditions.get(one, 0) for one in Condition},
        unwell=[Unwell.model_validate(one) for one in unwell],
        polls=counts.polls,
        polling=Polling.model_validate(counts.polling) if counts.polling else None,
        pages=counts.pages,
        articles=counts.articles,
        stories=counts.stories,
        changes=counts.changes,
        gaps=counts.gaps,
        hub_subscriptions=counts.hub_subscriptions,
        pushes_waiting=counts.pushes_waiting,
        stages=[
            _stage(name, depths.get(name), ages.get(name), counts.oldest_due.get(name), now)
            for name in queues.QUEUES
        ],
        resting=[
            Resting(**{**host, "host": host["key"], "words": words_for(host["reason"])}) for host in resting
        ],
        stopped_rules=[StoppedRule.model_validate(one) for one in stopped],
        workers=seen,
        broker=trouble,
    )


def by_day(store: Store) -> list[dict[str, Any]]:
    """The identity for each of the last days. Raises `StoreUnavailable`."""
    with store.begin() as db:
        return stats.days(db)


def _ask_broker(
    redis: Redis, now: datetime
) -> tuple[dict[str, int], dict[str, float | None], list[Worker] | None, str | None]:
    try:
        depths = queues.depths(redis)
        ages = {queue: queues.oldest(redis, queue, now) for queue, depth in depths.items() if depth}
        seen = [Worker.model_validate(worker) for worker in workers.listing(redis, now)]
    except RedisError as error:
        return {}, {}, None, f"the broker does not answer: {error}"
    return depths, ages, seen, None


def _stage(name: str, depth: int | None, age: float | None, due_at: datetime | None, now: datetime) -> Stage:
    return Stage(
        name=name,
        depth=depth,
        oldest_message_seconds=age,
        oldest_due_at=due_at,
        oldest_due_seconds=max(0.0, (now - due_at).total_seconds()) if due_at else None,
    )
