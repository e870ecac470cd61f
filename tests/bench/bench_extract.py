"""Extraction side by side in one run: `python -m tests.bench.bench_extract --help`.

CPU time is measured in this process, one extractor after the other over the same pages; peak memory in a
child of its own for each extractor. The tables are Markdown.
"""

import argparse
import logging
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench.extract_peers import EXTRACTORS, metadata_alone, reset_caches
from tests.bench.extract_scores import FIELDS, Page, Result, Score, read_pages, score
from tests.corpus import CORPUS

Extractor = Callable[[Page], Result]
SETS = {"extraction": ("aeb", "fundus"), "more": ("tra", "pl", "rd")}
"""The folders of the corpus and the sets in each."""
_WARM_UP = 20


def run(pages: list[Page], extractor: Extractor) -> tuple[dict[str, Score], float]:
    """Scores by set, and CPU milliseconds per page."""
    for page in pages[:_WARM_UP]:
        extractor(page)
    reset_caches()
    start = time.process_time()
    results = [extractor(page) for page in pages]
    spent = time.process_time() - start
    return score(pages, results), spent / max(1, len(pages)) * 1000


def peak_megabytes(folders: Iterable[Path], name: str) -> float:
    """Peak memory of a child that runs one extractor over all pages of these folders."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (list(folders), name))


def _peak(folders: list[Path], name: str) -> float:
    logging.disable(logging.CRITICAL)
    for folder in folders:
        for page in read_pages(folder):
            EXTRACTORS[name](page)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def corpus_pages(corpus: Path, only_set: str, limit: int | None) -> list[Page]:
    """The pages of all sets, or of one; `limit` is for each set."""
    pages = []
    for folder, names in SETS.items():
        wanted = [name for name in names if only_set in ("", name)]
        found = read_pages(corpus / folder) if wanted else []
        pages += [page for name in wanted for page in [p for p in found if p.gold["set"] == name][:limit]]
    return pages


def row(name: str, label: str, one: Score) -> str:
    """A line of the table; '–' where the gold of the set does not have the field."""
    means = [one.mean(field) for field in FIELDS]
    body = f"{one.f1:.4f}" if one.mean("recall") is not None else "–"
    shown = ["–" if value is None else f"{value:.3f}" for value in means]
    return f"| {' | '.join([label, name, body, *shown, str(len(one.failed))])} |"


def main(arguments: list[str]) -> int:
    chosen = _options().parse_args(arguments)
    if CORPUS is None:
        print("no corpus beside the checkout: nothing to measure")
        return 0
    pages = corpus_pages(CORPUS, chosen.set, chosen.limit)
    extractors = {"wiredesk fields": metadata_alone} if chosen.fields else EXTRACTORS
    wanted = {name: one for name, one in extractors.items() if chosen.only in ("", name)}
    scores, costs = {}, {}
    for name, extractor in wanted.items():
        scores[name], costs[name] = run(pages, extractor)
    _print_scores(scores)
    print("\n| extractor | ms a page | peak MB |\n|---|---|---|")
    for name, cost in costs.items():
        folders = [CORPUS / folder for folder in SETS]
        peak = f"{peak_megabytes(folders, name):.0f}" if chosen.memory else "–"
        print(f"| {name} | {cost:.1f} | {peak} |")
    for name, by_set in scores.items():
        _print_failures(name, by_set, chosen)
    return 0


def _print_scores(scores: dict[str, dict[str, Score]]) -> None:
    """By set, the extractors below each other."""
    headings = ["set", "extractor", "body F1", *FIELDS.values(), "no result"]
    print(f"| {' | '.join(headings)} |\n{'|---' * len(headings)}|")
    for label in next(iter(scores.values()), {}):
        for name, by_set in scores.items():
            print(row(name, label, by_set[label]))


def _print_failures(name: str, by_set: dict[str, Score], chosen: argparse.Namespace) -> None:
    for label, one in by_set.items():
        if chosen.refused and one.failed:
            print(f"\n{name}, {label}, no result:", *one.failed, sep="\n  ")
        for page, sample in one.failures(chosen.failures) if chosen.failures else ():
            gold, got = (str(value)[: chosen.width] for value in (sample.gold, sample.got))
            print(f"\n{label} {page} {sample.value:.2f} {name}\n  gold {gold!r}\n  got  {got!r}")


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="one extractor, by name")
    options.add_argument("--set", default="", help="one set: aeb, fundus, tra, pl or rd")
    options.add_argument("--limit", type=int, default=None, help="pages of each set")
    options.add_argument("--fields", action="store_true", help="metadata and images alone, without the body")
    options.add_argument("--failures", choices=FIELDS, help="list gold and result where this field is wrong")
    options.add_argument("--width", type=int, default=400, help="characters shown of each, with --failures")
    options.add_argument("--memory", action="store_true", help="also measure peak memory")
    options.add_argument("--refused", action="store_true", help="list the pages without result")
    return options


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.exit(main(sys.argv[1:]))
