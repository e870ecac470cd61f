"""What prometheus is told of store and broker at the moment it asks."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from worker.store import StoreUnavailable
from worker.web.status import Status

Samples = Iterable[tuple[tuple[str, ...], float | None]]


class Gauges(Collector):
    """Asks for the status on each scrape. A store that is away is a gauge too, so the scrape never fails."""

    def __init__(self, ask: Callable[[], Status]) -> None:
        self._ask = ask

    def collect(self) -> Iterator[Metric]:
        """Every gauge; only `wiredesk_store_up` where the store does not answer."""
        try:
            status = self._ask()
        except StoreUnavailable:
            yield _one("wiredesk_store_up", "Whether PostgreSQL answers", 0)
            return
        yield _one("wiredesk_store_up", "Whether PostgreSQL answers", 1)
        yield from _of_broker(status)
        yield from _of_store(status)


def _of_broker(status: Status) -> Iterator[Metric]:
    yield _one("wiredesk_broker_up", "Whether Redis answers", float(status.broker is None))
    yield _many(
        "wiredesk_queue_depth", "Messages that wait", ["queue"], (((s.name,), s.depth) for s in status.stages)
    )
    yield _many(
        "wiredesk_queue_oldest_seconds",
        "Since the oldest waiting message was sent",
        ["queue"],
        (((s.name,), s.oldest_message_seconds) for s in status.stages),
    )
    yield _many(
        "wiredesk_worker_stuck",
        "Workers seen lately; 1: work waits in its queues and it finishes nothing",
        ["worker"],
        (((w.name,), float(w.stuck)) for w in status.workers or ()),
    )


def _of_store(status: Status) -> Iterator[Metric]:
    yield _many(
        "wiredesk_oldest_due_seconds",
        "Since the longest waiting row is due; 0: none is",
        ["stage"],
        (
            ((s.name,), s.oldest_due_seconds or 0)
            for s in status.stages
            if s.name in ("poll", "fetch", "extract")
        ),
    )
    yield _many("wiredesk_entries", "Entries by state", ["state"], _by_key(status.entries))
    yield _many("wiredesk_feeds", "Feeds by state", ["state"], _by_key(status.feeds))
    yield _one("wiredesk_feeds_failing", "Active feeds whose last poll failed", status.feeds_failing)
    yield _many(
        "wiredesk_feed_conditions",
        "Feeds in each condition, as quiet or shrank",
        ["condition"],
        _by_key(status.feed_conditions),
    )
    yield _many(
        "wiredesk_feed_condition_seconds",
        "Since a feed is in a condition; absent when it is not",
        ["condition", "feed"],
        (((u.condition, u.url), (status.at - u.since).total_seconds()) for u in status.unwell),
    )
    yield _many(
        "wiredesk_refused_entries",
        "Refused entries by reason",
        ["reason", "owner"],
        (((r.reason, r.owner or ""), r.count) for r in status.refusals),
    )
    yield _one("wiredesk_entries_discovered", "Entries that polls found", status.identity.discovered)
    yield _one(
        "wiredesk_identity_holds",
        "Whether discovered = stored + duplicate + refused + waiting",
        float(status.identity.holds),
    )
    yield _many(
        "wiredesk_rule_missed_pages",
        "Pages in a row on which a selector of a site's rule matched nothing",
        ["file", "selector", "host"],
        (((r.file, r.selector, r.host), r.pages) for r in status.stopped_rules),
    )
    yield _many(
        "wiredesk_hub_subscriptions",
        "Subscriptions at WebSub hubs by state",
        ["state"],
        _by_key(status.hub_subscriptions),
    )
    yield _one("wiredesk_pushes_waiting", "Pushes that are not read yet", status.pushes_waiting)
    now = status.polling
    yield _one("wiredesk_poll_price", "Price of a poll, seconds of delay", now.price if now else None)
    yield _one("wiredesk_poll_spent", "Polls a day, lately", now.spent if now else None)
    yield _one("wiredesk_poll_waited", "Seconds that entries wait, lately", now.waited if now else None)
    yield _one("wiredesk_hosts_resting", "Hosts to which no request goes for now", len(status.resting))


def _by_key(counts: dict[str, int]) -> Samples:
    return (((key,), count) for key, count in counts.items())


def _one(name: str, words: str, value: float | None) -> Metric:
    """One figure; None is none."""
    return GaugeMetricFamily(name, words, value=value)


def _many(name: str, words: str, labels: list[str], samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for values, value in samples:
        if value is not None:
            family.add_metric(values, value)
    return family
