"""The pages from which the model of the body is made: their runs, and which of them are wanted.

Reading 2,100 pages takes minutes, so the runs are kept in `build/` until the code that makes them changes.
"""

import hashlib
import multiprocessing
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import worker
from tests.bench.extract_scores import Page, read_pages
from worker.extract.body import segments_of
from worker.extract.body.second_opinion import opinion_of
from worker.extract.body.segments import Box, Segment
from worker.extract.head import Head, read_head
from worker.extract.images import caption_elements
from worker.extract.metadata import read_metadata
from worker.extract.page_index import index_of
from worker.extract.words import TOKEN
from worker.outcome import Refusal
from worker.text.html import parse_page
from worker.text.site import registrable_domain

FOLDERS = ("extraction", "more", "web")
_CACHE = Path(__file__).parents[2] / "build" / "body_examples.pickle"
_LATER = frozenset(
    (
        "features.py",
        "model.py",
        "blocks.py",
        "second_opinion.py",
        "page_data.py",
        "units.py",
        "second_pass.py",
        "trees.py",
        "explanation.py",
        "footnotes.py",
        "company.py",
    )
)
"""Modules of the body that start from the runs: a change in them leaves the cache valid."""
_DEEP = 20_000  # levels of recursion, since `pickle` follows each run to its outermost box
GRAM = 4
SEGMENT_WEIGHT = 75.0
"""Weight of a run with a segment that must, or must not, be in the text: such gold covers few runs."""
SHORT_PARAGRAPHS = 3
"""Paragraphs after which the article of a shortened page ends; a guess."""
SHORT_WEIGHT = 0.5
"""Weight of a shortened page, since the same page is there in full; a guess."""
SET_WEIGHTS = {"aeb": 3.0, "fundus": 3.0, "fe": 3.0, "fo": 3.0, "tra": 1.5}
"""Weights of pages by set, else 1: the sets of news are small, and news is what the service reads."""


@dataclass(slots=True)
class Example:
    """A page with its runs; `wanted` is True, False, or None if unknown; `opinion` is trafilatura's text."""

    page: Page
    site: str
    runs: list[Segment]
    wanted: list[bool | None]
    weights: list[float]
    head: Head
    title: str | None
    opinion: str


def read_examples(corpus: Path) -> list[Example]:
    """Return all pages of the corpus with a gold text and at least one run."""
    stamp = _stamp(corpus)
    sys.setrecursionlimit(_DEEP)
    if _CACHE.exists():
        with _CACHE.open("rb") as stored:
            if pickle.load(stored) == stamp:
                return list(pickle.load(stored))
    pages = [page for folder in FOLDERS for page in read_pages(corpus / folder)]
    golden = [page for page in pages if page.gold.get("text") or page.gold.get("must")]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        read = pool.imap(example_of, golden, chunksize=8)
        examples = [one for one in read if one]
    _CACHE.parent.mkdir(exist_ok=True)
    with _CACHE.open("wb") as stored:
        pickle.dump(stamp, stored)
        pickle.dump(examples, stored)
    return examples


def is_sound(one: Example) -> bool:
    """Whether the gold of a page was made by people or reviewed, and is on the page."""
    return not (one.page.gold.get("weak") or one.page.gold.get("suspect"))


def example_of(page: Page) -> Example | None:
    """Return the page with the labels of its runs; None if it has no runs."""
    sys.setrecursionlimit(_DEEP)
    tree = parse_page(page.body)
    if isinstance(tree, Refusal):
        return None
    gold = page.gold
    head, index = read_head(tree), index_of(tree)
    title = read_metadata(index, head, gold["url"], None).fields.get("title")
    runs = segments_of(tree, caption_elements(index))
    if not runs:
        return None
    wanted = by_text(runs, gold["text"]) if gold.get("text") else by_segments(runs, gold)
    weights = weights_of(runs, wanted, SET_WEIGHTS.get(gold["set"], 1.0), whole=bool(gold.get("text")))
    site = registrable_domain(urlsplit(gold["url"]).hostname or gold["id"])
    page = Page(gold, b"")  # its bytes would make up most of the cache
    return Example(page, site, runs, wanted, weights, head, title, opinion_of(tree))


def by_text(runs: Sequence[Segment], gold: str) -> list[bool | None]:
    """Return whether most 4-grams of each run, or all of a shorter one as a line, are in the gold.

    Code that is not in it is unknown: golds disagree on whether it is text, and on its spaces.
    """
    tokens = TOKEN.findall(gold)
    grams = {tuple(tokens[at : at + GRAM]) for at in range(len(tokens) - GRAM + 1)}
    lines = {tuple(TOKEN.findall(line)) for line in gold.split("\n")}
    found = [_is_in(TOKEN.findall(run.text), grams, lines) for run in runs]
    return [
        None if run.kind == "preformatted" and not is_in else is_in
        for run, is_in in zip(runs, found, strict=True)
    ]


def _is_in(tokens: list[str], grams: set[tuple[str, ...]], lines: set[tuple[str, ...]]) -> bool:
    own = [tuple(tokens[at : at + GRAM]) for at in range(len(tokens) - GRAM + 1)]
    return sum(gram in grams for gram in own) >= len(own) / 2 if own else tuple(tokens) in lines


def by_segments(runs: Sequence[Segment], gold: dict[str, Any]) -> list[bool | None]:
    """Return whether each run has a segment that must be in the text, or must not; None if both or none."""

    def has(text: str, segments: Sequence[str]) -> bool:
        return any(" ".join(segment.split()) in text for segment in segments)

    found: list[bool | None] = []
    for run in runs:
        text = " ".join(run.text.split())
        must, must_not = has(text, gold["must"]), has(text, gold["must_not"])
        found.append(None if must == must_not else must)
    return found


def weights_of(
    runs: Sequence[Segment], wanted: Sequence[bool | None], of_set: float = 1.0, *, whole: bool
) -> list[float]:
    """Return weights of runs: longer runs weigh more, and long pages less than in proportion to their
    length."""
    sizes = [min(80, len(TOKEN.findall(run.text))) + 3.0 if whole else SEGMENT_WEIGHT for run in runs]
    known = sum(size for size, want in zip(sizes, wanted, strict=True) if want is not None) or 1.0
    return [of_set * size / known**0.6 for size in sizes]


def _stamp(corpus: Path) -> str:
    """Return a digest of the code that makes runs, and of the names of the gold files."""
    package = Path(worker.__file__).parent
    sources = [*package.glob("extract/**/*.py"), *package.glob("text/**/*.py"), Path(__file__)]
    digest = hashlib.sha256(str(corpus).encode())
    for path in sorted(sources):
        if path.parent.name != "body" or path.name not in _LATER:
            digest.update(path.read_bytes())
    for folder in FOLDERS:
        digest.update(str((corpus / folder / "gold.jsonl").stat().st_size).encode())
    return digest.hexdigest()


def shortened(one: Example) -> Example | None:
    """Return the page as if its article ended after three paragraphs; None if it is not much longer.

    Nearly all articles of the corpus are longer than everything around them, those of the web are not.
    """
    paragraphs, kept = 0, []
    for number, (run, want) in enumerate(zip(one.runs, one.wanted, strict=True)):
        if not want or paragraphs < SHORT_PARAGRAPHS:
            kept.append(number)
        paragraphs += bool(want and run.prose)
    if paragraphs < 2 * SHORT_PARAGRAPHS:
        return None
    boxes: dict[Box, Box] = {}
    runs = [replace(one.runs[number], box=_emptied(one.runs[number].box, boxes)) for number in kept]
    for run in runs:
        box: Box | None = run.box
        while box is not None:
            box.prose += run.prose
            box.texts += len(run.text)
            box.linked += run.linked
            box = box.parent
    return replace(
        one,
        runs=runs,
        wanted=[one.wanted[number] for number in kept],
        weights=[SHORT_WEIGHT * one.weights[number] for number in kept],
    )


def _emptied(box: Box, known: dict[Box, Box]) -> Box:
    """Return a copy of a box, and of those around it, without any contents."""
    if box not in known:
        parent = _emptied(box.parent, known) if box.parent is not None else None
        known[box] = replace(box, parent=parent, prose=0, texts=0, linked=0)
    return known[box]
