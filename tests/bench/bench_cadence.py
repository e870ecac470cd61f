"""How late entries are found at equal requests: `python -m tests.bench.bench_cadence [--plot FILE]`.

Replays the traces of the corpus (real feeds, five to eight weeks) against our cadence, other readers' rules
and hindsight. Each policy has one parameter, tuned until it makes on average 24, 48 and 96 requests per feed
and day, so that delays can be compared. The comparison is repeated with entries that appear two minutes late
on average. Last comes the controller of the budget, which must find the price of a request while it polls.
Before all that, the CPU time of one plan is printed with the limit that it has to keep.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.bench.cadence import peers
from tests.bench.cadence.live import Spent, live
from tests.bench.cadence.ours import ours, without_minutes
from tests.bench.cadence.plot import draw
from tests.bench.cadence.replay import Family, Score, tuned
from tests.bench.cadence.traces import Trace, read, trace
from tests.corpus import CORPUS
from worker.feeds.cadence import plan

BUDGETS = (24, 48, 96)
LAG = 120.0
PLAN_LIMIT = 0.1
"""CPU milliseconds that one plan may take: a thousand feeds due together take a tenth of a second."""
LOOP = 10_000
"""Additions in the loop that is timed with a plan, so that figures of two machines can be compared."""
LONGEST = {24: (2, 3, 4, 6), 48: (1.5, 2, 3), 96: (0.75, 1, 1.5)}
"""Hours: the longest intervals to try for Miniflux's rule at each budget."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Way:
    """A policy: its name in the table and a first guess of its parameter at 48 requests a day.

    Requests fall roughly with the parameter to the `power`.
    """

    name: str
    family: Family
    guess: float
    power: float


OURS = "Wiredesk"
NO_MINUTES = "Wiredesk, no minutes"
MINIFLUX = "Miniflux, factor tuned"
BEST_MINIFLUX = "Miniflux, longest too"
COMMAFEED = "CommaFeed"
MEAN_ORACLE = "hindsight: mean rate"
WEEK_ORACLE = "hindsight: hour of week"
WAYS = (
    Way("fixed interval", peers.fixed, 1800.0, 1.0),
    Way(MINIFLUX, peers.miniflux, 0.3, 0.8),
    Way(COMMAFEED, peers.commafeed, 0.92, 1.0),
    Way(MEAN_ORACLE, peers.mean_rate_oracle, 150.0, 0.5),
    Way(WEEK_ORACLE, peers.hour_of_week_oracle, 90.0, 0.5),
    Way(NO_MINUTES, without_minutes, 108.0, 0.5),
    Way(OURS, ours, 90.0, 0.49),
)
Table = Mapping[int, Mapping[str, Score]]


def compared(traces: Sequence[Trace], budget: int, ways: Sequence[Way], say: Say) -> dict[str, Score]:
    """Return the score of each policy at `budget` requests per feed and day, printing each as it comes."""
    say(
        f"\n{budget} requests per feed and day {'mean':>10} {'p95':>7}  missed  requests  per entry   seconds"
    )
    found: dict[str, Score] = {}
    for way in ways:
        began = time.process_time()
        guess = way.guess * (48 / budget) ** (1 / way.power)
        name, (_, score) = way.name, tuned(traces, way.family, budget, guess)
        found[name] = score
        _tell(say, name, score, time.process_time() - began)
        if name == MINIFLUX:
            found[BEST_MINIFLUX] = best_miniflux(traces, budget, guess)
            _tell(say, BEST_MINIFLUX, found[BEST_MINIFLUX], time.process_time() - began)
    return found


def best_miniflux(traces: Sequence[Trace], budget: int, guess: float) -> Score:
    """Return the score of Miniflux's rule with its best longest interval, its factor tuned for each."""

    def of(hours: float) -> Score:
        return tuned(traces, lambda x: peers.miniflux(x, longest=hours * 3600), budget, guess)[1]

    fair = [score for score in map(of, LONGEST[budget]) if abs(score.requests / budget - 1) < 0.02]
    return min(fair, key=lambda score: score.mean)


def _tell(say: Say, name: str, score: Score, seconds: float) -> None:
    say(
        f"  {name:26} {score.mean:6.2f} min {score.p95:7.1f} {100 * score.missed:6.2f}% {score.requests:9.1f}"
        f" {score.per_entry:10.2f} {seconds:9.1f}"
    )


def ratios(scores: Mapping[str, Score], say: Say) -> None:
    """Print our mean delay as a share of each other policy's."""
    mean = scores[OURS].mean
    others = [name for name in scores if name != OURS]
    say("  of: " + ", ".join(f"{name} {mean / scores[name].mean:.2f}" for name in others))


def tell_spent(found: Sequence[Spent], say: Say) -> None:
    """Print what the controller spent, week by week."""
    for spent in found:
        weeks = " ".join(f"{100 * part:+5.1f}" for part in spent.weeks)
        say(f"  budget {spent.budget:6.0f} a day, price {spent.price:6.1f} at the end; weeks, % off: {weeks}")
        say(f"    worst after the second {100 * spent.worst:.1f} %; {spent.mean:.2f} min in the mean")


def plan_cost(gap: timedelta, *, polled_every: timedelta, rounds: int = 1000) -> float:
    """Return the CPU milliseconds of one plan for a feed with an entry after each `gap`."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    step = partial(plan, price=900.0, floor=timedelta(minutes=1), cap=timedelta(hours=6))
    state, _ = step(None, now=now - timedelta(days=9), seen=[now - timedelta(days=9)])
    for poll in range(int(timedelta(days=9) / polled_every)):
        at = now - timedelta(days=9) + poll * polled_every
        behind = (at - datetime(2026, 1, 1, tzinfo=UTC)) % gap
        state, _ = step(state, now=at, seen=[at - behind] if behind < polled_every else [])
    began = time.process_time()
    for _ in range(rounds):
        step(state, now=now, seen=[now])
    return (time.process_time() - began) / rounds * 1000


def loop_cost(rounds: int = 100) -> float:
    """Return the CPU milliseconds of a loop of `LOOP` additions in Python."""
    began, total = time.process_time(), 0
    for _ in range(rounds):
        for number in range(LOOP):
            total += number
    return (time.process_time() - began) / rounds * 1000


def tell_costs(say: Say) -> None:
    """Print what a plan takes where the minutes of the hour do not matter, and where they do."""
    often = timedelta(minutes=7)
    even, hourly = (plan_cost(gap, polled_every=often) for gap in (13 * often / 7, timedelta(hours=1)))
    say(
        f"a plan takes {even:.3f} ms of CPU, {hourly:.3f} for a feed that publishes on the hour "
        f"(limit {PLAN_LIMIT}); {LOOP:,} additions take {loop_cost():.3f}"
    )


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traces", type=Path, help="a file of traces, instead of the corpus's")
    parser.add_argument("--every", type=int, default=1, help="replay only every nth feed, to be quick")
    parser.add_argument("--budgets", type=int, nargs="+", default=list(BUDGETS), choices=BUDGETS)
    parser.add_argument("--plot", type=Path, help="draw the means into this SVG file")
    arguments = parser.parse_args()
    path = arguments.traces or (CORPUS and CORPUS / "traces" / "traces.jsonl.gz")
    if path is None:
        parser.exit(1, "no corpus: set WIREDESK_CORPUS, or name a file with --traces\n")
    tell_costs(_print)
    records = read(path)[:: arguments.every]
    prompt = [trace(record) for record in records]
    print(f"{len(prompt)} feeds, {sum(len(feed.dates) for feed in prompt)} entries", flush=True)
    table = {}
    for budget in arguments.budgets:
        table[budget] = compared(prompt, budget, WAYS, _print)
        ratios(table[budget], _print)
    print("\nentries show two minutes late in the mean:")
    late = compared([trace(record, LAG) for record in records], 48, WAYS, _print)
    ratios(late, _print)
    print("\nthe controller of the budget:")
    tell_spent([live(prompt, budget) for budget in arguments.budgets], _print)
    if arguments.plot:
        arguments.plot.write_text(draw(table), encoding="utf-8")


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
