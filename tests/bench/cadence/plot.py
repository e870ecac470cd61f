"""A drawing of delay over requests, as SVG."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import log

from tests.bench.cadence.replay import Score

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 220, 40, 50
COLOURS = ("#8a8f98", "#c26d2d", "#e0a458", "#7a5ea8", "#9bb7d4", "#3b6ea5", "#9ccf9c", "#1f8a4c")
MINUTES = (2, 3, 5, 10, 20, 30)
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#59616b}.name{font-weight:600}"
    ".grid{stroke:#8a8f98;stroke-opacity:.25}.line{fill:none;stroke-width:2}"
)


def draw(table: Mapping[int, Mapping[str, Score]]) -> str:
    """Mean delay (minutes) over requests per feed and day, both logarithmic; a line for each policy."""
    budgets = sorted(table)
    names = list(table[budgets[0]])
    across = _scale(budgets[0], budgets[-1], LEFT + 20, WIDTH - RIGHT - 20)
    means = [score.mean for scores in table.values() for score in scores.values()]
    down = _scale(min(means) * 0.9, max(means) * 1.1, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<style>{STYLE}</style>",
        f'<text x="{LEFT}" y="22">mean delay of an entry, minutes</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 12}" text-anchor="end">requests per feed and day</text>',
    ]
    for minute in (minute for minute in MINUTES if min(means) * 0.9 < minute < max(means) * 1.1):
        y = down(minute)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{minute}</text>')
    parts += [
        f'<text x="{across(budget):.1f}" y="{HEIGHT - 30}" text-anchor="middle">{budget}</text>'
        for budget in budgets
    ]
    places = _apart([down(table[budgets[-1]][name].mean) for name in names])
    for name, colour, place in zip(names, COLOURS, places, strict=False):
        points = [(across(budget), down(table[budget][name].mean)) for budget in budgets]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{path}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(
            f'<text class="name" x="{points[-1][0] + 12:.1f}" y="{place + 4:.1f}" style="fill:{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A logarithmic scale from `low`…`high` to `start`…`end`."""
    per = (end - start) / ((log(high) - log(low)) or 1.0)
    return lambda value: start + (log(value) - log(low)) * per


def _apart(places: Sequence[float], least: float = 17.0) -> list[float]:
    """The heights of labels, pushed down until no two overlap."""
    found = [0.0] * len(places)
    last = float("-inf")
    for at in sorted(range(len(places)), key=places.__getitem__):
        last = max(places[at], last + least)
        found[at] = last
    return found
