"""Train the model of the body on the pages of the corpus: `make train-body [ARGS=--write]`.

Without `--write` it measures how well models made from four fifths of the sites do on the rest: each page is
judged by trees that were not trained on its site (its registered domain). The second pass is trained on what
the first thought of pages of sites that it had not seen, since that is what it will see.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.body_drawn import drawn_examples
from tests.bench.body_examples import Example, is_sound, read_examples, shortened
from tests.bench.body_trees import Fitting, labels_of, table_of
from tests.bench.extract_scores import Result, Score, score
from tests.corpus import CORPUS
from worker.extract.body import blocks_of
from worker.extract.body import model as shipped
from worker.extract.body.company import judged_together
from worker.extract.body.features import Column, measure_features
from worker.extract.body.model import HOPELESS, Model, model
from worker.extract.body.second_opinion import is_doubtful, with_second_opinion
from worker.extract.body.second_pass import measure_surroundings
from worker.extract.body.trees import Trees

TABLE = Path(shipped.__file__).with_name("model.json")
FOLDS = 5
PRUDENCE = -20
"""Points added in the second pass: if both are as likely, an extra line is worse than a lost one; a guess."""
FIRST = {"num_leaves": 8, "learning_rate": 0.2, "rounds": 60}
SECOND = {"num_leaves": 16, "learning_rate": 0.1, "rounds": 120}
"""Shapes of both passes: leaves of a tree, and number of trees. Of a dozen others that were tried on one or
two divisions of the sites none was clearly better; another division changes the figures by .003 to .005."""


class Training:
    """The runs of all pages in one table, with the models trained on them.

    A site's weight is the square root of its number of pages: they have one layout.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        import numpy

        self.examples = examples
        self.columns = [measure_features(one.runs, one.head, one.title) for one in examples]
        self._tables = [table_of(columns) for columns in self.columns]
        self._wanted = numpy.array([bool(want) for one in examples for want in one.wanted], numpy.float32)
        known = [want is not None and is_sound(one) for one in examples for want in one.wanted]
        self._known = numpy.array(known)
        pages = Counter(one.site for one in examples)
        weights = numpy.array([weight / pages[one.site] ** 0.5 for one in examples for weight in one.weights])
        self._weights = weights / weights[self._known].mean()
        self._page = numpy.repeat(numpy.arange(len(examples)), [len(one.runs) for one in examples])
        self._first = self._fitting(self._tables, labels_of(self.columns[0]), FIRST)

    def _fitting(self, tables: Sequence[Any], labels: Sequence[str], shape: dict[str, Any]) -> Fitting:
        import numpy

        return Fitting(numpy.concatenate(tables), self._wanted, self._weights, labels, **shape)

    def out_of_fold(self, seed: int) -> tuple[list[list[int]], "Second"]:
        """Return the points of all runs by models that have not seen their sites, and the second's data."""
        fold = self._folds(seed)
        first = self._points(self._first, self._tables, self._known, fold, seed)
        second = self._second(first)
        judged = self._points(second.fitting, second.tables, second.known, fold, seed)
        points = [
            [again + PRUDENCE if alone > HOPELESS else alone for alone, again in zip(*page, strict=True)]
            for page in zip(first, judged, strict=True)
        ]
        return points, second

    def final(self, second: "Second", seed: int) -> Model:
        """Return the model trained on all pages."""
        import numpy

        first = self._first.trees(self._first.booster(numpy.flatnonzero(self._known), seed))
        again = second.fitting.trees(second.fitting.booster(numpy.flatnonzero(second.known), seed))
        return Model(first, Trees((*again.trees, PRUDENCE)))

    def _folds(self, seed: int) -> Any:
        """Return the fold of each run: all pages of a site are in one."""
        import numpy

        sites = sorted({one.site for one in self.examples})
        random.Random(seed).shuffle(sites)
        of_site = {site: number % FOLDS for number, site in enumerate(sites)}
        return numpy.array([of_site[one.site] for one in self.examples])[self._page]

    def _points(
        self, fitting: Fitting, tables: Sequence[Any], known: Any, fold: Any, seed: int
    ) -> list[list[int]]:
        """Return the points of all runs, each by the model of the folds that it is not in."""
        import numpy

        table = numpy.concatenate(tables)
        points = numpy.zeros(len(table))
        for number in range(FOLDS):
            booster = fitting.booster(numpy.flatnonzero(known & (fold != number)), seed)
            rows = numpy.flatnonzero(fold == number)
            points[rows] = booster.predict(table[rows], raw_score=True, num_threads=1)
        ends = numpy.cumsum([len(one.runs) for one in self.examples])[:-1]
        return [[round(100 * worth) for worth in page] for page in numpy.split(points, ends)]

    def _second(self, first: Sequence[Sequence[int]]) -> "Second":
        import numpy

        tables, labels = [], labels_of(self.columns[0])
        around: dict[str, Column] = {}
        for one, columns, table, points in zip(self.examples, self.columns, self._tables, first, strict=True):
            around = measure_surroundings(one.runs, columns, points)
            tables.append(numpy.concatenate([table, table_of(around)], axis=1))
        known = self._known & (numpy.concatenate(first) > HOPELESS)
        return Second(self._fitting(tables, [*labels, *labels_of(around)], SECOND), tables, known)


@dataclass(frozen=True, slots=True)
class Second:
    """The data of the second pass; `known` are the runs that it is trained on."""

    fitting: Fitting
    tables: list[Any]
    known: Any


def evaluate(
    examples: Sequence[Example], points: Sequence[Sequence[int]], *, opinion: bool
) -> dict[str, Score]:
    """Return the scores of the bodies that these points choose; `opinion`: with trafilatura's."""

    def results() -> Iterator[tuple[dict[str, Any], Result]]:
        for one, worths in zip(examples, points, strict=True):
            if opinion and is_doubtful(one.runs, worths):
                worths = with_second_opinion(one.opinion, one.runs, worths)
            worths = judged_together(one.runs, worths)
            blocks = blocks_of(one.runs, worths, one.title, lambda link: link)
            gold = {name: one.page.gold[name] for name in _OF_BODY if name in one.page.gold}
            yield gold, Result("\n\n".join(block.text for block in blocks))

    return score(results())


_OF_BODY = ("id", "set", "weak", "text", "must", "must_not")
"""What `score` needs of the gold for the body alone."""


def write(made: Model, path: Path) -> None:
    """Write a model with a line for each tree."""
    passes = [_written(name, trees) for name, trees in (("first", made.first), ("second", made.second))]
    path.write_text("\n".join(["{", ",\n".join(passes), "}", ""]), "utf-8")


def _written(name: str, trees: Trees) -> str:
    lines = ",\n".join(f"  {json.dumps(tree, separators=(',', ':'))}" for tree in trees.trees)
    return f' "{name}": [\n{lines}\n ]'


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write the model made from all pages")
    options.add_argument("--seed", type=int, default=1, help="the first way in which sites are divided")
    options.add_argument("--seeds", type=int, default=1, help="number of ways in which sites are divided")
    options.add_argument("--shipped", action="store_true", help="score the packaged model on its own pages")
    chosen = options.parse_args(arguments)
    if CORPUS is None:
        print("there is no corpus next to the checkout: nothing to learn from")
        return 0
    examples = read_examples(CORPUS)
    if chosen.shipped:
        judged = [
            model().judge(one.runs, measure_features(one.runs, one.head, one.title)) for one in examples
        ]
        _show("packaged model, on pages it was made from", evaluate(examples, judged, opinion=False))
        return 0
    training = Training([*examples, *filter(None, map(shortened, examples)), *drawn_examples(examples)])
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        points, second = training.out_of_fold(seed)
        points = points[: len(examples)]
        if chosen.write and seed == chosen.seed:
            write(training.final(second, seed), TABLE)
        for opinion in (False, True):
            said = "with" if opinion else "without"
            _show(
                f"unseen sites, seed {seed}, {said} second opinion",
                evaluate(examples, points, opinion=opinion),
            )
        asked = sum(is_doubtful(one.runs, worths) for one, worths in zip(examples, points, strict=True))
        print(f"second opinion asked on {asked / len(examples):.1%} of pages", flush=True)
    return 0


def _show(heading: str, scores: dict[str, Score]) -> None:
    print(f"{heading}:")
    for name, found in scores.items():
        precision, recall = found.mean("precision"), found.mean("recall")
        pages = len(found.values("recall"))
        print(f"  {name:12} {found.f1:.4f} (P {precision:.3f} R {recall:.3f}, {pages} pages)")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
