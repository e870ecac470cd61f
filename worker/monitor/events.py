"""The event types. Emitting an event writes the log line and updates the metrics, so the two cannot differ.

A *final* event ends a unit of work; every unit emits exactly one. Its fields are the canonical log line: the
ids of feed, host, entry, page or article, the outcome, the reason if it did not succeed, and the seconds it
took. The Celery task around the unit binds `task_id`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, TypeVar, dataclass_transform

import structlog

from worker.monitor import metrics, traces
from worker.outcome import (
    AwayOutcome,
    CallbackOutcome,
    ConditionOutcome,
    DeliveryOutcome,
    DriftOutcome,
    DropOutcome,
    ExtractOutcome,
    FetchOutcome,
    HubOutcome,
    PollOutcome,
    PriceOutcome,
    ReceiptOutcome,
    RetentionOutcome,
    RuleOutcome,
    TickOutcome,
    TurnOutcome,
    WalkOutcome,
    WatchdogOutcome,
)

E = TypeVar("E", bound="Event")

FAILED = ("refused", "failed")
"""Outcomes that are errors in a trace."""


def unlogged() -> Any:
    """A field that is not part of the log line: ids of entries, by the hundred; empty by default."""
    return field(default=(), metadata={"logged": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of all events; `name` is the static text of the log line."""

    name: ClassVar[str]
    stage: ClassVar[str]
    final: ClassVar[bool]
    level: ClassVar[str]

    outcome: str
    reason: str = ""
    seconds: float | None = None

    def items(self) -> dict[str, int]:
        """Return the counts, by kind, that the metric `wiredesk_items` adds up."""
        return {}

    def measure(self) -> None:
        """Move the metrics that only this kind of event has."""

    def traced(self) -> Sequence[int]:
        """Return the entries in whose traces this unit is a span."""
        return ()


@dataclass_transform(kw_only_default=True, frozen_default=True)
def _event(name: str, *, stage: str, final: bool = True, level: str = "info") -> Callable[[type[E]], type[E]]:
    """Make a class a frozen dataclass with these class attributes."""

    def make(kind: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(kind)
        made.name, made.stage, made.final, made.level = name, stage, final, level
        return made

    return make


@_event("ticked", stage="schedule", level="debug")
class Ticked(Event):
    """Due rows were claimed and put into the queues."""

    outcome: TickOutcome
    polls: int = 0
    pushes: int = 0
    fetches: int = 0
    pages: int = 0
    sinks: int = 0
    held_back: str = ""


@_event("polls priced", stage="price", level="debug")
class PollsPriced(Event):
    """The price of a poll was adjusted to meet the operator's goal."""

    outcome: PriceOutcome
    goal: str
    price: float
    polls: int = 0


@_event("retention applied", stage="retention")
class RetentionApplied(Event):
    """Something had passed its retention and was deleted: `articles` of these `rows` were purged."""

    outcome: RetentionOutcome
    articles: int = 0
    rows: int = 0

    def items(self) -> dict[str, int]:
        return {"purged": self.articles}


@_event("feed polled", stage="poll")
class FeedPolled(Event):
    """A feed was polled; `repeated` counts items that its document lists more than once."""

    outcome: PollOutcome
    feed_id: int
    host_id: int
    url: str
    status: int | None = None
    entries: int = 0
    new: int = 0
    later: int = 0
    edited: int = 0
    repeated: int = 0
    overlap: int = 0
    gap: bool = False
    detail: str = ""
    next_in: float | None = None
    created: Sequence[int] = unlogged()

    def traced(self) -> Sequence[int]:
        return self.created

    def items(self) -> dict[str, int]:
        return {
            "entry_discovered": self.new,
            "entry_spread": self.later,
            "entry_edited": self.edited,
            "entry_repeated": self.repeated,
            "gap": int(self.gap),
        }


@_event("archive read", stage="walk")
class ArchiveRead(Event):
    """A page of a feed's archive was requested."""

    outcome: WalkOutcome
    feed_id: int
    walk_id: int
    host_id: int
    url: str
    kind: str
    status: int | None = None
    entries: int = 0
    new: int = 0
    gap_id: int | None = None
    detail: str = ""

    def items(self) -> dict[str, int]:
        return {"entry_discovered": self.new}


@_event("page fetched", stage="fetch")
class PageFetched(Event):
    """The page of an entry was requested."""

    outcome: FetchOutcome
    entry_id: int
    host_id: int
    url: str
    status: int | None = None
    size: int = 0
    detail: str = ""

    def measure(self) -> None:
        metrics.FETCHED_BYTES.inc(self.size)

    def traced(self) -> Sequence[int]:
        return (self.entry_id,)


@_event("page redirected", stage="fetch", final=False, level="debug")
class PageRedirected(Event):
    """The page of an entry is on another host, and will be requested in that host's turn."""

    outcome: FetchOutcome
    entry_id: int
    host_id: int
    url: str
    to: str


@_event("page extracted", stage="extract")
class PageExtracted(Event):
    """A page was extracted; `delay` are the seconds from publication to storing, of a new article."""

    outcome: ExtractOutcome
    page_id: int
    entry_id: int
    article_id: int | None = None
    url: str = ""
    words: int = 0
    fallback: bool = False
    delay: float | None = None
    detail: str = ""

    def measure(self) -> None:
        if self.delay is not None:
            metrics.FRESHNESS.observe(self.delay)

    def traced(self) -> Sequence[int]:
        return (self.entry_id,)


@_event("changes delivered", stage="deliver")
class ChangesDelivered(Event):
    """A sink was brought up to date."""

    outcome: DeliveryOutcome
    sink: str
    count: int
    cursor: int
    delivered: Sequence[int] = unlogged()

    def traced(self) -> Sequence[int]:
        return self.delivered

    def items(self) -> dict[str, int]:
        return {"change_delivered": self.count}


@_event("change log reset", stage="deliver", final=False, level="error")
class ChangeLogReset(Event):
    """The database was restored: changes with ids above `void_after` and below `cursor` are void."""

    outcome: DeliveryOutcome
    sink: str
    void_after: int
    cursor: int
    epoch: str


@_event("sink stopped", stage="deliver", final=False, level="warning")
class SinkStopped(Event):
    """A sink takes nothing for now, or at all: `outcome` says which, `next_in` how long it waits."""

    outcome: DeliveryOutcome
    sink: str
    cursor: int
    errors: int
    detail: str = ""
    next_in: float | None = None


@_event("message refused for good", stage="deliver", final=False, level="error")
class LetterBuried(Event):
    """A sink refused the line `cursor` in every try; it is in the table `dead_letters`."""

    outcome: DeliveryOutcome
    sink: str
    cursor: int
    article_id: int
    attempts: int
    detail: str = ""

    def items(self) -> dict[str, int]:
        return {"dead_letter": 1}


@_event("turn taken", stage="turn", final=False, level="debug")
class TurnTaken(Event):
    """A host's turn ended; the units inside it have their own events."""

    outcome: TurnOutcome
    host_id: int
    host: str
    requests: int = 0
    rests_for: float | None = None
    lane: str = ""


@_event("work dropped", stage="queue", final=False, level="debug")
class WorkDropped(Event):
    """A message arrived whose work has been claimed or done already: normal, but counted."""

    outcome: DropOutcome
    queue: str
    count: int


@_event("worker stuck", stage="watchdog", level="error")
class WorkerStuck(Event):
    """A worker has messages in its queues and finishes no task."""

    outcome: WatchdogOutcome
    worker: str
    detail: str


@_event("server away", stage="task", level="warning")
class ServerAway(Event):
    """A task ended because a server did not answer; its rows are due again when their leases end."""

    outcome: AwayOutcome
    task: str
    error: str


@_event("rule stopped matching", stage="rule", final=False, level="warning")
class RuleMissed(Event):
    """A selector of a site rule did not match a page: the site has changed, or the rule is wrong."""

    outcome: RuleOutcome
    host: str
    file: str
    selector: str
    pages: int
    page_id: int
    url: str

    def items(self) -> dict[str, int]:
        return {"rule_missed": 1}


@_event("feed condition", stage="health", final=False, level="warning")
class FeedCondition(Event):
    """A condition of a feed (`reason`: quiet, shrank, failing, …) began or ended."""

    outcome: ConditionOutcome
    feed_id: int
    url: str
    detail: str
    lasted: float | None = None


@_event("hub asked", stage="websub")
class HubAsked(Event):
    """A WebSub hub was requested to subscribe or unsubscribe."""

    outcome: HubOutcome
    subscription_id: int
    feed_id: int | None
    host_id: int
    hub: str
    topic: str
    mode: str
    status: int | None = None
    detail: str = ""


@_event("hub called", stage="callback")
class HubCalled(Event):
    """A hub verified or denied a subscription."""

    outcome: CallbackOutcome
    subscription_id: int
    feed_id: int | None
    topic: str
    detail: str = ""
    lease: float | None = None


@_event("stranger called", stage="callback", final=False, level="debug")
class StrangerCalled(Event):
    """An unknown callback was called: counted, but logged at debug level only."""

    outcome: CallbackOutcome


@_event("push received", stage="receive")
class PushReceived(Event):
    """A hub pushed an update."""

    outcome: ReceiptOutcome
    subscription_id: int
    feed_id: int | None
    size: int = 0


@_event("push read", stage="push")
class PushRead(Event):
    """A push was read."""

    outcome: PollOutcome
    push_id: int
    subscription_id: int
    feed_id: int | None
    entries: int = 0
    new: int = 0
    later: int = 0
    edited: int = 0
    detail: str = ""

    def items(self) -> dict[str, int]:
        return {
            "entry_discovered": self.new,
            "entry_spread": self.later,
            "entry_edited": self.edited,
        }


@_event("feed counts drifted", stage="counts", final=False, level="warning")
class FeedCountsDrifted(Event):
    """The kept counts of a feed differed from its entries; each number is how many too few were kept."""

    outcome: DriftOutcome
    feed_id: int
    stored: int
    duplicate: int
    refused: int
    waiting: int


@cache
def _names(kind: type[Event]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.metadata.get("logged", True))


def emit(event: Event) -> None:
    """Write the log line of `event` and update its metrics."""
    # mypy takes the class for an instance, which is not hashable.
    line = {name: getattr(event, name) for name in _names(type(event))}  # type: ignore[arg-type]
    shown = {key: value for key, value in line.items() if value not in (None, "")}
    getattr(structlog.get_logger("wiredesk"), event.level)(event.name, stage=event.stage, **shown)
    metrics.UNITS.labels(event.stage, event.outcome, event.reason).inc()
    if event.seconds is not None:
        metrics.SECONDS.labels(event.stage).observe(event.seconds)
    event.measure()
    if traces.is_on() and event.traced():
        facts = {f"wiredesk.{key}": value for key, value in shown.items() if isinstance(value, str | int)}
        is_bad = event.outcome in FAILED
        traces.record(event.stage, event.traced(), seconds=event.seconds or 0.0, failed=is_bad, facts=facts)
    for kind, count in event.items().items():
        if count:
            metrics.ITEMS.labels(kind).inc(count)
