"""Extraction side by side in one run: `python -m tests.bench.bench_extract --help`.

Every extractor runs over all pages in a separate process, which measures its CPU time and peak memory and
holds one page at a time. A last table has the time bounds of `extract_bounds`. The tables are Markdown.
"""

import argparse
import gc
import logging
import multiprocessing
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from tests.bench import extract_bounds
from tests.bench.extract_peers import EXTRACTORS, LACKS, MISSING, REFERENCE, metadata_alone, reset_caches
from tests.bench.extract_scores import FIELDS, Page, Result, Score, score, stream_pages
from tests.corpus import CORPUS

SETS = {
    "extraction": ("aeb", "fundus"),
    "more": ("tra", "pl", "rd"),
    "web": ("wcxb", "dan", "hd", "fo", "fe", "moz", "omni", "n4k"),
}
"""Folders of the corpus, and the sets in each; the gold of the last three is weak."""
FIELDS_ALONE = "wiredesk fields"
_WARM_UP = 20
_YOUNG = 5_000
"""The threshold of garbage collection in the service's workers (`worker/tasks/running.py`)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Scores by set, CPU time per page, and peak memory of the process in MiB."""

    scores: dict[str, Score]
    milliseconds: float
    peak: float


def run(pages: Iterable[Page], extractor: Callable[[Page], Result]) -> Run:
    """Time and score an extractor; its caches are emptied after a warm-up, before the clock starts.

    Modules loaded by then are exempt from garbage collection, as in the service's workers.
    """
    pages = iter(pages)
    first = list(islice(pages, _WARM_UP))
    for page in first:
        extractor(page)
    reset_caches()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    results, spent = [], 0.0
    for page in chain(first, pages):
        start = time.process_time()
        result = extractor(page)
        spent += time.process_time() - start
        results.append((page.gold, result))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(score(results), spent / max(1, len(results)) * 1000, peak)


def corpus_pages(corpus: Path, only_set: str = "", limit: int | None = None) -> Iterator[Page]:
    """Yield the pages of all sets, or of one; `limit` applies to each set."""
    for folder, names in SETS.items():
        for name in names:
            if only_set in ("", name):
                yield from islice(stream_pages(corpus / folder, name), limit)


def in_child(name: str, corpus: Path, only_set: str, limit: int | None) -> Run:
    """Return the result of `run` in a separate process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_child, name, corpus, only_set, limit).result()


def _child(name: str, corpus: Path, only_set: str, limit: int | None) -> Run:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    extractor = metadata_alone if name == FIELDS_ALONE else EXTRACTORS[name]
    return run(corpus_pages(corpus, only_set, limit), extractor)


def main(arguments: list[str]) -> int:
    chosen = _options().parse_args(arguments)
    if CORPUS is None:
        print("there is no corpus next to the checkout: nothing to measure")
        return 0
    names = [FIELDS_ALONE] if chosen.fields else [name for name in EXTRACTORS if chosen.only in ("", name)]
    runs = {name: in_child(name, CORPUS, chosen.set, chosen.limit) for name in names}
    print("\n".join([*_quality(runs), "", *_cost(runs)]))
    for name in () if chosen.only or chosen.fields else MISSING:
        print(f"\n{name} is not installed and left out; `make bench-extract` installs it.")
    for name, ran in runs.items():
        _print_failures(name, ran.scores, chosen)
    print()
    return extract_bounds.main()


def _quality(runs: dict[str, Run]) -> Iterator[str]:
    """Yield the table of the fields, with the extractors below each other for each set."""
    yield from _heading("set", "extractor", "body F1", *FIELDS.values(), "no result")
    for label in next(iter(runs.values())).scores if runs else ():
        for name, ran in runs.items():
            yield row(name, label, ran.scores[label])


def row(name: str, label: str, one: Score) -> str:
    """Return a line of the table; '–' where gold or extractor does not have the field."""
    lacking = LACKS.get(name, frozenset())
    means = [None if field in lacking else one.mean(field) for field in FIELDS]
    body = f"{one.f1:.4f}" if one.mean("recall") is not None else "–"
    shown = ["–" if value is None else f"{value:.3f}" for value in means]
    return f"| {' | '.join([label, name, body, *shown, str(len(one.failed))])} |"


def _cost(runs: dict[str, Run]) -> Iterator[str]:
    """Yield the table of CPU time and memory."""
    yield from _heading("extractor", "CPU ms a page", f"pages a second, {REFERENCE} = 1", "peak MB")
    for name, ran in runs.items():
        relative = f"{runs[REFERENCE].milliseconds / ran.milliseconds:.2f}" if REFERENCE in runs else "–"
        yield f"| {name} | {ran.milliseconds:.1f} | {relative} | {ran.peak:.0f} |"


def _heading(*names: str) -> tuple[str, str]:
    return f"| {' | '.join(names)} |", "|---" * len(names) + "|"


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
    options.add_argument("--set", default="", help=f"one set of {', '.join(chain(*SETS.values()))}")
    options.add_argument("--limit", type=int, default=None, help="pages of each set")
    options.add_argument("--fields", action="store_true", help="metadata and images alone, without the body")
    options.add_argument("--failures", choices=FIELDS, help="list gold and result where this field is wrong")
    options.add_argument("--width", type=int, default=400, help="characters shown of each, with --failures")
    options.add_argument("--refused", action="store_true", help="list the pages without result")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
