"""The model of the body: each feature of a run of text gives it points, and above 0 points it is text.

The points are in `scorecard.json`, in hundredths. For a number, `at` are the borders of its ranges and
`points` the worth of each range; for a set of bits, the worth of each bit. Points only add up, so `shares`
explains why a run was taken or left. `tests/bench/train_body.py` (make train-body) makes the table.
"""

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from worker.extract.body.features import MASKS, Column


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The points of a run: `start` for all, `numbers` by feature and range, `bits` by feature and bit."""

    start: int
    numbers: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]]
    bits: Mapping[str, Mapping[int, int]]

    def points(self, columns: Mapping[str, Column], count: int) -> list[int]:
        """Return the points of each of `count` runs; above 0 a run is more likely text than not."""
        shares = self.shares(columns).values()
        return [sum(each) for each in zip([self.start] * count, *shares, strict=True)]

    def shares(self, columns: Mapping[str, Column]) -> dict[str, Sequence[int]]:
        """Return the points that each feature gives to each run."""
        found: dict[str, Sequence[int]] = {}
        for name, (at, points) in self.numbers.items():
            found[name] = [points[bisect_left(at, value)] for value in columns[name]]
        for name, bits in self.bits.items():
            known = {mask: _worth(bits, int(mask)) for mask in set(columns[name])}
            found[name] = [known[mask] for mask in columns[name]]
        return found


def _worth(bits: Mapping[int, int], mask: int) -> int:
    """Return the points of the bits that are set; only these are visited, since few of all are."""
    worth = 0
    while mask:
        lowest = mask & -mask
        worth += bits.get(lowest, 0)
        mask ^= lowest
    return worth


@cache
def scorecard() -> Scorecard:
    """Return the scorecard of the package."""
    table = json.loads(files("worker.extract.body").joinpath("scorecard.json").read_text("utf-8"))
    numbers = {name: (tuple(one["at"]), tuple(one["points"])) for name, one in table["numbers"].items()}
    bits = {
        mask: {1 << MASKS[mask].index(bit): worth for bit, worth in worths.items()}
        for mask, worths in table["bits"].items()
    }
    return Scorecard(table["start"], numbers, bits)
