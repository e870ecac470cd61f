"""A snapshot on the terminal: as a live panel, or as one plain line."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from worker.cli.live.snapshot import Snapshot
from worker.cli.terminal.output import clean, span
from worker.store.poll_price import Steering
from worker.store.stats import Counts

RATE_SECONDS = 30.0


class Rate:
    """Articles a minute over the last half minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, snapshot: Snapshot) -> float:
        """The rate with this snapshot."""
        at = snapshot.at.timestamp()
        self._seen.append((at, snapshot.articles))
        while len(self._seen) > 2 and at - self._seen[0][0] > RATE_SECONDS:
            self._seen.popleft()
        then, before = self._seen[0]
        return (snapshot.articles - before) * 60 / (at - then) if at > then else 0.0


def line(snapshot: Snapshot, rate: float) -> str:
    """The state of everything in one line."""
    identity = snapshot.counts.identity
    return (
        f"feeds {snapshot.feeds.polled}/{snapshot.feeds.active} polled, {identity.discovered} entries, "
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
    """The state of everything, newest titles, warnings and what happened last."""
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
    failing = f", {sum(feeds.failing.values())} failing{_reasons(feeds.failing)}" if feeds.failing else ""
    oldest = [
        f"{stage} {span((snapshot.at - at).total_seconds())}" for stage, at in counts.oldest_due.items() if at
    ]
    return [
        (
            "feeds",
            f"{feeds.polled} of {feeds.active} polled, {counts.polls} polls{failing}{_unwell(snapshot)}",
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


def _unwell(snapshot: Snapshot) -> str:
    conditions = Counter(one.condition for one in snapshot.unwell)
    return f", not well:{_reasons(dict(conditions.most_common()))}" if conditions else ""


def _polling(steering: Steering) -> str:
    if steering.spent is not None:
        goal, unit, lately = steering.goal, "polls a day", f"{steering.spent:.0f} of late"
    else:
        goal, unit, lately = steering.goal, "s in the mean", f"{steering.waited or 0.0:.0f} s of late"
    return f"{goal} {unit}, {lately}; a poll costs {steering.price:.0f} s"


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
