"""When feeds published, and what a poll of one would have shown."""

import gzip
import json
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINDOW = 20
"""Entries that a feed's document shows, the newest."""
WARM = 0.2
"""The part of a trace in which a policy may learn, and is not scored."""
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Trace:
    """A feed from `start` to `end`: when its entries `appear`, in order, and the `dates` they bear."""

    feed: str
    host: str
    start: float
    end: float
    appear: Sequence[float]
    dates: Sequence[float]

    @property
    def scored(self) -> float:
        """From when on it is scored."""
        return self.start + WARM * (self.end - self.start)

    @property
    def days(self) -> float:
        """The scored days."""
        return (self.end - self.scored) / DAY

    def shown(self, seen: int, now: float) -> tuple[int, Sequence[float], int]:
        """A poll at `now`, when `seen` entries had appeared at the last: how many have now, the dates of the
        new ones in the document, and how many new ones had been pushed out of it."""
        if seen == len(self.appear) or self.appear[seen] > now:
            return seen, (), 0
        upto = bisect_right(self.appear, now, seen)
        first = max(seen, upto - WINDOW)
        return upto, self.dates[first:upto], first - seen


def trace(record: Mapping[str, Any], lag: float = 0.0) -> Trace:
    """The trace of a record; its entries appear after an exponential lag of `lag` seconds on average, always
    the same for the same feed."""
    chance = random.Random(str(record["feed"]))
    late = sorted((date + (chance.expovariate(1 / lag) if lag else 0.0), date) for date in record["times"])
    return Trace(
        feed=record["feed"],
        host=record["host"],
        start=float(record["start"]),
        end=float(record["end"]),
        appear=[float(appears) for appears, _ in late],
        dates=[float(date) for _, date in late],
    )


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file of traces, one JSON object a line, compressed."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
