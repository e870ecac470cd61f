"""Gauges of store and broker, read when Prometheus scrapes."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from worker.deliver.position import Standing
from worker.model import SinkMode
from worker.store import StoreUnavailable
from worker.web.api.status_models import Status

FOLLOWING = (Standing.NEW, Standing.FOLLOWS)
"""How the built-in stream stands to a change log that it can follow."""

Samples = Iterable[tuple[tuple[str, ...], float | None]]


class Gauges(Collector):
    """A collector that reads the status on each scrape; an unavailable store does not fail the scrape."""

    def __init__(self, read: Callable[[], Status]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """Yield every gauge; only `wiredesk_store_up` if the store does not answer."""
        try:
            status = self._read()
        except StoreUnavailable:
            yield _one("wiredesk_store_up", "Whether PostgreSQL answers", 0)
            return
        yield _one("wiredesk_store_up", "Whether PostgreSQL answers", 1)
        yield from _of_broker(status)
        yield from _of_store(status)


def _of_broker(status: Status) -> Iterator[Metric]:
    yield _one("wiredesk_broker_up", "Whether Redis answers", float(status.broker is None))
    yield _many(
        "wiredesk_queue_depth", "Waiting messages", ["queue"], (((s.name,), s.depth) for s in status.stages)
    )
    yield _many(
        "wiredesk_queue_oldest_seconds",
        "Age of the oldest waiting message",
        ["queue"],
        (((s.name,), s.oldest_message_seconds) for s in status.stages),
    )
    yield _many(
        "wiredesk_worker_stuck",
        "Recently seen workers; 1: messages wait in its queues and it finishes no task",
        ["worker"],
        (((w.name,), float(w.stuck)) for w in status.workers or ()),
    )
    yield _many(
        "wiredesk_worker_clock_skew_seconds",
        "Seconds by which the clock of a recently seen worker is ahead of the database's",
        ["worker"],
        (((w.name,), w.skew) for w in status.workers or ()),
    )
    yield _many(
        "wiredesk_sink_follows",
        "Whether a sink can follow the change log; 0: it is ahead of it, or another service's",
        ["sink"],
        (((s.name,), float(s.standing in FOLLOWING)) for s in status.sinks if s.standing),
    )


def _of_store(status: Status) -> Iterator[Metric]:
    yield _one(
        "wiredesk_store_writable", "Whether PostgreSQL accepts writes", float(status.not_writable is None)
    )
    yield _one(
        "wiredesk_tick_age_seconds",
        "Seconds since a tick was handled, by the clock of the database",
        status.tick_seconds,
    )
    yield _one("wiredesk_standing_still", "What stands still: 0 if work goes on", len(status.standing))
    yield _one(
        "wiredesk_change_log_reset_seconds",
        "Seconds since a restore began a new epoch of the change log",
        (status.at - status.reset.at).total_seconds() if status.reset else None,
    )
    yield _many(
        "wiredesk_oldest_due_seconds",
        "How long the longest waiting row has been due; 0: no row is due",
        ["stage"],
        (
            ((s.name,), s.oldest_due_seconds or 0)
            for s in status.stages
            if s.name in ("poll", "fetch", "extract")
        ),
    )
    yield from _of_sinks(status)
    yield from _of_lanes(status)
    yield _many("wiredesk_entries", "Entries by state", ["state"], _by_key(status.entries))
    yield _many("wiredesk_feeds", "Feeds by state", ["state"], _by_key(status.feeds))
    yield _one("wiredesk_feeds_failing", "Active feeds whose last poll failed", status.feeds_failing)
    yield _many(
        "wiredesk_feed_conditions",
        "Feeds in each condition, such as quiet or shrank",
        ["condition"],
        _by_key(status.feed_conditions),
    )
    yield _many(
        "wiredesk_refused_entries",
        "Refused entries by reason",
        ["reason", "owner"],
        (((r.reason, r.owner or ""), r.count) for r in status.refusals),
    )
    yield _many(
        "wiredesk_doubtful_entries",
        "Entries with an article whose last look at the page was doubtful, by reason",
        ["reason"],
        _by_key(status.doubtful),
    )
    yield _one("wiredesk_entries_discovered", "Entries that polls found", status.identity.discovered)
    yield _one(
        "wiredesk_identity_holds",
        "Whether discovered = stored + duplicate + refused + waiting",
        float(status.identity.holds),
    )
    yield _many(
        "wiredesk_rule_missed_pages",
        "Pages in a row on which a selector of a site rule did not match",
        ["file", "selector", "host"],
        (((r.file, r.selector, r.host), r.pages) for r in status.stopped_rules),
    )
    yield _many(
        "wiredesk_hub_subscriptions",
        "Subscriptions at WebSub hubs by state",
        ["state"],
        _by_key(status.hub_subscriptions),
    )
    yield _one("wiredesk_pushes_waiting", "Pushes that have not been read yet", status.pushes_waiting)
    now = status.polling
    yield _one("wiredesk_poll_price", "Price of a poll, seconds of delay", now.price if now else None)
    yield _one("wiredesk_poll_spent", "Recent polls per day", now.spent if now else None)
    yield _one("wiredesk_poll_waited", "Recent mean delay of entries in seconds", now.waited if now else None)
    yield _one("wiredesk_hosts_resting", "Hosts that get no requests for now", len(status.resting))


def _of_sinks(status: Status) -> Iterator[Metric]:
    yield _many(
        "wiredesk_sink_lag_lines",
        "Lines of the change log that a sink has not been given yet",
        ["sink"],
        (((s.name,), s.lag_lines) for s in status.sinks),
    )
    yield _many(
        "wiredesk_sink_lag_seconds",
        "Age of the oldest of these lines; 0: there is none, absent: the operator paused the sink",
        ["sink"],
        (((s.name,), s.lag_seconds or 0.0) for s in status.sinks if s.mode == SinkMode.ACTIVE or s.stopped),
    )
    yield _many(
        "wiredesk_sink_pending",
        "Lines that a sink has refused and that are sent again",
        ["sink"],
        (((s.name,), s.pending) for s in status.sinks),
    )
    yield _many(
        "wiredesk_sink_dead_letters",
        "Lines that a sink has refused for three days",
        ["sink"],
        (((s.name,), s.dead_letters) for s in status.sinks),
    )
    yield _many(
        "wiredesk_sink_stopped",
        "Whether a sink gets nothing any more: it failed for three days, answered 410 or refuses a reset",
        ["sink"],
        (((s.name,), float(s.stopped)) for s in status.sinks),
    )


def _of_lanes(status: Status) -> Iterator[Metric]:
    yield _many(
        "wiredesk_due_hosts",
        "Hosts with due work, by stage and by whether they answer",
        ["stage", "lane"],
        (((each.stage, each.lane), each.hosts) for each in status.lanes),
    )
    yield _many(
        "wiredesk_due_host_seconds",
        "How long the longest waiting of these hosts has been due",
        ["stage", "lane"],
        (
            ((each.stage, each.lane), (status.at - each.oldest_due_at).total_seconds())
            for each in status.lanes
        ),
    )


def _by_key(counts: dict[str, int]) -> Samples:
    return (((key,), count) for key, count in counts.items())


def _one(name: str, words: str, value: float | None) -> Metric:
    """Return a gauge without labels; None omits the sample."""
    return GaugeMetricFamily(name, words, value=value)


def _many(name: str, words: str, labels: list[str], samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for values, value in samples:
        if value is not None:
            family.add_metric(values, value)
    return family
