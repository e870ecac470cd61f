"""`wiredesk demo`: a run against a small built-in web on loopback, and what it should have stored."""

import os
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from worker.cli.live.screen import Screen
from worker.cli.live.snapshot import Snapshot
from worker.cli.running.pipeline import Run
from worker.cli.terminal.output import print_json
from worker.config.settings import Settings
from worker.demo import DemoWeb
from worker.embedded import ForkServer
from worker.services.operator.subscribe import read_wishes, subscribe
from worker.store import Store, census

COMPARED = ("discovered", "stored", "duplicate", "sightings", "stories", "revised")


def run_demo(
    settings: Settings, forks: ForkServer, *, seconds: float | None, as_json: bool, plain: bool
) -> int:
    """Run the demo and print what was stored; return 1 if `seconds` are over and something is missing."""
    screen = Screen.on(plain=plain, aside=as_json)
    end = None if seconds is None else time.monotonic() + seconds
    with DemoWeb() as web:
        comparison = Comparison(web)
        run = Run(
            settings=settings,
            forks=forks,
            port_is_explicit=False,
            prepare=lambda store: _subscribe(store, web),
            until=lambda _: end is not None and time.monotonic() >= end,
            remarks=comparison.remarks,
            epilogue=comparison.measure,
        )
        screen.note(f"{len(web.feeds)} feeds of {len(web.sites)} invented outlets are served on this machine")
        if web.one_address:
            screen.note("all outlets share 127.0.0.1, the only loopback address here, and are one publisher")
        shown = os.path.relpath(settings.data_dir)
        screen.note(f"the data lie in {shown}, which each demo empties at its start")
        run.go(screen)
    return comparison.report(as_json=as_json, strict=seconds is not None)


class Comparison:
    """Compares what a run has stored with what the demo's web contains.

    The live view and the report at the end share `measure` and `_differences`, so they cannot disagree.
    """

    def __init__(self, web: DemoWeb) -> None:
        self._web = web
        self._found: dict[str, Any] = {}
        self._wanted: dict[str, Any] = {}

    def remarks(self, store: Store, snapshot: Snapshot) -> Sequence[str]:
        """Return a remark for the live view once everything published so far has arrived."""
        self.measure(store, snapshot)
        return () if self._differences() else ("All that the demo's web holds has arrived, as expected.",)

    def measure(self, store: Store, snapshot: Snapshot) -> None:
        """Count what is stored and what the web shows at the time of the snapshot."""
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
        expected = asdict(self._web.expected(at=snapshot.at))
        refused = {str(reason): count for reason, count in expected["refused"].items()}
        self._wanted = {**expected, "refused": refused}

    def report(self, *, as_json: bool, strict: bool) -> int:
        """Print the comparison; return 1 when `strict` and something differs."""
        if not self._found:
            return 0
        differences = self._differences()
        if as_json:
            print_json({**self._found, "expected": self._wanted, "as_expected": not differences})
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

    def _differences(self) -> list[str]:
        found, wanted = self._found, self._wanted
        lines = [
            f"{found[key]} {key} instead of {wanted[key]}" for key in COMPARED if found[key] != wanted[key]
        ]
        for reason in sorted({*found["refused"], *wanted["refused"]}):
            has, wants = found["refused"].get(reason, 0), wanted["refused"].get(reason, 0)
            if has != wants:
                lines.append(f"{has} refused as {reason} instead of {wants}")
        return lines


def _subscribe(store: Store, web: DemoWeb) -> None:
    subscribe(store, read_wishes(web.opml()), now=datetime.now(UTC))
