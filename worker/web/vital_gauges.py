"""Gauges of the service's vital signs, of workers and of failing hosts, read when Prometheus scrapes."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from worker.monitor import workers
from worker.monitor.workers import WorkerSeen
from worker.services.vitals import Vitals
from worker.store import StoreUnavailable

OTHER_HOSTS = "other"
"""The label of all hosts that are not named."""

Samples = list[tuple[tuple[str, ...], float | None]]


class VitalGauges(Collector):
    """A collector that reads the vital signs on each scrape; without the store it yields nothing."""

    def __init__(self, read: Callable[[], Vitals]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """Yield every gauge."""
        try:
            vitals = self._read()
        except StoreUnavailable:
            return
        yield from _of_queues(vitals)
        for name, help, read in PER_WORKER:
            samples: Samples = [((worker.name,), read(worker)) for worker in vitals.workers or ()]
            yield _gauge(f"wiredesk_worker_{name}", help, ["worker"], samples)
        yield from _of_news(vitals)
        yield from _of_servers(vitals)


def _seconds_of(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


PER_WORKER: tuple[tuple[str, str, Callable[[WorkerSeen], float | None]], ...] = (
    ("processes", "Tasks that a recently seen worker can work on at once", lambda w: w.processes),
    ("active_tasks", "Tasks that it works on", lambda w: w.active),
    ("resident_memory_bytes", "Memory of all its processes, shared pages counted in each", lambda w: w.rss),
    (
        "start_time_seconds",
        "When it started, as a Unix time; it changes with each restart",
        lambda w: _seconds_of(w.started_at),
    ),
)
"""The gauges of a worker: name, help, and the value of its report; None omits the sample."""


def _of_queues(vitals: Vitals) -> Iterator[Metric]:
    yield _gauge(
        "wiredesk_queue_limit", "Waiting messages above which none is added", [], [((), vitals.queue_limit)]
    )
    paused: Samples = [((stage,), 1.0) for stage in vitals.paused]
    yield _gauge("wiredesk_queue_paused", "1: ticks hand out no work of the queue", ["queue"], paused)
    serving: Samples = []
    if vitals.workers is not None:
        counts = workers.by_queue(vitals.workers, vitals.at)
        serving = [((queue,), float(count)) for queue, count in counts.items()]
    yield _gauge("wiredesk_queue_workers", "Workers that serve the queue", ["queue"], serving)
    yield _age(
        "wiredesk_beat_age_seconds", "Seconds since beat looked at its schedule", vitals.at, vitals.beat_at
    )


def _of_news(vitals: Vitals) -> Iterator[Metric]:
    reach, newest = vitals.reach, vitals.unstored.newest_article_at
    yield _gauge("wiredesk_hosts_visited", "Hosts visited in the last ten minutes", [], [((), reach.visited)])
    yield _gauge(
        "wiredesk_hosts_unreachable", "Those of them that could not be reached", [], [((), reach.unreachable)]
    )
    yield _age("wiredesk_article_age_seconds", "Seconds since an article was stored", vitals.at, newest)
    yield _gauge(
        "wiredesk_unstored_entries",
        "Entries found since the newest article was stored, without duplicates, at most 200",
        [],
        [((), vitals.unstored.count)],
    )
    yield _age(
        "wiredesk_unstored_age_seconds",
        "Seconds since the first of them was found",
        vitals.at,
        vitals.unstored.since,
    )
    shares: Samples = [
        (("1h",), vitals.hour.share if vitals.hour.ended else None),
        (("24h",), vitals.day_before.share if vitals.day_before.ended else None),
    ]
    yield _gauge(
        "wiredesk_refused_ratio",
        "Refused share of the entries that ended in the last hour, and in the 24 hours before it",
        ["window"],
        shares,
    )
    ended: Samples = [(("1h",), vitals.hour.ended), (("24h",), vitals.day_before.ended)]
    yield _gauge("wiredesk_ended_entries", "Entries that ended then, at most 5,000", ["window"], ended)
    failing: Samples = [((host,), errors) for host, errors in vitals.failing_hosts.errors.items()]
    if vitals.failing_hosts.others:
        failing.append(((OTHER_HOSTS,), vitals.failing_hosts.errors_of_others))
    yield _gauge(
        "wiredesk_host_errors", "Failures in a row, of the 20 worst hosts and all others", ["host"], failing
    )


def _of_servers(vitals: Vitals) -> Iterator[Metric]:
    yield _age(
        "wiredesk_backup_age_seconds",
        "Age of the state that the newest backup holds",
        vitals.at,
        vitals.backup_at,
    )
    free: Samples = [((), vitals.free_bytes)]
    yield _gauge("wiredesk_data_dir_free_bytes", "Bytes free on the disk of the data directory", [], free)


def _age(name: str, help: str, now: datetime, at: datetime | None) -> Metric:
    """Return a gauge of seconds since `at`; None omits the sample."""
    return _gauge(name, help, [], [((), (now - at).total_seconds() if at else None)])


def _gauge(name: str, help: str, labels: list[str], samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, help, labels=labels)
    for values, value in samples:
        if value is not None:
            family.add_metric(values, value)
    return family
