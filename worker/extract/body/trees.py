"""Boosted trees in plain Python: each tree gives a run points, and what led there can be read off.

A tree is a number (the points of a leaf), or `[feature, border, worth, below, above]`: a run goes to `below`
if its feature is at most `border`, and `worth` is the mean points of all runs that come there. A feature with
a colon (`marks:side`) is a bit of a set. Points are hundredths of the logarithm of the odds.

Walking lists of numbers takes five times as long as code, so the trees are compiled to one function when they
are first used; its source is made of the table's numbers and nothing else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from math import floor
from typing import Any, TypeAlias

from worker.extract.body.features import FRACTIONS, MASKS, Column
from worker.extract.body.second_pass import FRACTIONS_OF_POINTS

Node: TypeAlias = Any
"""A tree: the points of a leaf, or a list of feature, border, worth and the two trees below."""
_FRACTIONS = FRACTIONS | FRACTIONS_OF_POINTS


@dataclass(frozen=True)
class Trees:
    """Trees whose points are added."""

    trees: tuple[Node, ...]

    def points(self, columns: Mapping[str, Column], chosen: Sequence[bool] | None = None) -> list[int]:
        """Return the points of each run, or only of those that are chosen."""
        judge, names = self._compiled
        used: list[Iterable[float]] = [columns[name] for name in names]
        if chosen is not None:
            used = [compress(column, chosen) for column in used]
        return list(map(judge, *used))

    def shares(self, columns: Mapping[str, Column], number: int) -> dict[str, float]:
        """Return the points that each feature gives to one run: what `points` adds to the mean, split up.

        A feature's share is by how much the worth changes at the splits on it (Saabas' method).
        """
        shares: dict[str, float] = {}
        for node in self.trees:
            while isinstance(node, list):
                name, border, worth, below, above = node
                node = below if _value(columns, name, number) <= border else above
                next_worth = node[2] if isinstance(node, list) else node
                shares[name] = shares.get(name, 0) + next_worth - worth
        return shares

    @cached_property
    def mean(self) -> float:
        """The points of a run of which nothing is known."""
        return float(sum(tree[2] if isinstance(tree, list) else tree for tree in self.trees))

    @cached_property
    def _compiled(self) -> tuple[Callable[..., int], list[str]]:
        """The function that judges a run, and the names of the columns that it takes."""
        names = sorted({name.partition(":")[0] for tree in self.trees for name in _features(tree)})
        at = {name: f"x{number}" for number, name in enumerate(names)}
        lines = [f" points += {_source(tree, at)}" for tree in self.trees]
        head = f"def judge({', '.join(at.values())}):"
        source = "\n".join([head, " points = 0", *lines, " return points"])
        room: dict[str, Any] = {}
        exec(source, {"__builtins__": {}}, room)  # noqa: S102 - numbers of the package's own table
        return room["judge"], names


def _features(tree: Node) -> Iterator[str]:
    if isinstance(tree, list):
        yield tree[0]
        yield from _features(tree[3])
        yield from _features(tree[4])


def _source(tree: Node, at: Mapping[str, str]) -> str:
    """Return a tree as an expression."""
    if not isinstance(tree, list):
        return f"{tree:d}"
    name, border, _, below, above = tree
    mask, _, bit = name.partition(":")
    if bit:
        return f"({_source(above, at)} if {at[mask]} & {_bit(mask, bit):d} else {_source(below, at)})"
    # Comparing numbers of the same type takes half as long as comparing an integer with a float.
    limit = border if name in _FRACTIONS else floor(border)
    return f"({_source(below, at)} if {at[name]} <= {limit!r} else {_source(above, at)})"


def _bit(mask: str, bit: str) -> int:
    return 1 << MASKS[mask].index(bit)


def _value(columns: Mapping[str, Sequence[float]], name: str, number: int) -> float:
    mask, _, bit = name.partition(":")
    value = columns[mask][number]
    return 1 if bit and int(value) & _bit(mask, bit) else 0 if bit else value
