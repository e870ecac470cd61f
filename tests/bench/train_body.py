"""Train the scorecard of the body on the pages of the corpus: `make train-body [ARGS=--write]`.

Boosted stumps over the features of `worker.extract.body.features`: each split looks at one feature alone, so
their sum is a table of points for each feature. Without `--write` it only measures how well tables made from
four fifths of the sites do on the rest.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.bench.extract_scores import Page, Result, read_pages, score
from tests.corpus import CORPUS
from worker.extract.body import blocks_of, segments_of
from worker.extract.body import scorecard as shipped
from worker.extract.body.features import MASKS, measure_features
from worker.extract.body.scorecard import Scorecard
from worker.extract.body.second_opinion import is_doubtful, with_second_opinion
from worker.extract.head import Head, read_head
from worker.extract.images import caption_elements
from worker.extract.metadata import read_metadata
from worker.extract.page_index import index_of
from worker.extract.words import TOKEN
from worker.outcome import Refusal
from worker.text.html import parse_page

TABLE = Path(shipped.__file__).with_name("scorecard.json")
FOLDS = 5
ROUNDS = 450
GRAM = 4
RECALL = 30
"""Points added to all runs, since a lost paragraph costs more than an extra line."""
SEGMENT_WEIGHT = 75.0
"""Weight of a run with a segment that must, or must not, be in the text: such gold covers few runs."""
STUMPS = {
    "objective": "binary",
    "num_leaves": 2,
    "learning_rate": 0.15,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbose": -1,
    "num_threads": 2,
    "deterministic": True,
}


@dataclass(slots=True)
class Example:
    """A page with its runs: `table` has a row for each run; `wanted` is True, False or None if unknown."""

    page: Page
    site: str
    runs: list[Any]
    columns: dict[str, list[float]]
    table: Any
    wanted: list[bool | None]
    weights: list[float]
    head: Head
    title: str | None


def example(page: Page) -> Example | None:
    """Return the page with the features and labels of its runs; None if it has no runs."""
    import numpy

    tree = parse_page(page.body)
    if isinstance(tree, Refusal):
        return None
    head, index = read_head(tree), index_of(tree)
    title = read_metadata(index, head, page.gold["url"], None).fields.get("title")
    runs = segments_of(tree, caption_elements(index))
    if not runs:
        return None
    columns = measure_features(runs, head, title)
    rows = [columns[name] for name in columns if name not in MASKS]
    for mask, bits in MASKS.items():
        rows += [[int(value) >> number & 1 for value in columns[mask]] for number in range(len(bits))]
    wanted = _by_text(runs, page.gold["text"]) if page.gold.get("text") else _by_segments(runs, page.gold)
    site = ".".join((urlsplit(page.gold["url"]).hostname or page.gold["id"]).split(".")[-2:])
    weights = _weights(runs, wanted, whole=bool(page.gold.get("text")))
    return Example(
        page, site, runs, columns, numpy.array(rows, numpy.float32).T, wanted, weights, head, title
    )


def _by_text(runs: Sequence[Any], gold: str) -> list[bool | None]:
    tokens = TOKEN.findall(gold)
    grams = {tuple(tokens[at : at + GRAM]) for at in range(len(tokens) - GRAM + 1)}
    lines = {tuple(TOKEN.findall(line)) for line in gold.split("\n")}
    return [_is_in(TOKEN.findall(run.text), grams, lines) for run in runs]


def _is_in(tokens: list[str], grams: set[tuple[str, ...]], lines: set[tuple[str, ...]]) -> bool:
    own = [tuple(tokens[at : at + GRAM]) for at in range(len(tokens) - GRAM + 1)]
    return sum(gram in grams for gram in own) >= len(own) / 2 if own else tuple(tokens) in lines


def _by_segments(runs: Sequence[Any], gold: dict[str, Any]) -> list[bool | None]:
    def has(text: str, segments: Sequence[str]) -> bool:
        return any(" ".join(segment.split()) in text for segment in segments)

    found: list[bool | None] = []
    for run in runs:
        text = " ".join(run.text.split())
        must, must_not = has(text, gold["must"]), has(text, gold["must_not"])
        found.append(None if must == must_not else must)
    return found


def _weights(runs: Sequence[Any], wanted: Sequence[bool | None], *, whole: bool) -> list[float]:
    """Return weights of runs: longer runs weigh more, and long pages less than in proportion to their
    length."""
    sizes = [min(80, len(TOKEN.findall(run.text))) + 3.0 if whole else SEGMENT_WEIGHT for run in runs]
    known = sum(size for size, want in zip(sizes, wanted, strict=True) if want is not None) or 1.0
    return [size / known**0.6 for size in sizes]


def train(examples: Sequence[Example], seed: int) -> Scorecard:
    """Return the scorecard that boosted stumps make of these pages."""
    import lightgbm
    import numpy

    known = [[want is not None for want in one.wanted] for one in examples]
    table = numpy.concatenate([one.table[keep] for one, keep in zip(examples, known, strict=True)])
    wanted = numpy.concatenate(
        [numpy.array([bool(w) for w in one.wanted])[keep] for one, keep in zip(examples, known, strict=True)]
    )
    weights = numpy.concatenate(
        [numpy.array(one.weights)[keep] for one, keep in zip(examples, known, strict=True)]
    )
    data = lightgbm.Dataset(table, wanted, weight=weights / weights.mean(), feature_name=_safe(examples[0]))
    return _as_scorecard(lightgbm.train({**STUMPS, "seed": seed}, data, ROUNDS), _labels(examples[0]))


def _labels(one: Example) -> list[str]:
    numbers = [name for name in one.columns if name not in MASKS]
    return [*numbers, *(f"{mask}:{bit}" for mask, bits in MASKS.items() for bit in bits)]


def _safe(one: Example) -> list[str]:
    return [re.sub(r"\W", "_", label) for label in _labels(one)]


def _as_scorecard(model: Any, labels: list[str]) -> Scorecard:
    splits: dict[str, list[tuple[float, float, float]]] = {}
    start = 0.0
    for tree in model.dump_model()["tree_info"]:
        node = tree["tree_structure"]
        if "split_feature" not in node:
            start += node["leaf_value"]
            continue
        left, right = node["left_child"]["leaf_value"], node["right_child"]["leaf_value"]
        splits.setdefault(labels[node["split_feature"]], []).append((node["threshold"], left, right))
    numbers: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {}
    bits: dict[str, dict[int, int]] = {mask: {} for mask in MASKS}
    for label, found in splits.items():
        mask, _, bit = label.partition(":")
        if bit:
            worth = sum(right - left for _, left, right in found)
            start += sum(left for _, left, _ in found)
            if round(100 * worth):
                bits[mask][1 << MASKS[mask].index(bit)] = round(100 * worth)
        else:
            at = sorted({round(threshold, 4) for threshold, _, _ in found})
            stretches = [
                sum(
                    left if border <= threshold + 1e-9 else right
                    for threshold, left, right in [(round(t, 4), lo, hi) for t, lo, hi in found]
                )
                for border in at
            ]
            last = sum(right for _, _, right in found)
            numbers[label] = (tuple(at), tuple(round(100 * worth) for worth in [*stretches, last]))
    return Scorecard(round(100 * start) + RECALL, numbers, bits)


def evaluate(examples: Sequence[Example], cards: Sequence[Scorecard]) -> dict[str, Any]:
    """Return the score of the bodies that extraction chooses, each by its card and with the second
    opinion."""
    results = []
    for one, card in zip(examples, cards, strict=True):
        points = card.points(one.columns, len(one.runs))
        tree = parse_page(one.page.body)
        if is_doubtful(one.runs, points) and not isinstance(tree, Refusal):
            points = with_second_opinion(tree, one.runs, points)
        blocks = blocks_of(one.runs, points, one.title, lambda link: link)
        results.append(Result("\n\n".join(block.text for block in blocks)))
    return score((one.page.gold, result) for one, result in zip(examples, results, strict=True))


def held_out(examples: Sequence[Example], seed: int) -> list[Scorecard]:
    """Return for each page the scorecard trained on the other sites."""
    sites = sorted({one.site for one in examples})
    random.Random(seed).shuffle(sites)
    fold = {site: number % FOLDS for number, site in enumerate(sites)}
    cards = [train([one for one in examples if fold[one.site] != number], seed) for number in range(FOLDS)]
    return [cards[fold[one.site]] for one in examples]


def write(card: Scorecard, path: Path) -> None:
    lines = [f' "start": {card.start},', ' "numbers": {']
    numbers = [
        f'  "{name}": {json.dumps({"at": list(at), "points": list(points)})}'
        for name, (at, points) in sorted(card.numbers.items())
    ]
    lines += [",\n".join(numbers), " },", ' "bits": {']
    masks = []
    for mask, bits in card.bits.items():
        worths = {MASKS[mask][bit.bit_length() - 1]: worth for bit, worth in sorted(bits.items())}
        masks.append(f'  "{mask}": {json.dumps(worths)}')
    path.write_text("\n".join(["{", *lines, ",\n".join(masks), " }", "}", ""]), "utf-8")


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write the table made from all pages")
    options.add_argument("--seed", type=int, default=5)
    chosen = options.parse_args(arguments)
    if CORPUS is None:
        print("there is no corpus next to the checkout: nothing to learn from")
        return 0
    pages = [page for folder in ("extraction", "more") for page in read_pages(CORPUS / folder)]
    golden = [page for page in pages if page.gold.get("text") or page.gold.get("must")]
    examples = [one for page in golden if (one := example(page))]
    if chosen.write:
        card = train(examples, chosen.seed)
        write(card, TABLE)
        print("on the pages it was made from:")
        cards = [card] * len(examples)
    else:
        print("on sites it was not made from:")
        cards = held_out(examples, chosen.seed)
    for name, found in evaluate(examples, cards).items():
        print(f"{name}: {found.f1:.4f} (P {found.mean('precision'):.3f} R {found.mean('recall'):.3f})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
