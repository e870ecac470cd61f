"""What `wiredesk run` costs while there is nothing to do.

    python -m tests.bench.bench_idle [--feeds 24] [--seconds 60] [--settle 30]

A run with its own servers subscribes to feeds that are polled once and then not for hours. After a pause it
measures the CPU time and the memory of all its processes, PostgreSQL and Redis included. Memory is PSS: pages
that processes share are counted once. Exit code 1 above the limits.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.cli.running import Running
from tests.site import Site
from tests.waiting import wait_until

MOST_CPU = 3.0
"""Percent of one core: a small machine keeps the rest for others. A goal, not a measurement."""
MOST_MIB = 350.0
"""PSS of everything together. A goal, not a measurement."""
START_SECONDS = 240.0
"""Longest wait for the first poll of each feed: on a busy machine the parts start slowly."""

QUIET = {
    "WIREDESK_POLL_FLOOR_SECONDS": "14400",
    "WIREDESK_POLL_CAP_SECONDS": "21600",
    "WIREDESK_CONTACT": "https://example.org/bench",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """One process, or several with the same name: percent of a core, MiB of PSS, and their number."""

    cpu: float = 0.0
    mib: float = 0.0
    processes: int = 1

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.mib + other.mib, self.processes + other.processes)


def measure(feeds: int, *, seconds: float, settle: float) -> dict[str, Cost]:
    """Run with this many feeds, and return the cost of each part at rest."""
    before, site = Path.cwd(), Site()
    site.start()
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        listed = Path(home) / "feeds.txt"
        host = site.host()
        listed.write_text("".join(f"{host.feed(f'/{n}.xml', articles=0).url}\n" for n in range(feeds)))
        running = Running(Path(home), "run", "--plain", "--feeds", str(listed), variables=QUIET)
        try:
            wait_until(lambda: f"feeds {feeds}/{feeds} polled" in running.output, START_SECONDS, pause=1.0)
            time.sleep(settle)
            return _cost(psutil.Process(running.process.pid), seconds)
        finally:
            running.close()
            os.chdir(before)
            site.stop()


def _cost(root: psutil.Process, seconds: float) -> dict[str, Cost]:
    before = _cpu_seconds(root)
    time.sleep(seconds)
    found: dict[str, Cost] = {}
    for process, cpu in _cpu_seconds(root).items():
        with suppress(psutil.Error):
            share = (cpu - before.get(process, 0.0)) / seconds
            cost = Cost(share * 100, process.memory_full_info().pss / 2**20)
            name = part_of(process.cmdline())
            found[name] = found[name] + cost if name in found else cost
    return found


def _cpu_seconds(root: psutil.Process) -> dict[psutil.Process, float]:
    found = {}
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.Error):
            times = process.cpu_times()
            found[process] = times.user + times.system
    return found


def part_of(command: Sequence[str]) -> str:
    """Return the part of a run that a process belongs to, by its command line."""
    words = " ".join(command)
    if "guarded.py" in words or words.startswith("wiredesk guard"):
        return "guards"
    if words.startswith("wiredesk "):
        # Forked: the title is all that is left of the command line.
        return words.removeprefix("wiredesk ").strip()
    if "postgres" in words:
        return "postgres"
    if "redis-server" in words or "valkey-server" in words:
        return "redis"
    if "--name" in command:
        return command[command.index("--name") + 1]
    return next((part for part in ("beat", "web", "run") if part in command), "other")


def show(costs: Mapping[str, Cost]) -> Cost:
    """Print a line for each part; return their sum."""
    print(f"{'part':<12} {'processes':>9} {'% of a core':>12} {'MiB (PSS)':>10}")
    total = sum(costs.values(), Cost(processes=0))
    for name, cost in [*sorted(costs.items(), key=lambda item: -item[1].mib), ("all", total)]:
        print(f"{name:<12} {cost.processes:>9} {cost.cpu:>12.2f} {cost.mib:>10.1f}")
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 above the limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--settle", type=float, default=30.0)
    wanted = parser.parse_args(arguments)
    total = show(measure(wanted.feeds, seconds=wanted.seconds, settle=wanted.settle))
    print(f"limits: {MOST_CPU} % of a core, {MOST_MIB:.0f} MiB")
    return 0 if is_within(total) else 1


def is_within(total: Cost) -> bool:
    """Whether a run at rest costs no more than the limits."""
    return total.cpu <= MOST_CPU and total.mib <= MOST_MIB


if __name__ == "__main__":
    sys.exit(main())
