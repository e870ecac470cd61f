"""The prometheus metrics that events move.

Several processes can serve one page of metrics: if PROMETHEUS_MULTIPROC_DIR is set before this module is
imported, prometheus_client keeps the values in files there, and `exposition` adds them up.

prometheus_client writes separate files for each process and adds them up forever: a worker whose children are
replaced by the hundred would fill the disk and slow down each answer. So before adding up, the counts of
ended processes are moved into one file; nothing is lost, and no counter decreases.
"""

import fcntl
import os
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
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

KINDS = ("counter", "histogram")
"""The kinds of metrics that this service has, by the prefix of their files."""
ENDED = "0"
"""In the name of the file for ended processes, in place of a process id."""

UNITS = Counter(
    "wiredesk_units", "Units of work that ended, by stage, outcome and reason", ["stage", "outcome", "reason"]
)
ITEMS = Counter("wiredesk_items", "Things that units of work found or moved", ["kind"])
SECONDS = Histogram(
    "wiredesk_unit_seconds",
    "Duration of one unit of work, by stage",
    ["stage"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


def everything() -> CollectorRegistry:
    """Return the metrics of all processes that share PROMETHEUS_MULTIPROC_DIR, else of this process."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not directory:
        return REGISTRY
    registry = CollectorRegistry()
    registry.register(Processes(Path(directory)))
    return registry


def exposition(extra: CollectorRegistry | None = None) -> bytes:
    """Return all metrics in the text format: those of every process, then those of `extra`."""
    return generate_latest(everything()) + (generate_latest(extra) if extra else b"")


def serve(host: str, port: int) -> None:
    """Serve `/metrics` from a thread, for processes other than the web server."""
    start_http_server(port, host, registry=everything())


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
