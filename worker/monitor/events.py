"""The event types. Emitting one writes the log line and moves the metrics, so the two cannot drift.

A *final* event ends a unit of work; every unit emits exactly one. Its fields are the canonical log line:
the ids of feed, host, entry, page or article, the outcome, the reason where nothing good came of it, and
the seconds it took. `task_id` is bound by the Celery task around the unit.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import ClassVar

import structlog

from worker.monitor import metrics
from worker.outcome import (
    CallbackOutcome,
    ConditionOutcome,
    DeliveryOutcome,
    DropOutcome,
    ExtractOutcome,
    FetchOutcome,
    HubOutcome,
    PollOutcome,
    PriceOutcome,
    ReceiptOutcome,
    RuleOutcome,
    TickOutcome,
    TurnOutcome,
    WalkOutcome,
    WatchdogOutcome,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened; `name` is the static text of its log line."""

    name: ClassVar[str]
    stage: ClassVar[str]
    final: ClassVar[bool] = True
    level: ClassVar[str] = "info"

    outcome: str
    reason: str = ""
    seconds: float | None = None

    def items(self) -> dict[str, int]:
        """Counts of things, by kind, that the metric `wiredesk_items` adds up."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Event):
    """A look for due work claimed some and put it into the queues."""

    name = "ticked"
    stage = "schedule"
    level = "debug"

    outcome: TickOutcome
    polls: int = 0
    pushes: int = 0
    fetches: int = 0
    pages: int = 0
    held_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollsPriced(Event):
    """The price of a poll was found anew for the goal of the operator: begun or steered."""

    name = "polls priced"
    stage = "price"
    level = "debug"

    outcome: PriceOutcome
    goal: str
    price: float
    polls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPolled(Event):
    """A feed was polled."""

    name = "feed polled"
    stage = "poll"

    outcome: PollOutcome
    feed_id: int
    host_id: int
    url: str
    status: int | None = None
    entries: int = 0
    new: int = 0
    edited: int = 0
    overlap: int = 0
    gap: bool = False
    detail: str = ""
    next_in: float | None = None

    def items(self) -> dict[str, int]:
        """The entries that were seen for the first time, the edits and the gaps."""
        return {"entry_discovered": self.new, "entry_edited": self.edited, "gap": int(self.gap)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRead(Event):
    """A page of a feed's archive was asked for: read, ended (the walk), postponed, failed or lost."""

    name = "archive read"
    stage = "walk"

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
        """The entries that were seen for the first time."""
        return {"entry_discovered": self.new}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFetched(Event):
    """An entry's page was asked for: fetched, unchanged, postponed, refused, removed or lost (the lease)."""

    name = "page fetched"
    stage = "fetch"

    outcome: FetchOutcome
    entry_id: int
    host_id: int
    url: str
    status: int | None = None
    size: int = 0
    detail: str = ""

    def items(self) -> dict[str, int]:
        """The bytes that were fetched."""
        return {"byte_fetched": self.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRedirected(Event):
    """An entry's page is on another host, and is asked for in that one's turn."""

    name = "page redirected"
    stage = "fetch"
    final = False
    level = "debug"

    outcome: FetchOutcome
    entry_id: int
    host_id: int
    url: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageExtracted(Event):
    """A page was extracted."""

    name = "page extracted"
    stage = "extract"

    outcome: ExtractOutcome
    page_id: int
    entry_id: int
    article_id: int | None = None
    url: str = ""
    words: int = 0
    fallback: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesDelivered(Event):
    """A sink was brought up to date."""

    name = "changes delivered"
    stage = "deliver"

    outcome: DeliveryOutcome
    sink: str
    count: int
    cursor: int

    def items(self) -> dict[str, int]:
        """The changes handed on."""
        return {"change_delivered": self.count}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTaken(Event):
    """A host's turn ended; the units inside it have their own events."""

    name = "turn taken"
    stage = "turn"
    final = False
    level = "debug"

    outcome: TurnOutcome
    host_id: int
    host: str
    requests: int = 0
    rests_for: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDropped(Event):
    """A message arrived whose work another has taken or done: harmless, but counted."""

    name = "work dropped"
    stage = "queue"
    final = False
    level = "debug"

    outcome: DropOutcome
    queue: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStuck(Event):
    """A worker has work in its queues and finishes nothing."""

    name = "worker stuck"
    stage = "watchdog"
    level = "error"

    outcome: WatchdogOutcome
    worker: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMissed(Event):
    """A selector of a site's rule matched nothing on a page: the site has changed, or the rule is wrong."""

    name = "rule stopped matching"
    stage = "rule"
    final = False
    level = "warning"

    outcome: RuleOutcome
    host: str
    file: str
    selector: str
    pages: int
    page_id: int
    url: str

    def items(self) -> dict[str, int]:
        """The miss."""
        return {"rule_missed": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCondition(Event):
    """A feed came into a condition (`reason`), or is out of it: quiet, shrank, failing and the like."""

    name = "feed condition"
    stage = "health"
    final = False
    level = "warning"

    outcome: ConditionOutcome
    feed_id: int
    url: str
    detail: str
    lasted: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAsked(Event):
    """A WebSub hub was asked to (un)subscribe: asked, failed, or ended (there was nothing left to ask)."""

    name = "hub asked"
    stage = "websub"

    outcome: HubOutcome
    subscription_id: int
    feed_id: int | None
    host_id: int
    hub: str
    topic: str
    mode: str
    status: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCalled(Event):
    """A hub asked back: confirmed, unsubscribed, denied, or refused (we did not ask for that)."""

    name = "hub called"
    stage = "callback"

    outcome: CallbackOutcome
    subscription_id: int
    feed_id: int | None
    topic: str
    detail: str = ""
    lease: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerCalled(Event):
    """Somebody asked for a callback, or pushed to one, that is not there: counted, and no news."""

    name = "stranger called"
    stage = "callback"
    final = False
    level = "debug"

    outcome: CallbackOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReceived(Event):
    """A hub pushed: kept, doubled (it waits already), ignored (its signature), or refused (too many wait)."""

    name = "push received"
    stage = "receive"

    outcome: ReceiptOutcome
    subscription_id: int
    feed_id: int | None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRead(Event):
    """A push was read."""

    name = "push read"
    stage = "push"

    outcome: PollOutcome
    push_id: int
    subscription_id: int
    feed_id: int | None
    entries: int = 0
    new: int = 0
    edited: int = 0
    detail: str = ""

    def items(self) -> dict[str, int]:
        """The entries that were seen for the first time, and the edits."""
        return {"entry_discovered": self.new, "entry_edited": self.edited}


@cache
def _names(kind: type[Event]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def emit(event: Event) -> None:
    """Write the log line of `event` and move its metrics."""
    # A class can be hashed; mypy looks at its instances.
    line = {name: getattr(event, name) for name in _names(type(event))}  # type: ignore[arg-type]
    shown = {key: value for key, value in line.items() if value not in (None, "")}
    getattr(structlog.get_logger("wiredesk"), event.level)(event.name, stage=event.stage, **shown)
    metrics.UNITS.labels(event.stage, event.outcome, event.reason).inc()
    if event.seconds is not None:
        metrics.SECONDS.labels(event.stage).observe(event.seconds)
    for kind, count in event.items().items():
        if count:
            metrics.ITEMS.labels(kind).inc(count)
