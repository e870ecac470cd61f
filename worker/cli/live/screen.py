"""The view of `run`, `demo` and `status --watch`: a live panel on a terminal, plain lines elsewhere."""

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TextIO

from pydantic_core import to_json
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from worker.cli.live.snapshot import Observer, Snapshot
from worker.cli.live.warnings import warnings
from worker.cli.terminal.output import clean, span
from worker.config.settings import Settings
from worker.store import Store, StoreUnavailable
from worker.store.health import FeedHealth
from worker.store.poll_price import Steering
from worker.store.stats import Counts

REFRESH_SECONDS = 1.0
LINE_SECONDS = 5.0
"""Pause between two plain lines: a log of an hour stays below a thousand lines. A guess."""
REPEAT_SECONDS = 3600.0
"""After this time an unchanged plain line is repeated, as a sign of life. A guess."""
LOAD = 0.1
"""Largest part of the time spent on snapshots: counting a large store is expensive. A guess."""
RATE_SECONDS = 30.0
"""Window of the articles a minute: short enough to follow, long enough not to jump. A guess."""

Remarks = Callable[[Store, Snapshot], Sequence[str]]
Until = Callable[[Snapshot | None], bool]


def no_remarks(_store: Store, _snapshot: Snapshot) -> Sequence[str]:
    """Return nothing to say about a snapshot."""
    return ()


@dataclass(slots=True)
class Screen:
    """Where a run reports: `note` prints an event, `watch` shows the state."""

    plain: bool
    out: TextIO = sys.stdout
    address: str | None = None
    notes: deque[str] = field(default_factory=lambda: deque(maxlen=3))
    _live: Live | None = None
    _said: tuple[str, ...] = ()
    _trouble: str = ""
    _line: str = ""
    _line_at: float = 0.0

    @classmethod
    def on(cls, *, plain: bool, aside: bool = False) -> "Screen":
        """Return a live screen on a terminal, else a plain one; `aside` writes to stderr (stdout is JSON)."""
        out = sys.stderr if aside else sys.stdout
        return cls(plain=plain or not out.isatty(), out=out)

    def note(self, text: str) -> None:
        """Print an event, or show it below the live panel."""
        self.notes.append(clean(text))
        if self.plain or self._live is None:
            print(clean(text), file=self.out, flush=True)

    def watch(
        self, settings: Settings, *, until: Until = lambda _: False, remarks: Remarks = no_remarks
    ) -> Snapshot | None:
        """Show the state until `until` returns True; return the last snapshot."""
        observer = Observer(settings)
        rate, last, shown_at = Rate(), None, 0.0
        with (
            nullcontext() if self.plain else Live(console=Console(file=self.out), auto_refresh=False) as live
        ):
            self._live = live
            # These were printed above the panel already.
            self.notes.clear()
            try:
                while not until(last):
                    started = time.monotonic()
                    if (seen := self._look(observer, remarks)) is not None:
                        last, remarked = seen
                        said = [*warnings(last, contact=settings.contact), *remarked]
                        shown_at = self._show(last, rate.add(last), said, shown_at)
                    pause = LINE_SECONDS if self.plain else REFRESH_SECONDS
                    self._rest(max(pause, (time.monotonic() - started) / LOAD), until, last)
            finally:
                self._live = None
                observer.close()
        return last

    def _rest(self, seconds: float, until: Until, last: Snapshot | None) -> None:
        """Wait, but no longer than until `until` returns True, which costs no query."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(REFRESH_SECONDS, left))
            if left > REFRESH_SECONDS and until(last):
                return

    def look(self, observer: Observer) -> Snapshot | None:
        """Take a snapshot; if that is impossible return None, and note why once."""
        seen = self._look(observer, no_remarks)
        return None if seen is None else seen[0]

    def _look(self, observer: Observer, remarks: Remarks) -> tuple[Snapshot, Sequence[str]] | None:
        try:
            snapshot = observer.snapshot()
            remarked = remarks(observer.store, snapshot)
        except StoreUnavailable as error:
            trouble = f"PostgreSQL is away: {error}"
        except Exception as error:
            # Whatever is wrong with the view, the processes go on, and so must their supervisor.
            trouble = f"the state cannot be read: {type(error).__name__}: {error}".partition("\n")[0]
        else:
            if self._trouble:
                self.note("the state can be read again")
            self._trouble = ""
            return snapshot, remarked
        if trouble != self._trouble:
            self.note(trouble)
        self._trouble = trouble
        return None

    def _show(self, snapshot: Snapshot, rate: float, said: Sequence[str], shown_at: float) -> float:
        now = time.monotonic()
        if self._live is not None:
            picture = panel(snapshot, rate, address=self.address, remarks=said, notes=list(self.notes))
            self._live.update(picture, refresh=True)
        elif now - shown_at >= LINE_SECONDS:
            text = line(snapshot, rate)
            if text != self._line or now - self._line_at >= REPEAT_SECONDS:
                print(text, file=self.out, flush=True)
                self._line, self._line_at = text, now
            for fresh in (remark for remark in said if remark not in self._said):
                print(clean(fresh), file=self.out, flush=True)
            self._said = tuple(said)
            return now
        return shown_at


class JsonLines(Screen):
    """Prints each snapshot as one line of JSON; events go to stderr."""

    def note(self, text: str) -> None:
        """Print an event to stderr."""
        print(clean(text), file=sys.stderr, flush=True)

    def _show(self, snapshot: Snapshot, rate: float, said: Sequence[str], shown_at: float) -> float:
        print(to_json(snapshot.as_dict(), fallback=str).decode(), file=self.out, flush=True)
        return shown_at


class Rate:
    """Articles a minute over the last `RATE_SECONDS`."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, snapshot: Snapshot) -> float:
        """Add a snapshot and return the rate."""
        at = snapshot.at.timestamp()
        self._seen.append((at, snapshot.articles))
        while len(self._seen) > 2 and at - self._seen[0][0] > RATE_SECONDS:
            self._seen.popleft()
        then, before = self._seen[0]
        return (snapshot.articles - before) * 60 / (at - then) if at > then else 0.0


def line(snapshot: Snapshot, rate: float) -> str:
    """Return the state in one line."""
    identity = snapshot.counts.identity
    return (
        f"feeds {snapshot.feeds.polled}/{snapshot.feeds.active} polled{_failing(snapshot.feeds)}, "
        f"{identity.discovered} entries, "
        f"{snapshot.pages} pages, {snapshot.articles} articles ({rate:.0f}/min), "
        f"{identity.duplicate} duplicates, {identity.refused} refused{_reasons(snapshot.counts.refusals)}, "
        f"{identity.waiting} waiting"
    )


def panel(
    snapshot: Snapshot,
    rate: float | None,
    *,
    address: str | None,
    remarks: Sequence[str],
    notes: Sequence[str],
) -> RenderableType:
    """Return the counts, the newest titles, warnings, and the last events."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for name, value in _rows(snapshot, rate):
        grid.add_row(name, Text(value))
    parts: list[RenderableType] = [Text("Wiredesk", style="bold"), grid]
    if snapshot.newest:
        parts += [Text(""), *(_title(article) for article in snapshot.newest)]
    if remarks or notes:
        parts += [
            Text(""),
            *(Text(clean(remark), style="yellow") for remark in remarks),
            *(Text(clean(note), style="dim") for note in notes),
        ]
    if address:
        parts += [Text(""), Text.assemble("Status page: ", (address, "bold"), "   Ctrl-C stops.")]
    return Group(*parts)


def _rows(snapshot: Snapshot, rate: float | None) -> list[tuple[str, str]]:
    counts, feeds = snapshot.counts, snapshot.feeds
    identity = counts.identity
    speed = "" if rate is None else f", {rate:.0f} a minute"
    oldest = [
        f"{stage} {span((snapshot.at - at).total_seconds())}" for stage, at in counts.oldest_due.items() if at
    ]
    return [
        (
            "feeds",
            f"{feeds.polled} of {feeds.active} polled, {counts.polls} polls"
            f"{_failing(feeds)}{_unwell(snapshot)}",
        ),
        *([("polling", _polling(counts.polling))] if counts.polling else []),
        ("entries", f"{identity.discovered} found, {identity.waiting} waiting"),
        ("pages", f"{snapshot.pages} fetched"),
        ("articles", f"{snapshot.articles} stored{speed}, {identity.duplicate} duplicates"),
        ("refused", f"{identity.refused}{_reasons(counts.refusals)}"),
        *([("hubs", _hubs(counts))] if counts.hub_subscriptions or counts.pushes_waiting else []),
        ("queues", _queues(snapshot)),
        ("oldest due", ", ".join(oldest) or "nothing waits"),
    ]


def _failing(feeds: FeedHealth) -> str:
    return f", {sum(feeds.failing.values())} failing{_reasons(feeds.failing)}" if feeds.failing else ""


def _unwell(snapshot: Snapshot) -> str:
    conditions = Counter(one.condition for one in snapshot.unwell)
    return f", not well:{_reasons(dict(conditions.most_common()))}" if conditions else ""


def _polling(steering: Steering) -> str:
    if steering.spent is not None:
        unit, recent = "polls a day", f"{steering.spent:.0f} recently"
    else:
        unit, recent = "s on average", f"{steering.waited or 0.0:.0f} s recently"
    return f"{steering.goal} {unit}, {recent}; a poll costs {steering.price:.0f} s"


def _hubs(counts: Counts) -> str:
    states = ", ".join(f"{count} {state}" for state, count in counts.hub_subscriptions.items())
    return f"{states or 'none'}; {counts.pushes_waiting} pushes wait to be read"


def _queues(snapshot: Snapshot) -> str:
    if not snapshot.runs:
        return "nothing runs here now: `wiredesk run`"
    if snapshot.queues is None:
        return "Redis is away"
    return ", ".join(f"{queue} {depth}" for queue, depth in snapshot.queues.items())


def _reasons(counts: Mapping[str, int]) -> str:
    shown = [f"{reason} {count}" for reason, count in list(counts.items())[:5]]
    return f" ({', '.join(shown)}{', …' if len(counts) > 5 else ''})" if shown else ""


def _title(article: Mapping[str, object]) -> Text:
    title = clean(article["title"]) or clean(article["url"])
    return Text.assemble(
        ("• ", "green"), title, (f"  {clean(article['publisher'])}", "dim"), no_wrap=True, overflow="ellipsis"
    )
