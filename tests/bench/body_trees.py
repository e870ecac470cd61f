"""Boosted trees by lightgbm, and the same trees as the numbers that Wiredesk evaluates itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.extract.body.features import GROUPS, MASKS, Column
from worker.extract.body.trees import Node, Trees

COMMON = {
    "objective": "binary",
    "feature_fraction": 0.3,
    "min_data_in_leaf": 100,
    "lambda_l2": 20,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 63,
    "verbose": -1,
    "deterministic": True,
    "num_threads": 1,
}
"""Parameters of both passes. One thread: on busy cores several wait for each other most of the time."""


def labels_of(columns: Mapping[str, Column]) -> list[str]:
    """Return the names of the features: numbers first, then the bits of sets."""
    numbers = [name for name in columns if name not in MASKS and name not in GROUPS]
    return [*numbers, *(f"{mask}:{bit}" for mask in MASKS if mask in columns for bit in MASKS[mask])]


def table_of(columns: Mapping[str, Column]) -> Any:
    """Return the columns as an array with a row for each run, in the order of `labels_of`."""
    import numpy

    rows = [columns[name] for name in columns if name not in MASKS and name not in GROUPS]
    for mask in MASKS:
        if mask in columns:
            sets = numpy.array(columns[mask], numpy.int64)
            rows += [sets >> number & 1 for number in range(len(MASKS[mask]))]
    return numpy.array(rows, numpy.float32).T


class Fitting:
    """Training data from which models are fitted, each on some of the rows."""

    def __init__(
        self,
        table: Any,
        wanted: Any,
        weights: Any,
        labels: Sequence[str],
        **shape: Any,
    ) -> None:
        import lightgbm

        self._rounds = shape.pop("rounds")
        self._parameters = {**COMMON, **shape}
        self._labels = list(labels)
        self._data = lightgbm.Dataset(
            table, wanted, weight=weights, params=self._parameters, free_raw_data=False
        ).construct()

    def booster(self, rows: Any, seed: int) -> Any:
        """Return the model of lightgbm for these rows."""
        import lightgbm

        return lightgbm.train({**self._parameters, "seed": seed}, self._data.subset(rows), self._rounds)

    def trees(self, booster: Any) -> Trees:
        """Return a model as the numbers that Wiredesk evaluates."""
        dumped = booster.dump_model()["tree_info"]
        return Trees(tuple(node_of(tree["tree_structure"], self._labels) for tree in dumped))


def node_of(node: Mapping[str, Any], labels: Sequence[str]) -> Node:
    """Return a tree as lightgbm dumps it in the form of `worker.extract.body.trees`."""
    if "split_feature" not in node:
        return round(100 * node["leaf_value"])
    return [
        labels[node["split_feature"]],
        _border(node["threshold"]),
        round(100 * node["internal_value"]),
        node_of(node["left_child"], labels),
        node_of(node["right_child"], labels),
    ]


def _border(threshold: float) -> float:
    """Return a border with five digits: borders lie between the values that were seen."""
    return float(f"{threshold:.5g}")
