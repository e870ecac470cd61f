"""Other projects' test cases by kind, compared with plain libraries: `python -m tests.bench.bench_suites`.

The plain libraries are feedparser, courlan, protego and the standard library as they come. A case passes when
all its requirements hold; the floors must hold on cases that we have not seen, too.
"""

import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.corpus import CORPUS

ROOT = Path(__file__).parents[2]
OURS = str(ROOT / "tests" / "corpus_adapter.py")
PLAIN = "plain_feedparser"

FLOORS: Mapping[str, float] = {
    "feed": 0.99,
    "robots": 0.99,
    "address": 1.0,
    "hostile": 1.0,
    "sanitize": 1.0,
    "opml": 1.0,
    "websub_discovery": 1.0,
    "websub_signature": 1.0,
    "url": 0.97,
    "date": 0.92,
    "discovery": 0.9,
}
NEVER_WRONG = ("feed|id", "date|refused", "sanitize|no_active_html", "address|refused")
"""Fields in which no case may fail, whatever the floor of their kind."""

_ORIGINAL = (
    "the gold is the redirect of a feed service; ours is the publisher's address (feedburner:origLink)"
)
_ENTRY_TITLE = "the gold has the title of an entry for that of the feed, which has none"
_MARKUP = "the gold is the markup of a title that was escaped three times; ours is its plain text"
KNOWN_MISSES: Mapping[str, str] = {
    "feedparser/illformed/chardet/eucjp.xml": _ENTRY_TITLE,
    "feedparser/illformed/chardet/shiftjis.xml": _ENTRY_TITLE,
    "feed-rs/atom/atom_example_3.xml": _ORIGINAL,
    "rss-parser/feedburner.atom": _ORIGINAL,
    "rss-parser/many-links.rss": _ORIGINAL,
    "jsonfeed/NetNewsWire-rose.json": "the gold is one tag, `workflow,omnifocus`; it is two",
    "simplepie/title/Test_RSS_0.92_Title_3": _MARKUP,
    "simplepie/title/Test_RSS_1.0_Title_2": _MARKUP,
    "simplepie/title/Test_RSS_1.0_Title_3": _MARKUP,
    "simplepie/title/Test_RSS_2.0_Title_3": _MARKUP,
}
"""Cases that fail because their gold is wrong, and why it is; not excluded from the rates."""

WITHOUT_OTHER_MISSES = ("feed", "sanitize", "address")
"""Kinds in which each case that fails is listed above."""

NOT_COUNTED = {"url|aggressive"}
"""Sources whose cases contradict others, or each other."""


class Rate(NamedTuple):
    """How many cases pass, of how many that were run."""

    passing: int
    run: int

    def __str__(self) -> str:
        return f"{self.passing / self.run:7.1%} ({self.passing} of {self.run})"


class Measured(NamedTuple):
    """Rates by kind and by kind and field (`date|refused`), and the cases that fail, by kind."""

    rates: dict[str, Rate]
    failing: dict[str, list[str]]


def measure(*adapters: str, kinds: Collection[str] = FLOORS) -> list[Measured]:
    """The cases of these kinds, run against each adapter at the same time. Needs the corpus."""
    assert CORPUS is not None
    runner = CORPUS / "suites" / "run_suites.py"
    with TemporaryDirectory() as folder:
        results = [Path(folder, f"{number}.json") for number in range(len(adapters))]
        commands = [
            [sys.executable, str(runner), adapter, "--kind", ",".join(kinds), "--json", str(result)]
            for adapter, result in zip(adapters, results, strict=True)
        ]
        running = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env={"PYTHONPATH": str(ROOT)})
            for command in commands
        ]
        assert [process.wait() for process in running] == [0] * len(running)
        return [_measured(json.loads(result.read_text())) for result in results]


def _measured(report: Mapping[str, Any]) -> Measured:
    rates = {name: Rate(*counts) for name, counts in report["by_field"].items()}
    for source, (passing, run) in report["by_source"].items():
        if source not in NOT_COUNTED:
            kind = source.partition("|")[0]
            before = rates.get(kind, Rate(0, 0))
            rates[kind] = Rate(before.passing + passing, before.run + run)
    failing: dict[str, list[str]] = {}
    for case in report["fails"]:
        failing.setdefault(case["kind"], []).append(case["id"])
    return Measured(rates, failing)


def line(kind: str, ours: Measured, plain: Measured) -> str:
    """What a kind comes to, here and with plain libraries, and what it must come to."""
    return f"{kind:18}{ours.rates[kind]!s:>24}{plain.rates[kind]!s:>24}{FLOORS[kind]:>9.0%}"


def main() -> int:
    """Print the table; exit code 1 where a floor is not reached."""
    if CORPUS is None:
        print("no corpus: set WIREDESK_CORPUS")
        return 1
    ours, plain = measure(OURS, PLAIN)
    print(f"{'kind':18}{'wiredesk':>24}{'plain libraries':>24}{'floor':>9}")
    for kind in FLOORS:
        print(line(kind, ours, plain))
    for kind, ids in ours.failing.items():
        print(f"\n{kind}:")
        for name in ids:
            print(f"  {name}: {KNOWN_MISSES.get(name, 'not explained')}")
    return int(any(ours.rates[kind].passing < FLOORS[kind] * ours.rates[kind].run for kind in FLOORS))


if __name__ == "__main__":
    sys.exit(main())
