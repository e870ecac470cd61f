"""Time bounds of extraction on hostile and long input: `python -m tests.bench.extract_bounds`.

Prints the CPU time of each case and its bound, and exits 1 when one is exceeded. `make bench-extract` runs
it, too.
"""

import sys
import time
from collections.abc import Callable, Iterator

from tests.extract.pages import RU
from worker.extract.body.page_data import fuller_body
from worker.extract.fingerprints import bands
from worker.extract.head import Head, read_head
from worker.extract.head.jsonld import read_json_ld_block
from worker.extract.language import check_language
from worker.text.html import Tree, parse_html

PIECES = ("/*", '"', "'", '{"a":', ": a", "//", ", ", '"a" ')
"""Beginnings of JSON whose repetition makes a naive repair quadratic."""

Case = tuple[str, Callable[[], object], float]


def cases() -> Iterator[Case]:
    """Yield the name of each case, the call to time, and its bound in seconds."""
    for piece in PIECES:
        text = "{" + piece * (100_000 // len(piece))
        yield f"repair of 100 kB of {piece!r}", lambda text=text: read_json_ld_block(text), 2.0
    head = _head_with_body("word " * 100 + " " * 60_000 + "\nend")
    yield "articleBody with 60 kB of blanks", lambda: fuller_body(head, ()), 1.0
    russian = " ".join(RU * 200)
    yield "language of a long text", lambda: check_language("en", russian), 0.005
    words = " ".join(f"word{number % 700}" for number in range(800))
    yield "fingerprints of 800 words", lambda: bands(words), 0.005


def seconds(call: Callable[[], object], bound: float) -> float:
    """Return the CPU time of a call; the mean of 20 where the bound is too small for one."""
    times = 20 if bound < 0.1 else 1
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def _head_with_body(text: str) -> Head:
    tree = parse_html("<html><head></head><body></body></html>")
    assert isinstance(tree, Tree)
    head = read_head(tree)
    head.json_ld["articleBody"] = text
    return head


def main() -> int:
    """Print the table; return 1 if a bound is exceeded."""
    exceeded = 0
    print("| case | CPU ms | bound |\n|---|---|---|")
    for name, call, bound in cases():
        spent = seconds(call, bound)
        exceeded |= spent >= bound
        print(f"| {name} | {spent * 1000:.2f} | {bound * 1000:g} |")
    return exceeded


if __name__ == "__main__":
    sys.exit(main())
