"""The tasks: each calls the service of its stage with the settings and connections it needs.

The services are imported inside the tasks, so that a process of one stage does not load the libraries of all.
"""

from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module

from worker.deliver.sinks import open_sinks
from worker.rows.hosts import HostClaim
from worker.rows.pages import PageClaim
from worker.rows.pushes import PushClaim
from worker.rows.sinks import SinkClaim
from worker.services.queue import Claim, Queue
from worker.tasks.context import Context

SERVICES = {
    "schedule": "worker.services.schedule",
    "poll": "worker.services.poll.turn",
    "push": "worker.services.websub.push",
    "fetch": "worker.services.fetch.turn",
    "extract": "worker.services.extract.run",
    "deliver": "worker.services.sinks.turn",
}
"""The module that serves each queue."""


def preload(queues: Sequence[str]) -> None:
    """Import the services of these queues before the fork, once for all children."""
    for queue in queues:
        import_module(SERVICES[queue])


def schedule(context: Context, queue: Queue) -> None:
    """Claim due work."""
    from worker.services.schedule import tick

    tick(context.store, queue, now=context.now(), policy=context.settings.schedule)


def poll(context: Context, queue: Queue, claims: list[Claim]) -> None:
    """Poll the due feeds of these hosts."""
    from worker.services.poll.turn import poll_hosts
    from worker.services.price import at_current_price

    held = [HostClaim(*claim) for claim in claims]
    policy = at_current_price(context.store, context.settings.polling, context.settings.price_goal)
    poll_hosts(
        context.store,
        held,
        clock=context.now,
        policy=policy,
        book=context.hosts,
        stopping=context.stopping,
    )


def push(context: Context, queue: Queue, claims: list[Claim]) -> None:
    """Read these pushes."""
    from worker.services.websub.push import read_pushes

    held = [PushClaim(*claim) for claim in claims]
    policy = context.settings.polling
    read_pushes(context.store, held, clock=context.now, policy=policy, stopping=context.stopping)


def fetch(context: Context, queue: Queue, claims: list[Claim]) -> None:
    """Fetch the due pages of these hosts."""
    from worker.services.fetch.turn import fetch_hosts

    held = [HostClaim(*claim) for claim in claims]
    fetch_hosts(
        context.store,
        queue,
        held,
        clock=context.now,
        policy=context.settings.fetching,
        book=context.hosts,
        stopping=context.stopping,
    )


def extract(context: Context, queue: Queue, claims: list[Claim]) -> None:
    """Extract these pages."""
    from worker.services.extract.run import extract_pages

    held = [PageClaim(*claim) for claim in claims]
    extract_pages(
        context.store,
        held,
        now=context.now(),
        policy=context.settings.extraction,
        rules=context.rules,
        stopping=context.stopping,
    )


def deliver(context: Context, queue: Queue, claims: Sequence[Claim] = ()) -> None:
    """Deliver to these sinks. A message without claims comes from the beat of an earlier release."""
    from worker.services.sinks.turn import LEASE, deliver_claims

    deliver_claims(
        context.store,
        [SinkClaim(*claim) for claim in claims],
        clock=context.now,
        agent=context.settings.user_agent,
        own=lambda: open_sinks(context.settings, context.redis),
        stopping=context.stopping,
        lease=min(LEASE, timedelta(seconds=context.settings.turn_lease_seconds)),
    )


def housekeeping(context: Context, queue: Queue) -> None:
    """Delete expired pages, find work that was forgotten, and keep the counts of feeds."""
    from worker.services.feed_counts import keep_counts
    from worker.services.schedule import expire_documents, expire_pages, index_articles, wake_hosts
    from worker.services.stories import relate_waiting

    wake_hosts(context.store)
    expire_pages(context.store, now=context.now())
    expire_documents(context.store, before=context.now() - context.settings.schedule.page_retention)
    index_articles(context.store)
    relate_waiting(context.store, now=context.now(), stopping=context.stopping)
    keep_counts(context.store, now=context.now(), stopping=context.stopping)


def retention(context: Context, queue: Queue) -> None:
    """Delete what has passed its retention."""
    from worker.services.retention import apply_a_part

    apply_a_part(context.store, context.settings.retention, now=context.now(), stopping=context.stopping)


def health(context: Context, queue: Queue) -> None:
    """Check the health of the feeds."""
    from worker.services.health.feeds import check_feeds

    check_feeds(context.store, now=context.now())


def notify(context: Context, queue: Queue) -> None:
    """Report problems and their ends to the operator."""
    from worker.services.notify.turn import tell

    tell(context.store, context.redis, context.settings, now=context.now())


def price(context: Context, queue: Queue) -> None:
    """Adjust the price of a poll to the operator's goal."""
    from worker.services.price import steer

    steer(context.store, context.settings.price_goal, now=context.now())
