"""The bars of a chart of days, each a stack of what became of the entries discovered on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

STATES = ("stored", "duplicate", "refused", "waiting")
"""From the bottom of a bar to its top."""

WIDTH, HEIGHT, GAP = 40, 120, 6
"""Of a bar and of the whole chart, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: its state, place and size."""

    state: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a day: its place, its parts, and its figures in words."""

    day: date
    x: float
    words: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DayChart:
    """Bars from the oldest day to the newest, and the number that the highest one stands for."""

    bars: tuple[Bar, ...]
    most: int
    width: float


def day_chart(days: Sequence[Mapping[str, Any]], places: int) -> DayChart:
    """Return the chart of these days, which come newest first, with room for `places` of them.

    While there are fewer, they are on the right, so that a bar is as wide on the first day as later.
    """
    most = max((sum(day[state] for state in STATES) for day in days), default=0)
    free = max(0, places - len(days))
    bars = tuple(_bar(place, day, most) for place, day in enumerate(reversed(days), free))
    return DayChart(bars, most, (free + len(days)) * (WIDTH + GAP))


def _bar(place: int, day: Mapping[str, Any], most: int) -> Bar:
    x = place * (WIDTH + GAP)
    top = float(HEIGHT)
    segments = []
    for state in STATES:
        if day[state]:
            height = HEIGHT * day[state] / most
            top -= height
            segments.append(Segment(state, x, round(top, 2), round(height, 2)))
    words = ", ".join(f"{day[state]:,} {state}" for state in STATES if day[state])
    return Bar(day["day"], x, f"{day['day']}: {words}", tuple(segments))
