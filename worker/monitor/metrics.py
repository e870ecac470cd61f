"""The prometheus metrics that events move.

Several processes can serve one page of metrics: if PROMETHEUS_MULTIPROC_DIR is set before this module is
imported, prometheus_client keeps the values in files there, and `exposition` adds them up.

prometheus_client writes separate files for each process and adds them up forever: a worker whose children are
replaced by the hundred would fill the disk and slow down each answer. So before adding up, the counts of
ended processes are moved into one file; nothing is lost, and no counter decreases.
"""

import fcntl
import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from worker import __version__

KINDS = ("counter", "histogram")
"""The kinds of metrics that this service has, by the prefix of their files."""
ENDED = "0"
"""In the name of the file for ended processes, in place of a process id."""

UNITS = Counter(
    "wiredesk_units", "Units of work that ended, by stage, outcome and reason", ["stage", "outcome", "reason"]
)
ITEMS = Counter("wiredesk_items", "Things that units of work found or moved", ["kind"])
FETCHED_BYTES = Counter("wiredesk_fetched_bytes", "Bytes of the bodies of pages")
BUSY_SECONDS = Counter("wiredesk_worker_busy_seconds", "Seconds that tasks took, by worker", ["worker"])
FRESHNESS = Histogram(
    "wiredesk_article_delay_seconds",
    "From the publication of an article to its storing, of articles that were found within two days",
    # From a push that is read at once to a feed that is polled every few hours.
    buckets=(30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800),
)
SECONDS = Histogram(
    "wiredesk_unit_seconds",
    "Duration of one unit of work, by stage",
    ["stage"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


class Build(Collector):
    """A collector of the versions of the program and of Python, as labels."""

    def collect(self) -> Iterable[Metric]:
        """Return `wiredesk_build_info`, which is always 1."""
        info = GaugeMetricFamily("wiredesk_build_info", "The running version", labels=["version", "python"])
        info.add_metric([__version__, platform.python_version()], 1)
        return [info]


def everything() -> CollectorRegistry:
    """Return the metrics of all processes that share PROMETHEUS_MULTIPROC_DIR, else of this process."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not directory:
        return REGISTRY
    registry = CollectorRegistry()
    registry.register(Processes(Path(directory)))
    return registry


def build() -> CollectorRegistry:
    """Return the version as a metric, which each server of metrics shows once."""
    registry = CollectorRegistry()
    registry.register(Build())
    return registry


def exposition(extra: CollectorRegistry | None = None) -> bytes:
    """Return all metrics in the text format: those of every process, then those of `extra`."""
    parts = (everything(), build(), *((extra,) if extra else ()))
    return b"".join(generate_latest(part) for part in parts)


def serve(host: str, port: int) -> None:
    """Serve `/metrics` from a thread, for processes other than the web server."""
    registry = everything()
    if registry is REGISTRY:
        registry = CollectorRegistry()
        registry.register(REGISTRY)
    registry.register(Build())
    start_http_server(port, host, registry=registry)


class Processes(Collector):
    """A collector of the metrics that all processes have written to `directory`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def collect(self) -> Iterable[Metric]:
        """Merge the files of ended processes into one, then return the sums over all processes.

        All processes must share a pid namespace: files of pids not seen here are merged and deleted. Raises
        `ValueError` if the directory is missing.
        """
        collector = MultiProcessCollector(None, str(self._directory))  # type: ignore[no-untyped-call]
        with self._lock():
            for kind in KINDS:
                self._merge_ended(kind)
            metrics: Iterable[Metric] = collector.collect()  # type: ignore[no-untyped-call]
        return metrics

    def _merge_ended(self, kind: str) -> None:
        """Move the counts of ended processes into one file."""
        ended = [path for path in self._directory.glob(f"{kind}_*.db") if not _is_running(path)]
        if not ended:
            return
        merged = self._directory / f"{kind}_{ENDED}.db"
        counted: dict[str, float] = defaultdict(float)
        for path in (*ended, *([merged] if merged.exists() else ())):
            for key, value, _time, _position in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call]
                counted[key] += value
        # The file is replaced as a whole, so that readers see either the old or the new one.
        unfinished = merged.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        file = MmapedDict(str(unfinished))  # type: ignore[no-untyped-call]
        for key, value in counted.items():
            file.write_value(key, value, 0.0)  # type: ignore[no-untyped-call]
        file.close()  # type: ignore[no-untyped-call]
        unfinished.replace(merged)
        for path in ended:
            path.unlink()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process in at a time; the kernel frees the lock if the process dies."""
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_running(path: Path) -> bool:
    pid = path.stem.rpartition("_")[2]
    return pid == ENDED or psutil.pid_exists(int(pid))
