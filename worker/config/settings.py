"""The settings: declared once here, built once at the start (`worker.config.load`), passed down.

Stages get their settings in groups (`settings.polling`, `settings.fetching`, …; see `worker.config.groups`).
"""

from collections.abc import Mapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from worker.config.combinations import combination_problem
from worker.config.groups import (
    ExtractPolicy,
    FetchPolicy,
    PollPolicy,
    PriceGoal,
    RetentionPolicy,
    SchedulePolicy,
    TurnPolicy,
    WalkPolicy,
    WebSubPolicy,
    build_group,
)
from worker.config.notify_addresses import NotifyAddress, parse_notify_address
from worker.config.web_settings import PREFIX as PREFIX
from worker.config.web_settings import Count, WebSettings
from worker.monitor.standstill import StandstillLimits

if TYPE_CHECKING:
    from worker.feeds.entry_filters import EntryFilters
    from worker.fetch.limits import RequestLimits

Seconds = Annotated[float, Field(gt=0)]


class SettingsError(Exception):
    """A setting is wrong; the text is one line for the operator: what is wrong and how to fix it."""


class ServiceSettings(BaseSettings):
    """The settings of everything but the web server."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX)

    data_dir: Path = Field(Path("data"), description="directory of the embedded servers, logs and caches")
    health_dir: Path | None = Field(
        None,
        description="directory of the files that `python -m worker.probe` reads; unset: health in data_dir",
    )
    database_url: str | None = Field(
        None, description="PostgreSQL, as postgresql://user:password@host/name; unset: embedded, in data_dir"
    )
    redis_url: str | None = Field(
        None, description="Redis, as redis://:password@host:6379/0; unset: embedded, in data_dir"
    )
    contact: str | None = Field(
        None, description="URL or mail address put into the User-Agent, so that publishers can reach you"
    )

    tick_seconds: Seconds = Field(1.0, description="seconds between two searches for due work")
    claim_lease_seconds: Seconds = Field(
        180.0, description="seconds that claimed work may wait in its queue before it is due again"
    )
    turn_lease_seconds: Seconds = Field(
        180.0, description="seconds after which the work of a dead worker is due again"
    )
    turn_seconds: Seconds = Field(30.0, description="seconds that one host's turn may last")
    turn_pages: Count = Field(32, description="pages fetched at most in one host's turn")
    turn_feeds: Count = Field(16, description="feeds polled at most in one host's turn")
    batch_hosts: Count = Field(32, description="hosts' turns carried by one message")
    batch_pages: Count = Field(16, description="pages carried by one message to extraction")
    queue_limit: Count = Field(50, description="messages in a queue above which nothing is added to it")
    attempts: Count = Field(3, description="workers that may die on one row before it is refused")

    poll_floor_seconds: Seconds = Field(300.0, description="shortest time between two polls, seconds")
    poll_cap_seconds: Seconds = Field(
        21600.0, description="longest time between two polls of a healthy feed, seconds"
    )
    poll_price_seconds: Seconds = Field(
        900.0,
        description="price of a poll, in seconds of delay summed over entries: higher means fewer polls",
    )
    poll_budget_per_day: Count | None = Field(
        None, description="polls a day of all feeds together; sets the price of a poll to meet it"
    )
    poll_delay_seconds: Seconds | None = Field(
        None,
        description="seconds until new entries are found on average; sets the price to meet it",
    )
    poll_host_per_hour: Count = Field(
        600, description="polls an hour that the feeds of one host may take together"
    )
    poll_max_entries: Count = Field(
        1000, description="new entries taken from one document of a feed; the next poll takes the others"
    )
    poll_gap_pages: int = Field(
        10, ge=0, description="archive pages or sitemaps read to find what a feed scrolled past; 0: none"
    )
    poll_error_base_seconds: Seconds = Field(
        300.0, description="wait after a feed's first failure, seconds; it doubles with each more"
    )
    poll_error_cap_seconds: Seconds = Field(
        86400.0, description="longest wait between two tries of a failing feed, seconds"
    )

    websub_callback_url: str | None = Field(
        None,
        description="public address of the web server, where WebSub hubs reach it; unset: polls only",
    )
    websub_lease_seconds: Seconds = Field(
        864000.0,
        description="seconds for which a hub is asked to push a feed; renewed before they end",
    )
    websub_poll_seconds: Seconds = Field(
        3600.0, description="shortest time between two polls of a feed whose pushes arrive, seconds"
    )
    websub_silence_seconds: Seconds = Field(
        86400.0, description="seconds without a push after which a feed is polled like any other"
    )

    fetch_connect_seconds: Seconds = Field(10.0, description="seconds to connect")
    fetch_read_seconds: Seconds = Field(15.0, description="seconds without a byte that end a request")
    fetch_total_seconds: Seconds = Field(30.0, description="seconds that a request may take in total")
    fetch_max_bytes: Count = Field(10 * 1024 * 1024, description="bytes of a body after decompression")
    fetch_max_redirects: int = Field(5, ge=0, description="redirects followed")
    fetch_hosts_at_once: Count = Field(
        64,
        description="hosts that one process works on at the same time; up to eight times as many may keep it "
        "waiting for an answer",
    )
    fetch_memory_mib: Count = Field(
        128, description="MiB of bodies that one process holds at most; one body may exceed it"
    )
    fetch_delay_seconds: float = Field(1.0, ge=0, description="seconds between two requests to one host")
    fetch_crawl_delay_cap_seconds: Seconds = Field(
        30.0, description="longest Crawl-delay of a robots.txt that is obeyed, seconds"
    )
    fetch_rest_seconds: Seconds = Field(
        600.0, description="rest of a host that is unreachable, or busy without a Retry-After, seconds"
    )
    fetch_tries: Count = Field(8, description="tries to fetch a page before its entry is refused")
    fetch_error_base_seconds: Seconds = Field(
        300.0, description="wait after a page's first failure, seconds; it doubles with each more"
    )
    fetch_error_cap_seconds: Seconds = Field(
        21600.0, description="longest wait between two tries of a page, seconds"
    )
    fetch_allow_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="private networks that may be fetched from, as 10.0.0.0/8"
    )
    fetch_allow_ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = Field(
        (80, 443, 8000, 8008, 8080, 8081, 8443, 8888),
        description="ports of public hosts that are fetched from; empty: all but those of other protocols. "
        "For hosts in fetch_allow_networks always all of these",
    )
    fetch_robots: bool = Field(True, description="whether robots.txt is obeyed")
    fetch_delay_cap_seconds: Seconds = Field(
        30.0, description="longest delay between two requests to a slow or failing host, seconds"
    )
    hosts_file: Path | None = Field(
        None, description="file of the settings for single hosts; unset: ./config/hosts.toml, if it exists"
    )
    filters_file: Path | None = Field(
        None,
        description="file of the filters that keep entries out; unset: ./config/filters.toml, if it exists",
    )
    look_again_seconds: tuple[Seconds, ...] = Field(
        (900.0, 3600.0, 21600.0, 86400.0, 259200.0),
        description="ages of an article at which its page is fetched again for edits, seconds",
    )

    rights_agents: tuple[str, ...] = Field(
        ("GPTBot", "CCBot", "ClaudeBot", "Google-Extended", "Applebot-Extended", "Bytespider"),
        description="crawlers for which each article records whether robots.txt forbids them its page",
    )
    rights_tdmrep: bool = Field(
        True, description="whether a host's /.well-known/tdmrep.json is read in addition to its robots.txt"
    )
    rights_honoured: tuple[Literal["noindex", "noarchive", "noai", "tdm", "agents"], ...] = Field(
        (),
        description="reservations that are honoured: for noindex, noai, tdm and agents no article is stored, "
        "for noarchive no raw page",
    )

    rules_dir: Path | None = Field(
        None,
        description="directory of the rules for single sites; unset: ./config/rules, else the package's",
    )
    extract_soft_seconds: Seconds = Field(
        10.0, description="seconds of parsing after which a page is refused or a poll fails, as too-slow"
    )
    extract_hard_seconds: Seconds = Field(
        60.0, description="seconds after which a worker child that hangs on its batch is killed"
    )
    child_memory_mib: Count = Field(400, description="memory after which a worker child is replaced, MiB")
    page_retention_days: Count = Field(30, description="days for which the body of a fetched page is stored")
    feed_document_max_bytes: int = Field(
        256 * 1024,
        ge=0,
        description="bytes of each feed's last document that are stored for its page; 0: it is not stored",
    )
    retention_pages_mib: Count | None = Field(
        None, description="MiB that the bodies of pages may take in all; the oldest are deleted first"
    )
    retention_entries_days: Count | None = Field(
        None, description="days for which the text that feeds carried is stored; unset: forever"
    )
    retention_revisions_days: Count | None = Field(
        None, description="days for which earlier versions of articles are stored; unset: forever"
    )
    retention_audit_days: Count = Field(365, description="days for which the audit log is stored")
    retention_articles_days: Count | None = Field(
        None,
        description="days for which articles are stored, then they are purged; unset: forever. "
        "`wiredesk feeds set --retention` sets it for one feed",
    )
    retention_articles_mib: Count | None = Field(
        None,
        description="MiB that the texts of articles may take in all; the oldest are purged first",
    )

    poll_concurrency: Count = Field(
        2,
        description="processes of a worker on the queue poll; hosts that are not known to answer keep "
        "at most half of them busy",
    )
    fetch_concurrency: Count = Field(
        2,
        description="processes of a worker on the queue fetch; hosts that are not known to answer keep "
        "at most half of them busy",
    )
    extract_concurrency: int = Field(
        0, ge=0, description="processes of a worker on the queue extract; 0: one for each core"
    )
    deliver_concurrency: Count = Field(
        8,
        description="threads of the worker on the queues schedule and deliver; sinks leave two of them free",
    )
    few_processes: bool | None = Field(
        None,
        description="whether `wiredesk run` lets polling and fetching share one worker and sends the ticks "
        "from the worker of the schedule; unset: on machines with one or two cores",
    )
    watchdog_seconds: Seconds = Field(
        120.0, description="seconds without a finished task, while work waits, after which a worker is stuck"
    )
    standstill_seconds: Seconds = Field(
        60.0,
        description="seconds without a tick after which the service stands still, and beat is stuck",
    )

    stream_length: Count = Field(100_000, description="changes kept in the Redis stream wiredesk:changes")
    mcp_host: str = Field(
        "127.0.0.1",
        description="address on which `wiredesk mcp --http` listens; beyond loopback it needs a key",
    )
    mcp_rights: tuple[Literal["noindex", "noai", "tdm", "agents"], ...] = Field(
        ("noai", "tdm"),
        description="reservations for which `wiredesk mcp` gives title, link and summary, but not the text",
    )
    flower_port: int = Field(5555, ge=0, le=65535, description="port of Flower")
    metrics_port: int = Field(0, ge=0, le=65535, description="port of a worker's own metrics; 0: none")
    notify_urls: tuple[str, ...] = Field(
        (),
        description="where problems and their ends are reported, as smtp://…?to=…, ntfy+https://…, "
        "slack+https://… or https://… (docs/operations.md); hold secrets: set them in the environment",
    )
    notify_severity: Literal["page", "ticket"] = Field(
        "ticket", description="least severity that is reported; page: only what needs somebody at once"
    )
    notify_after_seconds: Seconds = Field(
        120.0, description="seconds that a problem must last before it is reported"
    )
    otel_endpoint: str | None = Field(
        None,
        description="collector of traces, as http://127.0.0.1:4318 (OTLP over HTTP); needs the extra otel; "
        "unset: no traces",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto is console on a terminal and json elsewhere"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="lowest level that is logged"
    )

    @field_validator("websub_callback_url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://news.example.org")
        return value

    @field_validator("notify_urls")
    @classmethod
    def _notify_urls(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            parse_notify_address(value)
        return values


class Settings(WebSettings, ServiceSettings):
    """Every setting with its default; the description gives meaning and unit."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use only what `load` passes in: it reads the sources itself, to know where each value came from."""
        return (init_settings,)

    @model_validator(mode="after")
    def _combinations(self) -> Self:
        if problem := combination_problem(self):
            raise ValueError(problem)
        return self

    @property
    def user_agent(self) -> str:
        """The User-Agent header of the service's requests."""
        return f"Wiredesk/1.0 (+{self.contact})" if self.contact else "Wiredesk/1.0"

    @property
    def request_limits(self) -> "RequestLimits":
        """The limits of one request."""
        # Imported here: the HTTP client takes 0.2 s to import, and most commands make no request.
        from worker.fetch.limits import RequestLimits

        return RequestLimits(
            connect=self.fetch_connect_seconds,
            read=self.fetch_read_seconds,
            total=self.fetch_total_seconds,
            body=self.fetch_max_bytes,
            redirects=self.fetch_max_redirects,
            networks=self.fetch_allow_networks,
            ports=frozenset(self.fetch_allow_ports) or None,
        )

    @cached_property
    def entry_filters(self) -> "EntryFilters":
        """The operator's filters, read from their file. Raises `SettingsError`."""
        from worker.config.filters_file import load_filters

        return load_filters(self)

    @property
    def extract_batch_seconds(self) -> float:
        """Time for a batch: it ends before the hard limit, even if its last page takes all its time."""
        return max(1.0, self.extract_hard_seconds - 2 * self.extract_soft_seconds)

    @cached_property
    def turns(self) -> TurnPolicy:
        """How hosts are treated in their turns."""
        return build_group(TurnPolicy, self)

    @cached_property
    def archives(self) -> WalkPolicy:
        """How archives are walked back through."""
        return build_group(WalkPolicy, self)

    @cached_property
    def websub(self) -> WebSubPolicy | None:
        """How hubs are subscribed at; None while WebSub is off."""
        return build_group(WebSubPolicy, self) if self.websub_callback_url else None

    @cached_property
    def polling(self) -> PollPolicy:
        """How feeds are polled and pushed documents are read."""
        return build_group(PollPolicy, self)

    @cached_property
    def fetching(self) -> FetchPolicy:
        """How pages are fetched."""
        return build_group(FetchPolicy, self)

    @cached_property
    def extraction(self) -> ExtractPolicy:
        """The limits of extraction."""
        return build_group(ExtractPolicy, self)

    @cached_property
    def retention(self) -> RetentionPolicy:
        """What is deleted by age and size."""
        return build_group(RetentionPolicy, self)

    @cached_property
    def schedule(self) -> SchedulePolicy:
        """How much due work one tick claims."""
        return build_group(SchedulePolicy, self)

    @property
    def notify_addresses(self) -> tuple[NotifyAddress, ...]:
        """Where problems are reported."""
        return tuple(map(parse_notify_address, self.notify_urls))

    @property
    def standstill_limits(self) -> StandstillLimits:
        """When the service counts as standing still."""
        return StandstillLimits(tick=self.standstill_seconds, work=self.watchdog_seconds)

    @property
    def price_goal(self) -> PriceGoal | None:
        """What the price of a poll is adjusted to meet; None while `poll_price_seconds` alone sets it."""
        if self.poll_budget_per_day is not None:
            return PriceGoal("budget", self.poll_budget_per_day)
        if self.poll_delay_seconds is not None:
            return PriceGoal("delay", self.poll_delay_seconds)
        return None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with the settings of `update` replaced; with its own groups."""
        copied = super().model_copy(update=update, deep=deep)
        for group in copied.__dict__.keys() - Settings.model_fields.keys():
            del copied.__dict__[group]
        return copied
