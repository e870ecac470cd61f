"""Scores of extraction: each field of each page against the gold of the corpus, by set.

A body is scored by 4-gram shingles, or by segments that must and must not be in it; where the gold has both,
the segments are separate fields. Captions and pictures are pooled over all pages of a set; everything else is
averaged over the pages whose gold has it. A page without result scores 0. Sets whose gold is another
extractor's output are named weak, for they show only how alike two extractors are.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench import extract_measures as measure
from tests.bench.extract_measures import bare, line

FIELDS = {
    "precision": "P",
    "recall": "R",
    "title": "title",
    "title_letter": "to the letter",
    "authors": "authors",
    "day": "day",
    "instant": "instant",
    "summary": "standfirst",
    "caption_recall": "caption R",
    "caption_precision": "caption P",
    "image": "image URL",
    "image_name": "by file name",
    "lead_image": "lead image",
    "caption_in_text": "captions in text",
    "first_words": "first words",
    "must": "must",
    "must_not": "must not",
}
"""Fields by name, with their headings in the table."""


_OF_TEXT = frozenset({"text", "must", "must_not", "first_words"})
"""What a gold says about the body."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the corpus and its gold."""

    gold: dict[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the result of an extractor."""

    url: str
    caption: str | None = None
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an extractor; `failed`: it is empty; `text` is None if not requested."""

    text: str | None = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    instant: bool = False
    summary: str | None = None
    images: tuple[Picture, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One comparison; its value is 0 to 1."""

    field: str
    value: float
    gold: Any
    got: Any


@dataclass(slots=True)
class Score:
    """The samples of a set by field, each with its page."""

    samples: dict[str, list[tuple[str, Sample]]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def values(self, name: str) -> list[float]:
        return [sample.value for _, sample in self.samples.get(name, ())]

    def mean(self, name: str) -> float | None:
        """Return the average of a field; None if the gold of the set does not have it."""
        values = self.values(name)
        return sum(values) / len(values) if values else None

    @property
    def f1(self) -> float:
        """Return F1 of the averages of precision and recall, as the article-extraction-benchmark does."""
        precision, recall = self.mean("precision") or 0.0, self.mean("recall") or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def failures(self, name: str) -> Iterator[tuple[str, Sample]]:
        """Return the samples that are not perfect; for figures that should be low, those above 0."""
        perfect = 0.0 if name == "caption_in_text" else 1.0
        return ((page, sample) for page, sample in self.samples.get(name, ()) if sample.value != perfect)


def read_pages(folder: Path, only_set: str = "") -> list[Page]:
    """Return the pages of one gold file that have a stored body; `only_set` chooses one of its sets."""
    return list(stream_pages(folder, only_set))


def stream_pages(folder: Path, only_set: str = "") -> Iterator[Page]:
    """Yield the same pages one by one, so that their bytes are not all in memory."""
    # Not splitlines: it also splits at U+2028, which texts may contain.
    for row in filter(None, (folder / "gold.jsonl").read_text("utf-8").split("\n")):
        gold = _trusted(json.loads(row))
        path = folder / "html" / f"{gold['id']}.html.gz"
        if only_set in ("", gold["set"]) and path.exists():
            yield Page(gold, gzip.decompress(path.read_bytes()))


def _trusted(gold: dict[str, Any]) -> dict[str, Any]:
    """Return the gold without its text if a part of that is not in the page."""
    return {name: gold[name] for name in gold if name not in _OF_TEXT} if gold.get("suspect") else gold


def score(results: Iterable[tuple[dict[str, Any], Result]]) -> dict[str, Score]:
    """Return the scores by set of (gold, result) pairs, each field over the pages whose gold has it."""
    scores: dict[str, Score] = {}
    for gold, result in results:
        one = scores.setdefault(f"{gold['set']} (weak)" if gold.get("weak") else gold["set"], Score())
        if result.failed:
            one.failed.append(f"{gold['id']} {result.failed}")
        for sample in _samples(gold, result):
            one.samples.setdefault(sample.field, []).append((gold["id"], sample))
    return scores


def _samples(gold: dict[str, Any], result: Result) -> Iterator[Sample]:
    if result.text is not None:
        yield from _body(gold, result.text)
    if title := line(gold.get("title")):
        yield Sample("title", bare(title) == bare(result.title), title, result.title)
        yield Sample("title_letter", title == line(result.title), title, result.title)
    if authors := gold.get("authors") or gold.get("author") or gold.get("byline"):
        yield Sample("authors", measure.authors_f1(authors, result.authors), authors, result.authors)
    if summary := _summary(gold):
        yield Sample("summary", summary == line(result.summary), summary, result.summary)
    yield from _dates(gold, result)
    yield from _captions(gold, result)
    yield from _pictures(gold, result)


def _body(gold: dict[str, Any], text: str) -> Iterator[Sample]:
    if gold.get("text"):
        precision, recall = measure.overlap(gold["text"], text)
        yield Sample("precision", precision, gold["text"], text)
        yield Sample("recall", recall, gold["text"], text)
        yield from _present(gold.get("must"), gold.get("must_not"), line(text))
    elif gold.get("must"):
        yield from _segments(gold["must"], gold["must_not"], line(text))
    if gold.get("first_words"):
        start = bare(gold["first_words"])
        yield Sample("first_words", bare(text).startswith(start), gold["first_words"], text[:200])


def _segments(must: list[str], must_not: list[str], text: str) -> Iterator[Sample]:
    """Yield the samples of the trafilatura set: segments that must and must not be in the text."""
    missed = [segment for segment in must if line(segment) not in text]
    wrong = [segment for segment in must_not if line(segment) in text]
    hits = len(must) - len(missed)
    yield Sample("recall", hits / len(must), missed, text[:200])
    yield Sample("precision", hits / (hits + len(wrong)) if hits + len(wrong) else 0.0, "", wrong)


def _present(must: list[str] | None, must_not: list[str] | None, text: str) -> Iterator[Sample]:
    """Yield the shares of segments that are rightly in the text, and rightly not in it."""
    if must:
        missed = [segment for segment in must if line(segment) not in text]
        yield Sample("must", 1 - len(missed) / len(must), missed, text[:200])
    if must_not:
        wrong = [segment for segment in must_not if line(segment) in text]
        yield Sample("must_not", 1 - len(wrong) / len(must_not), "", wrong)


def _summary(gold: dict[str, Any]) -> str:
    summary = gold.get("summary") or ""
    return line(summary if isinstance(summary, str) else " ".join(summary))


def _dates(gold: dict[str, Any], result: Result) -> Iterator[Sample]:
    text = gold.get("published") or gold.get("instant") or gold.get("date") or gold.get("day")
    wanted = measure.moment(text) if isinstance(text, str) else None  # NaN in some lines of the gold
    if wanted is None:
        return
    got = result.published
    yield Sample("day", measure.same_day(wanted, got, instant=result.instant), text, str(got))
    if ":" in text:
        yield Sample("instant", measure.same_instant(wanted, got, instant=result.instant), text, str(got))


def _captions(gold: dict[str, Any], result: Result) -> Iterator[Sample]:
    """Yield a sample for each caption of a page whose gold has pictures, each once.

    A caption in the text is wrong if it has four words and the gold's text does not contain it.
    """
    if not gold.get("images"):
        return
    wanted = _once(image["caption"] for image in gold["images"])
    got = _once(image.caption for image in result.images)
    text = bare(result.text or "")
    for caption in wanted:
        yield Sample("caption_recall", _any_alike(caption, got), caption, got)
        if result.text is not None and "text" in gold and _is_furniture(caption, gold["text"]):
            yield Sample("caption_in_text", bare(caption) in text, caption, "")
    for caption in got:
        yield Sample("caption_precision", _any_alike(caption, wanted), wanted, caption)


def _pictures(gold: dict[str, Any], result: Result) -> Iterator[Sample]:
    got = [image.url for image in result.images]
    places, names = {measure.address(url) for url in got}, {measure.file_name(url) for url in got}
    for url in dict.fromkeys(image["url"] for image in gold.get("images") or ()):
        yield Sample("image", measure.address(url) in places, url, got)
        yield Sample("image_name", measure.file_name(url) in names, url, got)
    if lead := gold.get("lead_image"):
        leads = [image.url for image in result.images if image.lead]
        yield Sample("lead_image", measure.address(lead) in map(measure.address, leads), lead, leads)


def _once(captions: Iterable[str | None]) -> list[str]:
    return list(
        {bare(caption): caption for caption in captions if caption and bare(caption).strip()}.values()
    )


def _is_furniture(caption: str, text: str) -> bool:
    return len(bare(caption).split()) >= measure.SHINGLE and bare(caption) not in bare(text)


def _any_alike(caption: str, others: list[str]) -> bool:
    return any(measure.same_caption(caption, other) for other in others)
