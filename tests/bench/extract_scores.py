"""How extraction is scored: bodies by 4-gram shingles, fields by comparison with the gold of the corpus."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the corpus and what is known of it."""

    gold: dict[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What an extractor made of a page; `failed` where it gave nothing."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    instant: bool = False
    failed: str = ""


@dataclass(slots=True)
class Score:
    """Sums over pages; `line` is the table's row."""

    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    title: list[float] = field(default_factory=list)
    authors: list[float] = field(default_factory=list)
    day: list[float] = field(default_factory=list)
    instant: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of the two averages, as the article-extraction-benchmark does."""
        precision, recall = mean(self.precision), mean(self.recall)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def line(self) -> str:
        fields = (self.title, self.authors, self.day, self.instant)
        shown = " ".join(f"{mean(values):.3f}" if values else "  -  " for values in fields)
        body = f"{self.f1:.4f} (P {mean(self.precision):.3f} R {mean(self.recall):.3f})"
        return f"{body}  {shown}  {len(self.failed)} refused"


def read_pages(folder: Path) -> list[Page]:
    """The pages of one gold file, those with a stored body."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    files = [(row, folder / "html" / f"{row['id']}.html.gz") for row in rows]
    return [Page(row, gzip.decompress(path.read_bytes())) for row, path in files if path.exists()]


def score(pages: Iterable[Page], results: Iterable[Result]) -> dict[str, Score]:
    """Scores by set, each field over the pages whose gold has it."""
    scores: dict[str, Score] = {}
    for page, result in zip(pages, results, strict=True):
        _add(scores.setdefault(page.gold["set"], Score()), page.gold, result)
    return scores


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def overlap(gold: str, got: str) -> tuple[float, float]:
    """Precision and recall of the 4-gram shingles of `got`."""
    wanted, found = _shingles(gold), _shingles(got)
    common = sum((wanted & found).values())
    return common / (sum(found.values()) or 1), common / (sum(wanted.values()) or 1)


def set_f1(gold: Iterable[str], got: Iterable[str]) -> float:
    wanted, found = ({name.casefold() for name in names} for names in (gold, got))
    return 2 * len(wanted & found) / (len(wanted) + len(found)) if wanted or found else 1.0


def _add(scores: Score, gold: dict[str, Any], result: Result) -> None:
    if result.failed:
        scores.failed.append(f"{gold['id']} {result.failed}")
    if gold.get("text"):
        precision, recall = overlap(gold["text"], result.text)
        scores.precision.append(precision)
        scores.recall.append(recall)
    elif gold.get("must"):
        _add_segments(scores, gold, result)
    if gold.get("title"):
        scores.title.append(_line(gold["title"]) == _line(result.title or ""))
    authors = gold.get("authors") or gold.get("author") or []
    authors = [authors] if isinstance(authors, str) else authors
    if authors:
        scores.authors.append(set_f1(authors, result.authors))
    _add_dates(scores, gold.get("published") or gold.get("instant") or gold.get("date"), result)


def _add_segments(scores: Score, gold: dict[str, Any], result: Result) -> None:
    """The trafilatura set: segments that must and must not be in the text."""
    text = _line(result.text)
    hits = sum(_line(segment) in text for segment in gold["must"])
    wrong = sum(_line(segment) in text for segment in gold["must_not"])
    scores.recall.append(hits / len(gold["must"]))
    scores.precision.append(hits / (hits + wrong) if hits + wrong else 0.0)


def _add_dates(scores: Score, text: str | None, result: Result) -> None:
    if not text:
        return
    try:
        wanted = datetime.fromisoformat(text)
    except ValueError:  # a slip in the gold
        return
    got = result.published
    same_zone = (
        got.astimezone(wanted.tzinfo) if got and wanted.tzinfo and got.tzinfo and result.instant else got
    )
    scores.day.append(bool(got and same_zone) and wanted.date() in (got.date(), same_zone.date()))
    if wanted.tzinfo:
        scores.instant.append(
            bool(got and got.tzinfo and result.instant and abs((got - wanted).total_seconds()) < 1)
        )


def _line(text: str) -> str:
    return " ".join(text.split())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return (
        Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3))) if tokens else Counter()
    )
