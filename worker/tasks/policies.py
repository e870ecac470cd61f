"""The part of the settings that each service needs, as its own small value.

Each service is imported where its value is built, so that a process of one stage need not hold the libraries
of all (half a second of start and tens of megabytes).
"""

from typing import TYPE_CHECKING

from worker.config.settings import Settings
from worker.tasks.context import span

if TYPE_CHECKING:
    from worker.fetch.host_book import HostBook
    from worker.fetch.limits import FetchLimits
    from worker.services.engine.turns import TurnPolicy
    from worker.services.extract.run import ExtractPolicy
    from worker.services.fetch.turn import FetchPolicy
    from worker.services.operator.visit import VisitPolicy
    from worker.services.poll.turn import PollPolicy
    from worker.services.price import Goal
    from worker.services.schedule import SchedulePolicy
    from worker.services.walk.turn import WalkPolicy
    from worker.services.websub.decide import WebSubLimits
    from worker.services.websub.push import PushPolicy

DAY = 86400.0


def schedule(settings: Settings) -> "SchedulePolicy":
    """Of the tick."""
    from worker.services.schedule import SchedulePolicy

    return SchedulePolicy(
        lease=span(settings.claim_lease_seconds),
        queue_limit=settings.queue_limit,
        batch_hosts=settings.batch_hosts,
        batch_pages=settings.batch_pages,
        page_retention=span(settings.page_retention_days * DAY),
    )


def turn(settings: Settings, hosts: "HostBook | None" = None) -> "TurnPolicy":
    """Of a host's turn; `hosts` is what is set for single ones."""
    from worker.fetch.host_book import NOTHING_SET
    from worker.services.engine.turns import TurnPolicy

    return TurnPolicy(
        user_agent=settings.user_agent,
        limits=fetch_limits(settings),
        lease=span(settings.turn_lease_seconds),
        seconds=settings.turn_seconds,
        delay_seconds=settings.fetch_delay_seconds,
        crawl_delay_cap_seconds=settings.fetch_crawl_delay_cap_seconds,
        rest=span(settings.fetch_rest_seconds),
        hosts_at_once=settings.fetch_hosts_at_once,
        robots=settings.fetch_robots,
        pace_cap_seconds=settings.fetch_delay_cap_seconds,
        hosts=hosts or NOTHING_SET,
    )


def fetch_limits(settings: Settings) -> "FetchLimits":
    """Of one request."""
    from worker.fetch.limits import FetchLimits

    return FetchLimits(
        connect=settings.fetch_connect_seconds,
        read=settings.fetch_read_seconds,
        total=settings.fetch_total_seconds,
        body=settings.fetch_max_bytes,
        redirects=settings.fetch_max_redirects,
        networks=settings.fetch_allow_networks,
        ports=frozenset(settings.fetch_allow_ports) or None,
    )


def visit(settings: Settings) -> "VisitPolicy":
    """Of single requests at the operator's word, by what is set for their hosts. Raises `SettingsError`."""
    from worker.config.hosts_file import load_hosts
    from worker.services.operator.visit import VisitPolicy

    return VisitPolicy(
        user_agent=settings.user_agent,
        limits=fetch_limits(settings),
        delay_seconds=settings.fetch_delay_seconds,
        robots=settings.fetch_robots,
        hosts=load_hosts(settings),
    )


def poll(settings: Settings, hosts: "HostBook | None" = None) -> "PollPolicy":
    """Of polling; `hosts` as for `turn`."""
    from worker.services.poll.turn import PollPolicy
    from worker.services.websub.ask import HubPolicy

    return PollPolicy(
        turn=turn(settings, hosts),
        feeds=settings.turn_feeds,
        floor=span(settings.poll_floor_seconds),
        cap=span(settings.poll_cap_seconds),
        price=settings.poll_price_seconds,
        error_base=span(settings.poll_error_base_seconds),
        error_cap=span(settings.poll_error_cap_seconds),
        attempts=settings.attempts,
        parse_seconds=settings.extract_soft_seconds,
        entries=settings.poll_max_entries,
        gap_pages=settings.poll_gap_pages,
        walk=walk(settings),
        hub=HubPolicy(websub(settings), settings.attempts),
        host_per_hour=settings.poll_host_per_hour,
    )


def goal(settings: Settings) -> "Goal | None":
    """What the price of a poll serves; None: it is set."""
    from worker.services.price import Goal

    if settings.poll_budget_per_day is not None:
        return Goal("budget", settings.poll_budget_per_day)
    if settings.poll_delay_seconds is not None:
        return Goal("delay", settings.poll_delay_seconds)
    return None


def walk(settings: Settings) -> "WalkPolicy":
    """Of walking back through archives."""
    from worker.services.engine.robots_refresh import WantedReservations
    from worker.services.walk.save import WalkRetries
    from worker.services.walk.turn import WalkPolicy

    return WalkPolicy(
        robots=settings.fetch_robots,
        reservations=WantedReservations(agents=settings.rights_agents, tdm=settings.rights_tdmrep),
        parse_seconds=settings.extract_soft_seconds,
        retries=WalkRetries(
            error_base=span(settings.fetch_error_base_seconds),
            error_cap=span(settings.fetch_error_cap_seconds),
            attempts=settings.attempts,
        ),
    )


def websub(settings: Settings) -> "WebSubLimits | None":
    """Of what hubs push; None: WebSub is off."""
    from worker.services.websub.decide import WebSubLimits

    if settings.websub_callback_url is None:
        return None
    return WebSubLimits(
        callback=settings.websub_callback_url,
        lease=span(settings.websub_lease_seconds),
        polls=span(settings.websub_poll_seconds),
        silence=span(settings.websub_silence_seconds),
        error_base=span(settings.poll_error_base_seconds),
        error_cap=span(settings.poll_error_cap_seconds),
    )


def push(settings: Settings) -> "PushPolicy":
    """Of reading what hubs have pushed."""
    from worker.services.websub.push import PushPolicy

    return PushPolicy(
        polls=poll(settings).limits,
        websub=websub(settings),
        lease=span(settings.turn_lease_seconds),
        attempts=settings.attempts,
        max_bytes=settings.fetch_max_bytes,
        entries=settings.poll_max_entries,
        parse_seconds=settings.extract_soft_seconds,
    )


def fetch(settings: Settings, hosts: "HostBook | None" = None) -> "FetchPolicy":
    """Of fetching; `hosts` as for `turn`."""
    from worker.services.engine.robots_refresh import WantedReservations
    from worker.services.fetch.turn import FetchPolicy

    return FetchPolicy(
        turn=turn(settings, hosts),
        pages=settings.turn_pages,
        batch=settings.batch_pages,
        tries=settings.fetch_tries,
        attempts=settings.attempts,
        error_base=span(settings.fetch_error_base_seconds),
        error_cap=span(settings.fetch_error_cap_seconds),
        look_again=tuple(span(age) for age in settings.look_again_seconds),
        page_retention=span(settings.page_retention_days * DAY),
        claim_lease=span(settings.claim_lease_seconds),
        queue_limit=settings.queue_limit,
        reservations=WantedReservations(agents=settings.rights_agents, tdm=settings.rights_tdmrep),
    )


def extract(settings: Settings) -> "ExtractPolicy":
    """Of extraction."""
    from worker.services.extract.run import ExtractPolicy

    return ExtractPolicy(
        soft_seconds=settings.extract_soft_seconds,
        # A batch ends well before the hard limit, even when its last page takes all the time it may.
        batch_seconds=max(1.0, settings.extract_hard_seconds - 2 * settings.extract_soft_seconds),
        lease=span(settings.turn_lease_seconds),
        max_bytes=settings.fetch_max_bytes,
        attempts=settings.attempts,
        look_again=tuple(span(age) for age in settings.look_again_seconds),
        honoured=frozenset(settings.rights_honoured),
    )
