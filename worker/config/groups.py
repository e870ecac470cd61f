"""The groups of settings that the stages work by.

`Settings` builds each group once (`settings.polling`, `settings.fetching`, …) and passes it to the stage. A
field names the flat setting that it comes from. Spans are timedeltas where they are added to instants, and
seconds where asyncio and the HTTP client count in seconds.
"""

# ruff: noqa: RUF009 - the calls return dataclass fields

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from worker.feeds.entry_filters import EntryFilters
    from worker.fetch.limits import RequestLimits

G = TypeVar("G")

_MEBIBYTE = 1024 * 1024
"""Bytes of the unit in which settings state sizes."""


def build_group(group: type[G], settings: object) -> G:
    """Return the group with the values of its settings."""
    values = {}
    for each in fields(group):  # type: ignore[arg-type]
        setting, convert = each.metadata["from"]
        values[each.name] = convert(getattr(settings, setting))
    return group(**values)


def _from(setting: str, convert: Callable[[Any], Any] = lambda value: value) -> Any:
    return field(metadata={"from": (setting, convert)})


def _seconds(setting: str) -> Any:
    return _from(setting, lambda seconds: timedelta(seconds=seconds))


def _days(setting: str) -> Any:
    return _from(setting, lambda days: timedelta(days=days))


def _days_or_none(setting: str) -> Any:
    return _from(setting, lambda days: None if days is None else timedelta(days=days))


def _mebibytes_or_none(setting: str) -> Any:
    return _from(setting, lambda mib: None if mib is None else mib * _MEBIBYTE)


def _ages(setting: str) -> Any:
    return _from(setting, lambda ages: tuple(timedelta(seconds=age) for age in ages))


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPolicy:
    """How a host is treated in its turn.

    `limits` bound one request, `seconds` and `lease` the whole turn; `memory` bounds the bytes of bodies that
    all turns of a process hold. `rights_agents` are the crawlers whose rules in robots.txt are recorded with
    each page; `tdmrep` says whether /.well-known/tdmrep.json is read.
    """

    user_agent: str = _from("user_agent")
    limits: "RequestLimits" = _from("request_limits")
    lease: timedelta = _seconds("turn_lease_seconds")
    seconds: float = _from("turn_seconds")
    delay_seconds: float = _from("fetch_delay_seconds")
    crawl_delay_cap_seconds: float = _from("fetch_crawl_delay_cap_seconds")
    pace_cap_seconds: float = _from("fetch_delay_cap_seconds")
    rest: timedelta = _seconds("fetch_rest_seconds")
    hosts_at_once: int = _from("fetch_hosts_at_once")
    memory: int = _from("fetch_memory_mib", lambda mib: mib * _MEBIBYTE)
    robots: bool = _from("fetch_robots")
    rights_agents: tuple[str, ...] = _from("rights_agents")
    tdmrep: bool = _from("rights_tdmrep")


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkPolicy:
    """How archives are walked back through: time for parsing a page, and waits after failures."""

    turn: TurnPolicy = _from("turns")
    parse_seconds: float = _from("extract_soft_seconds")
    error_base: timedelta = _seconds("fetch_error_base_seconds")
    error_cap: timedelta = _seconds("fetch_error_cap_seconds")
    attempts: int = _from("attempts")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubPolicy:
    """How hubs are subscribed at, and how far their pushes are relied on.

    `callback` is the public address of the web server, `polls` the shortest time between two polls of a feed
    whose pushes arrive, `silence` how long after its last push a feed counts as pushed.
    """

    callback: str = _from("websub_callback_url")
    lease: timedelta = _seconds("websub_lease_seconds")
    polls: timedelta = _seconds("websub_poll_seconds")
    silence: timedelta = _seconds("websub_silence_seconds")
    error_base: timedelta = _seconds("poll_error_base_seconds")
    error_cap: timedelta = _seconds("poll_error_cap_seconds")

    def callback_of(self, token: str) -> str:
        """Return the address at which the hub reaches us about one subscription."""
        return f"{self.callback.rstrip('/')}/websub/{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How feeds are polled and pushed documents are read.

    `feeds` are polled at most in one turn, `entries` taken from one document, `gap_pages` read to fill a gap.
    `floor` and `cap` bound the time between two polls, `price` is what one poll costs. While WebSub is off
    there is no `websub`; without `host_per_hour` the polls of one host are not limited. `filters` keep
    entries out. The last document of each feed is kept up to `document_bytes`, 0: not at all."""

    turn: TurnPolicy = _from("turns")
    walk: WalkPolicy = _from("archives")
    websub: WebSubPolicy | None = _from("websub")
    feeds: int = _from("turn_feeds")
    entries: int = _from("poll_max_entries")
    gap_pages: int = _from("poll_gap_pages")
    floor: timedelta = _seconds("poll_floor_seconds")
    cap: timedelta = _seconds("poll_cap_seconds")
    price: float = _from("poll_price_seconds")
    host_per_hour: float | None = _from("poll_host_per_hour")
    error_base: timedelta = _seconds("poll_error_base_seconds")
    error_cap: timedelta = _seconds("poll_error_cap_seconds")
    attempts: int = _from("attempts")
    parse_seconds: float = _from("extract_soft_seconds")
    filters: "EntryFilters" = _from("entry_filters")
    document_bytes: int = _from("feed_document_max_bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How pages are fetched.

    `pages` are fetched at most in one turn, `batch` go into one message to extraction. `look_again` are the
    ages of an article at which its page is fetched again for edits.
    """

    turn: TurnPolicy = _from("turns")
    pages: int = _from("turn_pages")
    batch: int = _from("batch_pages")
    tries: int = _from("fetch_tries")
    attempts: int = _from("attempts")
    error_base: timedelta = _seconds("fetch_error_base_seconds")
    error_cap: timedelta = _seconds("fetch_error_cap_seconds")
    look_again: tuple[timedelta, ...] = _ages("look_again_seconds")
    page_retention: timedelta = _days("page_retention_days")
    claim_lease: timedelta = _seconds("claim_lease_seconds")
    queue_limit: int = _from("queue_limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractPolicy:
    """The limits of extraction; `honoured` are the reservations that keep an article out of the store."""

    soft_seconds: float = _from("extract_soft_seconds")
    batch_seconds: float = _from("extract_batch_seconds")
    lease: timedelta = _seconds("turn_lease_seconds")
    max_bytes: int = _from("fetch_max_bytes")
    attempts: int = _from("attempts")
    look_again: tuple[timedelta, ...] = _ages("look_again_seconds")
    honoured: frozenset[str] = _from("rights_honoured", frozenset)
    filters: "EntryFilters" = _from("entry_filters")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePolicy:
    """How much due work one tick claims, and for how long.

    Hosts that are not known to answer take part of the processes: `poll_processes` and `fetch_processes` are
    all of a stage, `hosts_at_once` the places in one. Sinks leave two of the `deliver_threads` free.
    """

    lease: timedelta = _seconds("claim_lease_seconds")
    queue_limit: int = _from("queue_limit")
    batch_hosts: int = _from("batch_hosts")
    batch_pages: int = _from("batch_pages")
    page_retention: timedelta = _days("page_retention_days")
    poll_processes: int = _from("poll_concurrency")
    fetch_processes: int = _from("fetch_concurrency")
    hosts_at_once: int = _from("fetch_hosts_at_once")
    deliver_threads: int = _from("deliver_concurrency")


@dataclass(frozen=True, slots=True)
class PriceGoal:
    """What the price of a poll is adjusted to meet: a `budget` in polls a day, or a `delay` in seconds."""

    kind: Literal["budget", "delay"]
    wanted: float

    @property
    def name(self) -> str:
        """Return the goal with its figure, as it is stored and logged: `budget 20000`."""
        return f"{self.kind} {self.wanted:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long, or up to which size in bytes, things are stored; None: without bound."""

    entries: timedelta | None = _days_or_none("retention_entries_days")
    revisions: timedelta | None = _days_or_none("retention_revisions_days")
    articles: timedelta | None = _days_or_none("retention_articles_days")
    audit: timedelta | None = _days_or_none("retention_audit_days")
    pages_bytes: int | None = _mebibytes_or_none("retention_pages_mib")
    articles_bytes: int | None = _mebibytes_or_none("retention_articles_mib")
