"""The groups of settings that the stages work by.

`Settings` builds each group once (`settings.polling`, `settings.fetching`, …); a stage gets it as argument.
Fields leave out the prefix of the flat settings: `poll_floor_seconds` is `settings.polling.floor`. Spans are
timedeltas where they are added to instants, and seconds where asyncio and the HTTP client count in seconds.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from worker.fetch.limits import RequestLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPolicy:
    """How a host is treated in its turn.

    `limits` bound one request, `seconds` and `lease` the whole turn. `rights_agents` are the crawlers whose
    rules in robots.txt are recorded with each page; `tdmrep` says whether /.well-known/tdmrep.json is read.
    """

    user_agent: str
    limits: "RequestLimits"
    lease: timedelta
    seconds: float
    delay_seconds: float
    crawl_delay_cap_seconds: float
    pace_cap_seconds: float
    rest: timedelta
    hosts_at_once: int
    robots: bool
    rights_agents: tuple[str, ...]
    tdmrep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkPolicy:
    """How archives are walked back through: time for parsing a page, and waits after failures."""

    turn: TurnPolicy
    parse_seconds: float
    error_base: timedelta
    error_cap: timedelta
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubPolicy:
    """How hubs are subscribed at, and how far their pushes are relied on.

    `callback` is the public address of the web server, `polls` the shortest time between two polls of a feed
    whose pushes arrive, `silence` how long after its last push a feed counts as pushed.
    """

    callback: str
    lease: timedelta
    polls: timedelta
    silence: timedelta
    error_base: timedelta
    error_cap: timedelta

    def callback_of(self, token: str) -> str:
        """Return the address at which the hub reaches us about one subscription."""
        return f"{self.callback.rstrip('/')}/websub/{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How feeds are polled and pushed documents are read.

    `feeds` are polled at most in one turn, `entries` taken from one document, `gap_pages` read to fill a gap.
    `floor` and `cap` bound the time between two polls, `price` is what one poll costs. `websub` is None while
    WebSub is off; `host_per_hour` None lifts the limit on the polls of one host.
    """

    turn: TurnPolicy
    walk: WalkPolicy
    websub: WebSubPolicy | None
    feeds: int
    entries: int
    gap_pages: int
    floor: timedelta
    cap: timedelta
    price: float
    host_per_hour: float | None
    error_base: timedelta
    error_cap: timedelta
    attempts: int
    parse_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How pages are fetched.

    `pages` are fetched at most in one turn, `batch` go into one message to extraction. `look_again` are the
    ages of an article at which its page is fetched again for edits.
    """

    turn: TurnPolicy
    pages: int
    batch: int
    tries: int
    attempts: int
    error_base: timedelta
    error_cap: timedelta
    look_again: tuple[timedelta, ...]
    page_retention: timedelta
    claim_lease: timedelta
    queue_limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractPolicy:
    """The limits of extraction; `honoured` are the reservations that keep an article out of the store."""

    soft_seconds: float
    batch_seconds: float
    lease: timedelta
    max_bytes: int
    attempts: int
    look_again: tuple[timedelta, ...]
    honoured: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePolicy:
    """How much due work one tick claims, and for how long."""

    lease: timedelta
    queue_limit: int
    batch_hosts: int
    batch_pages: int
    page_retention: timedelta


@dataclass(frozen=True, slots=True)
class PriceGoal:
    """What the price of a poll is adjusted to meet: a `budget` in polls a day, or a `delay` in seconds."""

    kind: Literal["budget", "delay"]
    wanted: float

    @property
    def name(self) -> str:
        """Return the goal with its figure, as it is stored and logged: `budget 20000`."""
        return f"{self.kind} {self.wanted:g}"
