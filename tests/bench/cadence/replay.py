"""What a policy makes of traces: the delays of entries, those it missed, and its requests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from tests.bench.cadence.traces import Trace

Policy = Callable[[float, Sequence[float]], float]
"""Given the instant of a poll and the dates of the new entries it showed: the instant of the next."""
Start = Callable[[Trace], Policy]
"""A policy for one feed. Only an oracle looks into the trace."""
Family = Callable[[float], Start]
"""Policies by their one parameter; the higher it is, the fewer their requests."""


@dataclass(frozen=True, slots=True)
class Score:
    """Over all scored entries: delays in minutes, the part missed, and requests per feed and day."""

    mean: float
    p95: float
    missed: float
    requests: float
    per_entry: float
    entries: int


def score(traces: Iterable[Trace], start: Start) -> Score:
    """Replay every trace from its start to the first poll after its end.

    A missed entry's delay counts up to the poll that should have shown it.
    """
    delays: list[float] = []
    missed, rates, polls = 0, [], 0
    for trace in traces:
        late, lost, asked = _replay(trace, start(trace))
        delays += late
        missed += lost
        polls += asked
        rates.append(asked / trace.days)
    delays.sort()
    return Score(
        mean=sum(delays) / len(delays) / 60,
        p95=delays[int(0.95 * len(delays))] / 60,
        missed=missed / len(delays),
        requests=sum(rates) / len(rates),
        per_entry=polls / len(delays),
        entries=len(delays),
    )


def _replay(trace: Trace, policy: Policy) -> tuple[list[float], int, int]:
    delays: list[float] = []
    now, scored, end = trace.start, trace.scored, trace.end
    seen, dates, _ = trace.shown(0, now)
    missed = polls = 0
    while now < end:
        now = policy(now, dates)
        polls += scored <= now < end
        before = seen
        seen, dates, lost = trace.shown(seen, now)
        for place in range(before, seen):
            if trace.dates[place] >= scored:
                delays.append(now - trace.dates[place])
                missed += place < before + lost
    return delays, missed, polls


def tuned(
    traces: Sequence[Trace],
    family: Family,
    requests: float,
    guess: float,
    *,
    tolerance: float = 0.004,
    tries: int = 7,
) -> tuple[float, Score]:
    """Return the parameter at which the family makes that many requests per feed and day, and its score."""
    at, slope = log(guess), -0.6
    points: list[tuple[float, float]] = []
    for _ in range(tries):
        found = score(traces, family(exp(at)))
        off = log(found.requests / requests)
        points.append((at, off))
        if abs(off) < tolerance:
            break
        if len(points) > 1 and (rise := points[-1][1] - points[-2][1]) and points[-1][0] != points[-2][0]:
            slope = min(rise / (points[-1][0] - points[-2][0]), -0.1)
        at -= off / slope
    return exp(points[-1][0]), found
