"""CPU time and memory of the processes of a run, read from the system and not from the runner's own clock."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

SAMPLE_SECONDS = 0.2


@dataclass
class Usage:
    """Of a group of processes: CPU seconds, the largest size of one and of all together, MiB."""

    cpu: float = 0.0
    largest: float = 0.0
    together: float = 0.0


@dataclass
class Meter:
    """Samples the process trees below the given roots, by name, while it is entered."""

    roots: Mapping[str, int]
    usage: dict[str, Usage] = field(default_factory=dict)
    _seen: dict[str, dict[int, float]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Meter":
        self._sample()
        self._base = {name: sum(seen.values()) for name, seen in self._seen.items()}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._sample()
        for name, usage in self.usage.items():
            usage.cpu = sum(self._seen[name].values()) - self._base.get(name, 0.0)

    def _watch(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        for name, pid in self.roots.items():
            sizes = [size for process in _tree(pid) if (size := self._look(name, process)) is not None]
            usage = self.usage.setdefault(name, Usage())
            usage.largest = max([usage.largest, *sizes])
            usage.together = max(usage.together, sum(sizes))

    def _look(self, name: str, process: psutil.Process) -> float | None:
        try:
            with process.oneshot():
                times, size = process.cpu_times(), process.memory_info().rss / 2**20
        except psutil.Error:
            return None
        # A child that ended keeps what it had used when it was last seen.
        self._seen.setdefault(name, {})[process.pid] = times.user + times.system
        return size


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []
