"""The metrics of many processes that share a directory, one of which answers Prometheus for all.

prometheus_client gives each process files of its own and adds up whatever lies there, for ever: a worker
whose children are replaced by the hundred would fill the disk and slow down each answer. So before it adds
up, what the dead have counted is moved into one file; nothing is lost, and no counter falls.
"""

import fcntl
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

KINDS = ("counter", "histogram")
NOBODY = "0"
"""Stands for the dead in the name of a file, where others have a process id."""


class Processes(Collector):
    """All processes that have put their metrics into `directory`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def collect(self) -> Iterable[Metric]:
        """The sums over the living and the dead. Raises `ValueError` where there is no such directory."""
        collector = MultiProcessCollector(None, str(self._directory))  # type: ignore[no-untyped-call]
        with self._alone():
            for kind in KINDS:
                self._bury(kind)
            metrics: Iterable[Metric] = collector.collect()  # type: ignore[no-untyped-call]
        return metrics

    def _bury(self, kind: str) -> None:
        """Move the counts of the dead into one file."""
        dead = [path for path in self._directory.glob(f"{kind}_*.db") if not _lives(path)]
        if not dead:
            return
        grave = self._directory / f"{kind}_{NOBODY}.db"
        counted: dict[str, float] = defaultdict(float)
        for path in (*dead, *([grave] if grave.exists() else ())):
            for key, value, _time, _position in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call]
                counted[key] += value
        # A whole file takes the place of the old one: a reader sees either.
        unfinished = grave.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        file = MmapedDict(str(unfinished))  # type: ignore[no-untyped-call]
        for key, value in counted.items():
            file.write_value(key, value, 0.0)  # type: ignore[no-untyped-call]
        file.close()  # type: ignore[no-untyped-call]
        unfinished.replace(grave)
        for path in dead:
            path.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time; the lock ends with the process that holds it."""
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _lives(path: Path) -> bool:
    pid = path.stem.rpartition("_")[2]
    return pid == NOBODY or psutil.pid_exists(int(pid))
