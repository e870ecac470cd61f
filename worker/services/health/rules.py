"""Watching the rules of sites: selectors that stop matching are counted, and emit events.

A rule that stops matching means that the site has changed. Extraction falls back on its heuristics, so
only these events show it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.extract import Article, Rules
from worker.extract.rules.apply import RuleRefusal
from worker.monitor.events import RuleMissed, emit
from worker.outcome import Refusal, RuleOutcome
from worker.services.extract.decide import ReadPage
from worker.store import Store, rule_misses
from worker.store.rule_misses import MANY, Missed, WatchedSelector
from worker.urls import host_of


@dataclass(slots=True)
class Streak:
    """The misses of one selector at the end of a batch; `expected`: every page should match."""

    expected: bool
    missed: list[ReadPage]
    matched: bool = False

    def add(self, read: ReadPage, *, missed: bool) -> None:
        """Count one more page."""
        self.matched = self.matched or not missed
        self.missed = [*self.missed, read] if missed else []


def count_rule_misses(store: Store, rules: Rules, reads: Sequence[ReadPage], *, now: datetime) -> None:
    """Count which selectors matched on these pages, and emit events for those that did not."""
    streaks = _streaks(rules, reads)
    if not streaks:
        return
    misses = [
        Missed(what, streak.expected, len(streak.missed), streak.missed[-1].page.url)
        for what, streak in streaks.items()
        if streak.missed
    ]
    with store.begin() as db:
        rule_misses.matched(db, [what for what, streak in streaks.items() if streak.matched])
        in_a_row = rule_misses.missed(db, misses, now=now)
    for what, count in in_a_row.items():
        for event in _events(what, streaks[what], count):
            emit(event)


def _streaks(rules: Rules, reads: Sequence[ReadPage]) -> dict[WatchedSelector, Streak]:
    streaks: dict[WatchedSelector, Streak] = {}
    for read in reads:
        missed = _missed(read.result)
        rule = None if missed is None else rules.for_url(read.page.url)
        if missed is None or rule is None:
            continue
        host = host_of(read.page.url)
        for name, expected in rule.watched.items():
            streak = streaks.setdefault(WatchedSelector(rule.file, name, host), Streak(expected, []))
            streak.add(read, missed=name in missed)
    return streaks


def _missed(result: Article | Refusal) -> tuple[str, ...] | None:
    """Return the selectors that missed; None if no rule was applied because the page shows no article."""
    if isinstance(result, RuleRefusal):
        return result.rule_misses
    if isinstance(result, Refusal) or dict(result.provenance).get("blocks") == "feed":
        return getattr(result, "rule_misses", ()) or None
    return result.rule_misses


def _events(what: WatchedSelector, streak: Streak, count: int) -> Iterator[RuleMissed]:
    """Yield an event for each missed expected match; for an optional selector one, at the `MANY`th miss."""
    before = count - len(streak.missed)
    for number, read in enumerate(streak.missed, start=before + 1):
        if streak.expected or number == MANY:
            yield RuleMissed(
                outcome=RuleOutcome.MISSED,
                file=what.file,
                selector=what.selector,
                host=what.host,
                pages=number,
                page_id=read.page.id,
                url=read.page.url,
            )
