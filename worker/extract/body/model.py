"""The model of the body: what a run gets points for, in two passes; above 0 points it is text.

The first pass judges each run by its features. The second judges it again, by the same features and by what
the first thought of it and of the runs around: a short line between paragraphs is text, the same line between
teasers is not. The trees are in `model.json`; `tests/bench/train_body.py` (make train-body) makes them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from worker.extract.body.features import Column, measure_features
from worker.extract.body.runs import Segment
from worker.extract.body.second_pass import measure_surroundings
from worker.extract.body.trees import Trees
from worker.extract.head import Head

HOPELESS = -400
"""Points of the first pass up to which a run is not judged again: 0.6 % of such runs are text."""


@dataclass(frozen=True, slots=True)
class Model:
    """The trees of both passes."""

    first: Trees
    second: Trees

    def judge(self, runs: Sequence[Segment], columns: dict[str, Column]) -> list[int]:
        """Return the points of each run; adds the columns of the second pass to `columns`."""
        points = self.first.points(columns)
        columns.update(measure_surroundings(runs, columns, points))
        points = [
            HOPELESS if other else worth for worth, other in zip(points, columns["next_article"], strict=True)
        ]
        in_doubt = [worth > HOPELESS for worth in points]
        again = iter(self.second.points(columns, in_doubt))
        return [next(again) if doubt else worth for doubt, worth in zip(in_doubt, points, strict=True)]


@cache
def model() -> Model:
    """Return the model of the package."""
    table = json.loads(files("worker.extract.body").joinpath("model.json").read_text("utf-8"))
    return Model(*(Trees(tuple(table[name])) for name in ("first", "second")))


def points_of(runs: Sequence[Segment], head: Head, title: str | None) -> list[int]:
    """Return the points of each run of a page; above 0 it is more likely text than not."""
    return model().judge(runs, measure_features(runs, head, title))
