"""A fuzzer of extraction: `make fuzz-extract MINUTES=10`.

It mutates the pages of the corpus, or of the tests if there is no corpus. A child process extracts them one
by one. A case is lost when it raises, kills the child, takes more CPU or memory than the limit, or gives an
article that cannot be stored. Case N of a seed is always the same bytes (`--seed S --case N` runs it alone),
and lost cases are saved below `build/fuzz`.
"""

import argparse
import json
import logging
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import psutil

from tests.bench.extract_scores import stream_pages
from tests.bench.mutations import mutated
from tests.corpus import CORPUS
from tests.extract import pages as own
from tests.extract.pages import URL, Item
from worker.extract import Article, extract, from_document, reset_caches, to_document

SECONDS, MEGABYTES = 20.0, 1_000
"""Limits of one page: CPU seconds, and the size of the child process."""
SAVED = Path("build/fuzz")
_FOLDERS = ("extraction", "more")
_POLL = 0.2
_CACHES_EVERY = 500
_REPORT_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Case:
    """The input of one extraction."""

    body: bytes
    content_type: str | None
    entry: Item | None
    done: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """The outcomes of all cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    slowest: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
    largest: float = 0.0

    def lines(self) -> list[str]:
        seconds, number, done = self.slowest
        return [
            f"{self.outcomes.total()} pages",
            *(f"{count:7} {outcome}" for outcome, count in self.outcomes.most_common()),
            f"slowest: {seconds:.1f} s of CPU, case {number}, {', '.join(done)}",
            f"largest: {self.largest:.0f} MB",
            *self.lost,
        ]


class Child:
    """A process that extracts the pages it is sent; restarted after it was lost."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._connection.recv()
        self._seen = psutil.Process(self._process.pid)

    def extract(self, case: Case, seconds: float, megabytes: float) -> tuple[str, float, float]:
        """Return the outcome, its CPU seconds and the size of the child; an outcome of '!…' is a loss."""
        try:
            start = self._cpu()
            self._connection.send(case)
            while not self._connection.poll(_POLL):
                size = self._seen.memory_info().rss / 2**20
                if (spent := self._cpu() - start) > seconds:
                    return f"!over {seconds:.0f} s", spent, size
                if size > megabytes:
                    return f"!over {megabytes:.0f} MB", spent, size
            outcome, spent = self._connection.recv(), self._cpu() - start
            size = self._seen.memory_info().rss / 2**20
            if spent > seconds:
                outcome = f"!over {seconds:.0f} s"
            elif size > megabytes:
                outcome = f"!over {megabytes:.0f} MB"
            return outcome, spent, size
        except (EOFError, OSError, psutil.Error):
            self._process.join(5)
            return f"!died, exit code {self._process.exitcode}", 0.0, 0.0

    def end(self) -> None:
        self._process.kill()
        self._process.join()

    def _cpu(self) -> float:
        times = self._seen.cpu_times()
        return times.user + times.system


def _serve(connection: Connection) -> None:
    logging.disable(logging.CRITICAL)
    connection.send("ready")
    count = 0
    while True:
        try:
            case = connection.recv()
        except EOFError:
            return
        connection.send(_outcome(case))
        if (count := count + 1) % _CACHES_EVERY == 0:
            reset_caches()


def _outcome(case: Case) -> str:
    """Return 'article', the reason of the refusal, or '!' and the exception."""
    try:
        answer = extract(case.body, url=URL, content_type=case.content_type, entry=case.entry)
        if isinstance(answer, Article):
            _check(answer)
            return "article"
        return str(answer.reason)
    except BaseException:  # no exception may leave extraction
        return f"!{traceback.format_exc(limit=-6)}"


def _check(article: Article) -> None:
    """Check what the store relies on: text without NUL that survives a round trip through JSON."""
    document = json.dumps(to_document(article), ensure_ascii=False)
    document.encode()
    assert "\\u0000" not in document.replace("\\\\", ""), "a NUL, which PostgreSQL does not take"
    assert from_document(json.loads(document)) == article, "the document is another article"
    assert all(block.text.strip() for block in article.blocks), "an empty block"


def pages() -> list[bytes]:
    """Return the pages that are mutated."""
    if CORPUS is not None:
        return [page.body for folder in _FOLDERS for page in stream_pages(CORPUS / folder)]
    languages = (own.EN, own.DE, own.RU, own.JA, own.AR, own.HI)
    head = own.json_ld(headline="The bridge", author={"name": "Jo Park"}) + own.meta(og__type="article")
    figure = (
        "<figure><img src='/a.jpg' srcset='/b.jpg 2x'><figcaption>The bridge © Agency</figcaption></figure>"
    )
    return [own.page(own.article_html(text, before=figure), head=head) for text in languages]


def case_of(seed: int, number: int, bodies: Sequence[bytes]) -> Case:
    """Return a case, whose bytes only depend on the seed, its number and the pages."""
    random = Random(f"{seed} {number}")
    body, done = mutated(random, bodies)
    content_type = random.choice(
        (None, None, "text/html", "text/html; charset=utf-8", "text/html; charset=x")
    )
    entry = Item(content=body[:5000].decode("utf-8", "replace")) if random.random() < 0.1 else None
    return Case(body, content_type, entry, done)


def fuzz(
    seed: int, numbers: Sequence[int], seconds: float, *, limits: tuple[float, float] = (SECONDS, MEGABYTES)
) -> Tally:
    """Run these cases for at most `seconds`."""
    bodies, tally, child = pages(), Tally(), Child()
    start = reported = time.monotonic()
    try:
        for number in numbers:
            if time.monotonic() - start > seconds:
                break
            case = case_of(seed, number, bodies)
            outcome, spent, size = child.extract(case, *limits)
            _count(tally, (seed, number), case, (outcome, spent, size))
            if outcome.startswith(("!over", "!died")):
                child.end()
                child = Child()
            if time.monotonic() - reported > _REPORT_EVERY:
                reported = time.monotonic()
                print(f"{tally.outcomes.total()} pages, {len(tally.lost)} lost", flush=True)
    finally:
        child.end()
    return tally


def _count(tally: Tally, name: tuple[int, int], case: Case, result: tuple[str, float, float]) -> None:
    outcome, spent, size = result
    tally.outcomes[outcome.partition("\n")[0] if outcome[0] != "!" else "lost"] += 1
    tally.slowest = max(tally.slowest, (spent, name[1], case.done))
    tally.largest = max(tally.largest, size)
    if outcome.startswith("!"):
        SAVED.mkdir(parents=True, exist_ok=True)
        place = SAVED / f"{name[0]}-{name[1]}.html"
        place.write_bytes(case.body)
        tally.lost.append(f"case {name[1]}, {', '.join(case.done)}, saved as {place}: {outcome[1:]}")
        print(tally.lost[-1], flush=True)


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=None, help="default: from the clock; it is printed")
    options.add_argument("--case", type=int, default=None, help="run only this case")
    chosen = options.parse_args(arguments)
    seed = int(time.time()) if chosen.seed is None else chosen.seed
    print(f"seed {seed}, {'the corpus' if CORPUS else 'pages of the tests'}", flush=True)
    numbers = range(10**9) if chosen.case is None else [chosen.case]
    tally = fuzz(seed, numbers, chosen.minutes * 60)
    print(*tally.lines(), sep="\n")
    return 1 if tally.lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
