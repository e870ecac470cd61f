"""Gather the state of the service for the API, the status page, its event stream and the metrics.

The store is read in one transaction. If the broker does not answer, its fields hold None and `broker` says
why; everything else is still reported.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from redis import Redis, RedisError

from worker.config.settings import Settings
from worker.deliver import SinkUnavailable
from worker.deliver.sinks import open_sinks
from worker.model import Condition, HostLane, SinkMode, WordedEnum
from worker.monitor import queues, workers
from worker.monitor.standstill import standstill
from worker.outcome import Reason
from worker.services.deliver import look_at, trouble_of
from worker.services.sinks.trouble import is_stopped, trouble_with
from worker.store import (
    Store,
    StoreUnavailable,
    changes,
    feed_conditions,
    rule_misses,
    signs,
    sinks,
    stats,
)
from worker.web.api.change_models import Reset, SinkState
from worker.web.api.feed_models import Identity
from worker.web.api.status_models import (
    DueLane,
    Polling,
    RefusalCount,
    Resting,
    Stage,
    Status,
    StoppedRule,
    Unwell,
    Worker,
)

MOST_UNWELL = 200
"""Feed conditions in the answer: more than a person reads."""


def words_for(reason: str | None) -> str:
    """Return the reason of a slug in words; an unknown slug is returned unchanged."""
    return _words(Reason, reason or "")


def lane_words(lane: str) -> str:
    """Return the lane of a host in words; an unknown one, of a later release, is returned unchanged."""
    return _words(HostLane, lane)


def _words(kind: type[WordedEnum], slug: str) -> str:
    return next((known.words for known in kind if known == slug), slug)


def count_refusals(counted: Mapping[str, int]) -> list[RefusalCount]:
    """Return the counts with the words and the owner of each reason."""
    owners = {str(reason): str(reason.owner) for reason in Reason}
    return [
        RefusalCount(reason=slug, owner=owners.get(slug), words=words_for(slug), count=count)
        for slug, count in counted.items()
    ]


def try_write(store: Store) -> str | None:
    """Write to the store; return why it accepts no writes, None if it does or does not answer at all."""
    try:
        why = signs.write_error(store)
    except StoreUnavailable:
        return None
    return f"the store accepts no writes: {why}" if why else None


def gather_status(
    store: Store,
    redis: Redis,
    settings: Settings,
    *,
    now: datetime,
    not_writable: str | None = None,
) -> Status:
    """Read the status from store and broker. Raises `StoreUnavailable`."""
    depths, ages, seen, trouble = _ask_broker(redis, now)
    receivers = _sinks(store, redis if trouble is None else None, settings, now=now)
    with store.begin() as db:
        pulse = signs.pulse(db)
        reset = changes.last_reset(db)
        counts = stats.counts(db, now=now)
        stopped = rule_misses.stopped(db, now=now)
        conditions = feed_conditions.counts(db)
        unwell = feed_conditions.lasting(db, limit=MOST_UNWELL)
        resting = stats.resting_hosts(db, now=now)
    return Status(
        at=now,
        identity=Identity.model_validate(counts.identity),
        entries=counts.entries,
        refusals=count_refusals(counts.refusals),
        doubtful=counts.doubtful,
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
        reset=Reset.model_validate(reset) if reset else None,
        sinks=receivers,
        gaps=counts.gaps,
        hub_subscriptions=counts.hub_subscriptions,
        pushes_waiting=counts.pushes_waiting,
        stages=[
            _stage(name, depths.get(name), ages.get(name), counts.oldest_due.get(name), now)
            for name in queues.QUEUES
        ],
        lanes=[DueLane.model_validate(lane) for lane in counts.lanes],
        resting=[
            Resting(**{**host, "host": host["key"], "words": words_for(host["reason"])}) for host in resting
        ],
        stopped_rules=[StoppedRule.model_validate(one) for one in stopped],
        workers=seen,
        broker=trouble,
        not_writable=not_writable,
        tick_seconds=pulse.tick,
        standing=standstill(pulse, settings.standstill_limits),
    )


def _sinks(store: Store, redis: Redis | None, settings: Settings, *, now: datetime) -> list[SinkState]:
    """Return all sinks; without `redis`, which does not answer, how the built-in one stands is unknown."""
    standing: dict[str, tuple[str, str | None]] = {}
    for own in open_sinks(settings, redis) if redis is not None else ():
        with suppress(SinkUnavailable):
            found = look_at(store, own)
            standing[own.name] = (found, trouble_of(own, found))
    with store.begin() as db:
        listed = sinks.listing(db)
    return [_sink(sink, *standing.get(sink["name"], (None, None)), now=now) for sink in listed]


def _sink(sink: Mapping[str, Any], standing: str | None, trouble: str | None, *, now: datetime) -> SinkState:
    own = trouble_with(sink, now=now)
    stopped = is_stopped(sink)
    waits = sink["lag_since"] is not None and (sink["mode"] == SinkMode.ACTIVE or stopped)
    return SinkState(
        name=sink["name"],
        kind=sink["kind"],
        mode=sink["mode"],
        standing=standing,
        cursor=sink["cursor"],
        lag_lines=sink["lag_lines"],
        lag_seconds=max(0.0, (now - sink["lag_since"]).total_seconds()) if waits else None,
        pending=sink["pending"],
        dead_letters=sink["dead_letters"],
        stopped=stopped,
        trouble=trouble or (f"{own.words}; `{own.mend}`" if own else None),
    )


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
