"""The cases of other projects' own tests, each kind with the share of them that must pass."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import CORPUS, needs_corpus

FLOORS = {
    "url": 0.97,
    "address": 1.0,
    "robots": 0.99,
    "discovery": 0.9,
    "opml": 1.0,
    "websub_discovery": 1.0,
    "websub_signature": 1.0,
}
NOT_COUNTED = {"aggressive"}
"""Sources whose cases contradict others, or each other."""

ROOT = Path(__file__).parents[1]


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("kind", FLOORS)
def test_the_cases_of_a_kind_pass(kind: str, tmp_path: Path) -> None:
    rate, failing = pass_rate(kind, tmp_path / "result.json")
    assert rate >= FLOORS[kind], f"{rate:.1%} of the {kind} cases pass; failing: {', '.join(failing[:20])}"


def pass_rate(kind: str, result: Path) -> tuple[float, list[str]]:
    """The share of `kind`'s cases that pass, and the ids of those that fail."""
    assert CORPUS is not None
    suites = CORPUS / "suites"
    adapter = ROOT / "tests" / "corpus_adapter.py"
    command = [sys.executable, suites / "run_suites.py", adapter, "--kind", kind, "--json", result]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    found = json.loads(result.read_text())
    counted = [
        counts for source, counts in found["by_source"].items() if source.split("|")[1] not in NOT_COUNTED
    ]
    assert counted, f"the corpus has no cases of the kind {kind}"
    return sum(ok for ok, _ in counted) / sum(total for _, total in counted), [
        f["id"] for f in found["fails"]
    ]
