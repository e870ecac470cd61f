"""The demo's end: what was stored beside what its web holds, in words."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from worker.cli.live.snapshot import Snapshot
from worker.cli.terminal.output import print_json
from worker.demo import DemoWeb
from worker.store import Store, census

PLAIN = ("discovered", "stored", "duplicate", "sightings", "stories", "revised")


class Verdict:
    """Compares a run against `web` with what a perfect one ends with."""

    def __init__(self, web: DemoWeb) -> None:
        self._web = web
        self._found: dict[str, Any] = {}
        self._at: datetime | None = None

    def remarks(self, snapshot: Snapshot) -> Sequence[str]:
        """While it runs: whether everything that there is by now has arrived."""
        wanted = self._web.expected(at=snapshot.at)
        identity = snapshot.counts.identity
        if identity.waiting or (identity.discovered, identity.stored) != (wanted.discovered, wanted.stored):
            return ()
        return ("All that the demo's web holds has arrived, as expected.",)

    def measure(self, store: Store, snapshot: Snapshot) -> None:
        """At the end, while the store is still there."""
        with store.begin() as db:
            counted = asdict(census.take(db))
        identity = snapshot.counts.identity
        self._found = {
            "discovered": identity.discovered,
            "stored": identity.stored,
            "duplicate": identity.duplicate,
            "waiting": identity.waiting,
            "refused": snapshot.counts.refusals,
            **counted,
            "identity_holds": identity.holds,
        }
        self._at = snapshot.at

    def tell(self, *, as_json: bool, strict: bool) -> int:
        """Print the comparison; the exit code, 1 when `strict` and something is missing or too much."""
        if not self._found:
            return 0
        wanted = self._wanted()
        differences = self._differences(wanted)
        if as_json:
            print_json({**self._found, "expected": wanted, "as_expected": not differences})
        elif differences:
            print("Not as expected yet: " + ", ".join(differences) + ".")
        else:
            refused = sum(self._found["refused"].values())
            print(
                f"As expected: {self._found['discovered']} entries found, {self._found['stored']} stored, "
                f"{self._found['duplicate']} duplicates, {refused} refused; "
                f"{self._found['stories']} different texts, "
                f"{self._found['revised']} of them edited by their publisher."
            )
        return 1 if differences and strict else 0

    def _wanted(self) -> dict[str, Any]:
        expected = asdict(self._web.expected(at=self._at or datetime.now(UTC)))
        return {**expected, "refused": {str(reason): count for reason, count in expected["refused"].items()}}

    def _differences(self, wanted: dict[str, Any]) -> list[str]:
        found = self._found
        lines = [f"{found[key]} {key} instead of {wanted[key]}" for key in PLAIN if found[key] != wanted[key]]
        reasons = sorted({*found["refused"], *wanted["refused"]})
        for reason in reasons:
            has, wants = found["refused"].get(reason, 0), wanted["refused"].get(reason, 0)
            if has != wants:
                lines.append(f"{has} refused as {reason} instead of {wants}")
        return lines
