"""Extraction side by side in one run: `python -m tests.bench.bench_extract [--peers] [--limit N]`.

CPU time is measured in this process, one extractor after the other over the same pages; peak memory in a
child of its own for each extractor.
"""

import argparse
import logging
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from tests.bench.extract_scores import Page, Result, Score, read_pages, score
from tests.corpus import CORPUS
from worker.extract import extract
from worker.outcome import Refusal

Extractor = Callable[[Page], Result]
SETS = ("extraction", "more")
_WARM_UP = 20


def wiredesk(page: Page) -> Result:
    article = extract(page.body, url=page.gold["url"])
    if isinstance(article, Refusal):
        return Result(failed=f"{article.reason} {article.detail}")
    instant = article.published_precision == "instant"
    return Result(article.text, article.title, article.authors, article.published, instant)


def _trafilatura(page: Page, *, fast: bool) -> Result:
    document = bare_extraction(page.body, url=page.gold["url"], with_metadata=True, fast=fast)
    if document is None:
        return Result(failed="nothing")
    authors = tuple((document.author or "").split("; ")) if document.author else ()
    published = datetime.fromisoformat(document.date) if document.date else None
    return Result(document.text or "", document.title, authors, published)


EXTRACTORS: dict[str, Extractor] = {
    "wiredesk": wiredesk,
    "trafilatura": lambda page: _trafilatura(page, fast=False),
    "trafilatura fast": lambda page: _trafilatura(page, fast=True),
}


def run(pages: list[Page], extractor: Extractor) -> tuple[dict[str, Score], float]:
    """Scores by set, and CPU milliseconds per page."""
    for page in pages[:_WARM_UP]:
        extractor(page)
    reset_caches()
    start = time.process_time()
    results = [extractor(page) for page in pages]
    spent = time.process_time() - start
    return score(pages, results), spent / max(1, len(pages)) * 1000


def peak_megabytes(folder: Path, name: str) -> float:
    """Peak memory of a child that runs one extractor over all pages of a folder."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (folder, name))


def _peak(folder: Path, name: str) -> float:
    logging.disable(logging.CRITICAL)
    for page in read_pages(folder):
        EXTRACTORS[name](page)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--limit", type=int, default=None, help="pages of each set")
    options.add_argument("--memory", action="store_true", help="also measure peak memory")
    options.add_argument("--only", default="", help="one extractor")
    options.add_argument("--refused", action="store_true", help="list the pages without result")
    chosen = options.parse_args(arguments)
    if CORPUS is None:
        print("no corpus beside the checkout: nothing to measure")
        return 0
    for folder in SETS:
        pages = read_pages(CORPUS / folder)[: chosen.limit]
        print(f"{folder}: {len(pages)} pages\n{'':28}body F1                  title author day  instant")
        for name, extractor in EXTRACTORS.items():
            if chosen.only in ("", name):
                _report(folder, name, *run(pages, extractor), chosen)
    return 0


def _report(
    folder: str, name: str, scores: dict[str, Score], spent: float, chosen: argparse.Namespace
) -> None:
    memory = f", peak {peak_megabytes(CORPUS / folder, name):.0f} MB" if chosen.memory and CORPUS else ""
    print(f"{name}: {spent:.1f} ms a page{memory}")
    for label, one in scores.items():
        print(f"  {label:24}{one.line}")
        if chosen.refused:
            print(*(f"      {failure}" for failure in one.failed), sep="\n")


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.exit(main(sys.argv[1:]))
