"""Sensitivity of extraction to its constants: `python -m tests.bench.extract_constants`.

Halves and doubles each number at the top of a module of `worker.extract`, and prints how many pages of the
corpus then give another article or refusal. A constant without any effect is a bound on hostile pages, or a
threshold for cases that the corpus does not have; one with much effect needs more than a guess as its reason.
All constants over every third page take about twenty minutes.
"""

import argparse
import gzip
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType

import worker.extract
from tests.corpus import CORPUS
from worker.extract import Article, extract, to_document

FOLDERS = ("extraction", "more")
_NUMBER = re.compile(r"^(_?[A-Z][A-Z0-9_]*)(?:: \w+)? = -?[\d_.]+(?:\s|$)", re.MULTILINE)

Pages = list[tuple[bytes, str]]


def read_bodies(corpus: Path, every: int) -> Pages:
    """Return the bytes and address of every n-th page of the corpus."""
    pages = []
    for folder in FOLDERS:
        with (corpus / folder / "gold.jsonl").open() as gold:
            for line in islice(gold, 0, None, every):
                page = json.loads(line)
                stored = corpus / folder / "html" / f"{page['id']}.html.gz"
                if stored.exists():
                    pages.append((gzip.decompress(stored.read_bytes()), page["url"]))
    return pages


def extraction_modules() -> list[ModuleType]:
    """Return all modules of extraction."""
    found = pkgutil.walk_packages(worker.extract.__path__, "worker.extract.")
    return [importlib.import_module(module.name) for module in found]


def numbers(module: ModuleType) -> Iterator[tuple[str, int | float]]:
    """Yield the numbers at the top of a module, except the sizes of its caches."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    for name in _NUMBER.findall(source):
        if "CACHED" not in name:
            yield name, getattr(module, name)


def results(pages: Pages, modules: list[ModuleType]) -> list[str]:
    """Return the article or refusal of each page, with all caches emptied before."""
    for module in modules:
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    found = []
    for body, url in pages:
        answer = extract(body, url=url)
        found.append(
            json.dumps(to_document(answer) if isinstance(answer, Article) else str(answer), default=str)
        )
    return found


def main(arguments: list[str]) -> int:
    """Print a line for each constant."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="modules whose name begins so, such as body.features")
    options.add_argument("--every", type=int, default=3, help="use every n-th page (default: 3)")
    chosen = options.parse_args(arguments)
    if CORPUS is None:
        print("there is no corpus next to the checkout: nothing to measure")
        return 0
    pages, modules = read_bodies(CORPUS, chosen.every), extraction_modules()
    usual = results(pages, modules)
    print(f"| constant | value | pages of {len(pages)} that change when halved | when doubled |")
    print("|---|---|---|---|")
    for module in modules:
        short = module.__name__.removeprefix("worker.extract.")
        for name, value in numbers(module) if short.startswith(chosen.only) else ():
            changed = []
            for other in (value / 2, value * 2):
                setattr(module, name, round(other) if isinstance(value, int) else other)
                found = zip(results(pages, modules), usual, strict=True)
                changed.append(sum(one != before for one, before in found))
            setattr(module, name, value)
            print(f"| {short}.{name} | {value} | {changed[0]} | {changed[1]} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
