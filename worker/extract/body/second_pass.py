"""What the first pass thought of the runs around each run: the features that only the second pass has."""

from collections.abc import Mapping, Sequence

from worker.extract.body.features import Column
from worker.extract.body.runs import FAR, Segment

_NEAR = 3  # runs before and behind that are looked at
_MOST = 600  # points; more are counted as these, so that one run does not outweigh its box

SURROUNDINGS = frozenset(
    (
        *(f"first_{where}{step}" for where in ("before", "behind") for step in range(1, _NEAR + 1)),
        *(
            "first_box",
            "first_make",
            "taken_before",
            "taken_since",
            "taken_until",
            "taken_share",
            "taken_total",
        ),
    )
)
"""Features that say what the first pass thought of other runs."""
FRACTIONS_OF_POINTS = frozenset(("first_box", "first_make", "taken_before", "taken_share"))
"""Those that are floats; the others are integers."""


def measure_surroundings(
    runs: Sequence[Segment], columns: Mapping[str, Column], points: Sequence[float]
) -> dict[str, Column]:
    """Return the columns; of the others, `in_box` and `in_make` say which runs belong together."""
    bounded: Column = [max(-_MOST, min(_MOST, worth)) for worth in points]
    widths = [run.width for run in runs]
    found: dict[str, Column] = {"first": bounded}
    for step in range(1, _NEAR + 1):
        found[f"first_before{step}"] = [*[-_MOST] * step, *bounded[:-step]][: len(runs)]
        found[f"first_behind{step}"] = [*bounded[step:], *[-_MOST] * step][-len(runs) :]
    found["first_box"] = _means(columns["in_box"], bounded, widths)
    found["first_make"] = _means(columns["in_make"], bounded, widths)
    found.update(_taken(runs, points, widths))
    return found


def _means(groups: Sequence[float], points: Sequence[float], widths: Sequence[int]) -> Column:
    """Return for each run the mean points of the others of its group, by width; its own if it is alone."""
    sums: dict[float, float] = {}
    wide: dict[float, int] = {}
    for group, worth, width in zip(groups, points, widths, strict=True):
        sums[group] = sums.get(group, 0.0) + worth * width
        wide[group] = wide.get(group, 0) + width
    return [
        (sums[group] - worth * width) / (wide[group] - width) if wide[group] > width else float(worth)
        for group, worth, width in zip(groups, points, widths, strict=True)
    ]


def _taken(runs: Sequence[Segment], points: Sequence[float], widths: Sequence[int]) -> dict[str, Column]:
    """Return the place of each run in the text that the first pass took."""
    taken = [width if worth > 0 else 0 for worth, width in zip(points, widths, strict=True)]
    total = sum(taken) or 1
    before: Column = []
    since: Column = []
    so_far, last = 0, -FAR
    for number, amount in enumerate(taken):
        before.append(so_far / total)
        since.append(min(FAR, number - last))
        if amount:
            so_far, last = so_far + amount, number
    until: Column = []
    following = len(taken) + FAR
    for number in range(len(taken) - 1, -1, -1):
        until.append(min(FAR, following - number))
        if taken[number]:
            following = number
    prose = sum(run.prose for run in runs) or 1
    return {
        "taken_before": before,
        "taken_since": since,
        "taken_until": until[::-1],
        "taken_share": [min(2.0, total / prose)] * len(runs),
        "taken_total": [total] * len(runs),
    }
