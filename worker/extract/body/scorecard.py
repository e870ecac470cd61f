"""The model of the body: each feature of a run of text gives it points, and enough points make it text.

The points are in `scorecard.json`, in hundredths: for a number, `at` are the borders and `points` what each
stretch between them is worth; for a set of bits, what each bit is worth. Because points only add up, `shares`
tells why a run was taken or left. `tests/bench/train_body.py` makes the table.
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
    """`numbers`: borders and points by feature; `bits`: the points of each bit; `start`: what all have."""

    start: int
    numbers: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]]
    bits: Mapping[str, Mapping[int, int]]

    def points(self, columns: Mapping[str, Column], count: int) -> list[int]:
        """The points of each of `count` runs: above 0 it is more likely text than not."""
        shares = self.shares(columns).values()
        return [sum(each) for each in zip([self.start] * count, *shares, strict=True)]

    def shares(self, columns: Mapping[str, Column]) -> dict[str, Sequence[int]]:
        """What each feature gives to each run."""
        found: dict[str, Sequence[int]] = {}
        for name, (at, points) in self.numbers.items():
            found[name] = [points[bisect_left(at, value)] for value in columns[name]]
        for name, bits in self.bits.items():
            known = {mask: _worth(bits, int(mask)) for mask in set(columns[name])}
            found[name] = [known[mask] for mask in columns[name]]
        return found


def _worth(bits: Mapping[int, int], mask: int) -> int:
    """The points of the bits that are set, which are few of all."""
    worth = 0
    while mask:
        lowest = mask & -mask
        worth += bits.get(lowest, 0)
        mask ^= lowest
    return worth


@cache
def scorecard() -> Scorecard:
    """The table that comes with the package."""
    table = json.loads(files("worker.extract.body").joinpath("scorecard.json").read_text("utf-8"))
    numbers = {name: (tuple(one["at"]), tuple(one["points"])) for name, one in table["numbers"].items()}
    bits = {
        mask: {1 << MASKS[mask].index(bit): worth for bit, worth in worths.items()}
        for mask, worths in table["bits"].items()
    }
    return Scorecard(table["start"], numbers, bits)
