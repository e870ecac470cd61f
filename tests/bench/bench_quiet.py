"""How well a stopped feed is distinguished from a resting one: false alarms and delay of detection on real
feeds' publication times.

`python -m tests.bench.bench_quiet` needs the corpus. Each feed is judged after each of its entries as the
service would judge it then, from the third week on. A silence that is called quiet and ends nevertheless is
a false alarm; a feed cut off at random times is to be found out, and its delay is counted from the cut.
Where nearly all feeds of one archive published nothing for a day, the archive stood still and not they: that
day is taken from the week after.
"""

import gzip
import json
import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from statistics import median

from tests.corpus import CORPUS
from worker.feeds.health import rhythm

DAY = 86400.0
CUTS = 6
RATES = (100.0, 20.0, 5.0, 1.0, 0.0)
"""Entries a day above which a feed belongs to a class."""


@dataclass(frozen=True, slots=True)
class Trace:
    """When a feed published between two instants, Unix time; some of `times` may lie before `start`."""

    feed: str
    archive: str
    start: float
    end: float
    times: Sequence[float]

    @property
    def rate(self) -> float:
        """Entries a day."""
        since = bisect_left(self.times, self.start)
        return (len(self.times) - since) / (self.end - self.start) * DAY

    @property
    def judged_from(self) -> float:
        """When enough is known about the feed."""
        return self.start + rhythm.LEAST_WATCHED.total_seconds()


@dataclass(frozen=True, slots=True)
class Found:
    """`delays` are hours from a cut to the alarm, by class of rate; infinite if there is none."""

    weeks: float
    false_alarms: int
    delays: dict[float, list[float]]

    @property
    def false_share(self) -> float:
        """False alarms in a week of one feed."""
        return self.false_alarms / self.weeks


def measure() -> Found:
    """Judge all feeds of the corpus."""
    traces = [trace for trace in filled(read()) if trace.judged_from < trace.end]
    delays: dict[float, list[float]] = {rate: [] for rate in RATES}
    for trace in traces:
        delays[next(rate for rate in RATES if trace.rate >= rate)] += cuts(trace)
    return Found(
        weeks=sum(trace.end - trace.judged_from for trace in traces) / (7 * DAY),
        false_alarms=sum(map(false_alarms, traces)),
        delays=delays,
    )


def read() -> Iterator[Trace]:
    """The traces of the corpus."""
    assert CORPUS is not None
    with gzip.open(CORPUS / "traces" / "traces.jsonl.gz") as lines:
        for line in lines:
            one = json.loads(line)
            archive = one["source"].partition(":")[0]
            yield Trace(one["feed"], archive, one["start"], one["end"], one["times"])


def filled(traces: Iterator[Trace]) -> Iterator[Trace]:
    """The traces without the days on which their archive stood still."""
    for _, group in groupby(sorted(traces, key=lambda t: (t.archive, t.feed)), key=lambda t: t.archive):
        feeds = list(group)
        holes = _holes(feeds)
        for trace in feeds:
            days = {int(at // DAY) for at in trace.times}
            copied = [at - 7 * DAY for at in trace.times if int(at // DAY) - 7 in holes - days]
            yield Trace(trace.feed, trace.archive, trace.start, trace.end, sorted([*trace.times, *copied]))


def _holes(feeds: Sequence[Trace]) -> set[int]:
    """Days on which less than a third as many feeds published as a week later, of twenty or more."""
    active = Counter(
        day for feed in feeds for day in {int(at // DAY) for at in feed.times if at >= feed.start}
    )
    return {day for day in active if active[day + 7] >= 20 and active[day] < active[day + 7] / 3}


def false_alarms(trace: Trace) -> int:
    """How often the feed would have been called quiet before it went on."""
    ends = [*trace.times[1:], trace.end]
    return sum(
        alarm < end
        for begin, end in zip(trace.times, ends, strict=True)
        if end - begin > rhythm.LEAST_SILENCE.total_seconds() and end > trace.judged_from
        if (alarm := _alarm(trace, begin)) is not None
    )


def cuts(trace: Trace) -> list[float]:
    """Hours until the feed is called quiet, from each of some random instants at which it ends."""
    dice = random.Random(trace.feed)
    found = []
    for _ in range(CUTS):
        cut = dice.uniform(trace.judged_from, trace.end)
        alarm = _alarm(trace, cut)
        found.append(float("inf") if alarm is None else max(0.0, alarm - cut) / 3600)
    return found


def _alarm(trace: Trace, last: float) -> float | None:
    known = trace.times[: bisect_right(trace.times, last)]
    at = rhythm.quiet_at([datetime.fromtimestamp(time, UTC) for time in known])
    return None if at is None else max(at.timestamp(), trace.judged_from)


def main() -> None:
    """Measure and print."""
    found = measure()
    print(f"{found.false_alarms} false alarms in {found.weeks:.0f} weeks: {found.false_share:.2%} a week")
    for rate, delays in found.delays.items():
        told = sorted(delays)
        words = f"half within {median(told):.0f} h, nine of ten within {told[len(told) * 9 // 10]:.0f} h"
        print(f"  more than {rate:3.0f} a day ({len(told) // CUTS:2} feeds): {words}")


if __name__ == "__main__":
    main()
