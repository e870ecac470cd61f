"""The plot of a feed's last weeks: bars of publications above, of polls below, as figures for an SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

WIDTH, UPPER, LOWER, GAP = 840, 90, 50, 14
"""Units of the SVG: its width, the height of publications and of polls, and the space between them."""

LEAST_BAR = 2.0
"""Units: the height of a bar of one entry next to one of thousands."""


TICK_DAYS = 3
"""Days between two dates below the plot, so that they do not touch."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it counts in words."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the table that says the same as the plot."""

    day: date
    entries: int
    polls: int
    failed: int


@dataclass(frozen=True, slots=True)
class FeedPlot:
    """The bars of publications, polls and failed polls, the ticks of days, and the days as lines."""

    publications: Sequence[Bar]
    polls: Sequence[Bar]
    failed: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    days: Sequence[DayLine]

    @property
    def entries(self) -> int:
        """Entries that appeared in all."""
        return sum(line.entries for line in self.days)

    @property
    def polled(self) -> int:
        """Polls in all."""
        return sum(line.polls for line in self.days)


def plot_of(
    shown: Sequence[Mapping[str, Any]],
    polled: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    span: timedelta,
    step: timedelta,
) -> FeedPlot:
    """Return the plot of the `span` up to now: entries in steps of time (`shown`), polls by day."""
    start, most = now - span, max((row["entries"] for row in shown), default=1)
    per_step, per_day = WIDTH * (step / span), WIDTH * (timedelta(days=1) / span)

    def place(at: datetime) -> float:
        return WIDTH * ((at - start) / span)

    publications = []
    for row in shown:
        height = max(LEAST_BAR, UPPER * row["entries"] / most)
        words = f"{row['at'].astimezone(UTC):%Y-%m-%d %H:%M} UTC: {row['entries']} new"
        publications.append(_bar(place(row["at"]), UPPER - height, per_step, height, words))
    most_polls = max((row["polls"] for row in polled), default=1)
    polls: list[Bar] = []
    failed: list[Bar] = []
    for row in polled:
        at = place(datetime(row["day"].year, row["day"].month, row["day"].day, tzinfo=UTC))
        words = f"{row['day']}: {row['polls']} polls, {row['failed']} failed"
        for bars, count in ((polls, row["polls"]), (failed, row["failed"])):
            if count:
                height = max(LEAST_BAR, LOWER * count / most_polls)
                bars.append(_bar(at, UPPER + GAP + LOWER - height, per_day, height, words))
    days = _lines(shown, polled, since=start)
    midnights = [_midnight((start + timedelta(days=n)).date()) for n in range(2, span.days, TICK_DAYS)]
    ticks = [(round(place(at), 1), f"{at:%-d %b}") for at in midnights]
    return FeedPlot(publications, polls, failed, ticks, days)


def _bar(x: float, y: float, width: float, height: float, words: str) -> Bar:
    """Return a bar with a gap to the next one, cut at the left edge."""
    left = max(x, 0.0)
    inner = max(min(x + width, WIDTH) - left - 2, 1.0)
    return Bar(round(left + 1, 1), round(y, 1), round(inner, 1), round(height, 1), words)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _lines(
    shown: Sequence[Mapping[str, Any]], polled: Sequence[Mapping[str, Any]], *, since: datetime
) -> list[DayLine]:
    entries: dict[date, int] = {}
    for row in shown:
        day = row["at"].astimezone(UTC).date()
        entries[day] = entries.get(day, 0) + row["entries"]
    polls = {row["day"]: row for row in polled}
    found = sorted({*entries, *polls})
    return [
        DayLine(
            day,
            entries.get(day, 0),
            polls[day]["polls"] if day in polls else 0,
            polls[day]["failed"] if day in polls else 0,
        )
        for day in found
        if _midnight(day) + timedelta(days=1) > since
    ]
