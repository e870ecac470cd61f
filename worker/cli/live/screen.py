"""Watching a run until it is told to stop: a live view on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.live import Live

from worker.cli.live import view
from worker.cli.live.snapshot import Observer, Snapshot
from worker.cli.live.warnings import advice
from worker.cli.terminal.output import clean
from worker.config.settings import Settings
from worker.store import StoreUnavailable

LOOK_SECONDS = 1.0
LINE_SECONDS = 5.0
LOAD = 0.1
"""The part of the time that looking may take: counting a large store is not free."""

Remarks = Callable[[Snapshot], Sequence[str]]
Until = Callable[[Snapshot | None], bool]


@dataclass(slots=True)
class Screen:
    """Where a run reports: `note` for what happens, `show` for how things are."""

    plain: bool
    out: TextIO = sys.stdout
    address: str | None = None
    notes: deque[str] = field(default_factory=lambda: deque(maxlen=3))
    _live: Live | None = None
    _said: tuple[str, ...] = ()

    @classmethod
    def on(cls, *, plain: bool, aside: bool = False) -> "Screen":
        """Live on a terminal, unless `plain` is wanted; `aside` leaves stdout to what programs read."""
        out = sys.stderr if aside else sys.stdout
        return cls(plain=plain or not out.isatty(), out=out)

    def note(self, text: str) -> None:
        """Something happened."""
        self.notes.append(clean(text))
        if self.plain or self._live is None:
            print(clean(text), file=self.out, flush=True)

    def watch(self, settings: Settings, *, until: Until, remarks: Remarks) -> Snapshot | None:
        """Show how things are until `until` says enough; the last snapshot."""
        observer = Observer(settings)
        rate, last, shown_at = view.Rate(), None, 0.0
        with (
            nullcontext() if self.plain else Live(console=Console(file=self.out), auto_refresh=False) as live
        ):
            self._live = live
            # Told above already; below the panel stands what happens from now on.
            self.notes.clear()
            try:
                while not until(last):
                    started = time.monotonic()
                    try:
                        last = observer.snapshot()
                    except StoreUnavailable as error:
                        self.note(f"PostgreSQL is away: {error}")
                    else:
                        said = [*advice(last, contact=settings.contact), *remarks(last)]
                        shown_at = self._show(last, rate.add(last), said, shown_at)
                    time.sleep(max(LOOK_SECONDS, (time.monotonic() - started) / LOAD))
            finally:
                self._live = None
                observer.close()
        return last

    def _show(self, snapshot: Snapshot, rate: float, said: Sequence[str], shown_at: float) -> float:
        now = time.monotonic()
        if self._live is not None:
            picture = view.panel(snapshot, rate, address=self.address, remarks=said, notes=list(self.notes))
            self._live.update(picture, refresh=True)
        elif now - shown_at >= LINE_SECONDS:
            fresh = [remark for remark in said if remark not in self._said]
            print("\n".join([view.line(snapshot, rate), *map(clean, fresh)]), file=self.out, flush=True)
            self._said = tuple(said)
            return now
        return shown_at


def nothing(_snapshot: Snapshot) -> Sequence[str]:
    """No remarks."""
    return ()


def forever(_snapshot: Snapshot | None) -> bool:
    """Until interrupted."""
    return False
