"""The cases of other projects' own tests, where the corpus is there: how many of them hold."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import CORPUS, needs_corpus

pytestmark = [pytest.mark.corpus, needs_corpus]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """Cases that hold and cases run, by kind and by kind and field (`date|refused`)."""
    assert CORPUS is not None
    out = tmp_path_factory.mktemp("suites") / "rates.json"
    runner, adapter = CORPUS / "suites" / "run_suites.py", ROOT / "tests" / "corpus_adapter.py"
    kinds = "feed,date,hostile,sanitize"
    command = [sys.executable, str(runner), str(adapter), "--kind", kinds, "--json", str(out)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=240)
    return _summed(json.loads(out.read_text()))


def _summed(report: dict[str, dict[str, list[int]]]) -> dict[str, tuple[int, int]]:
    rates = {name: (good, run) for name, (good, run) in report["by_field"].items()}
    for name, (good, run) in report["by_source"].items():
        kind = name.partition("|")[0]
        before = rates.get(kind, (0, 0))
        rates[kind] = (before[0] + good, before[1] + run)
    return rates


@pytest.mark.parametrize(
    "what, floor",
    [
        ("feed", 0.99),
        ("feed|id", 1.0),
        ("date", 0.97),
        ("date|refused", 1.0),
        ("hostile", 1.0),
        ("sanitize|no_active_html", 1.0),
    ],
)
def test_the_cases_hold(rates: dict[str, tuple[int, int]], what: str, floor: float) -> None:
    good, run = rates[what]
    assert good / run >= floor, f"{what}: {good} of {run}"
