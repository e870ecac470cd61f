"""Retention: what is too old, or too much, goes.

Articles are purged, so that every consumer learns of it and the next poll does not bring them back. Of
everything else only the text goes, and the row stays: entries to recognise what feeds still list, revisions
to say what was edited when. The change log is never cut: a line is small, and a consumer may replay the log
from its beginning."""

from collections.abc import Callable
from datetime import datetime

from worker.config.groups import RetentionPolicy
from worker.monitor.events import RetentionApplied, emit
from worker.outcome import RetentionOutcome
from worker.services.stories import relate_waiting
from worker.store import Store, retention, sessions, tombstones
from worker.store.retention import Amount, RetentionRule

BATCH = 100
"""Articles purged in one transaction, as by hand."""
ROWS = 1000
"""Rows emptied in one transaction; a guess, as for the bodies of pages."""
MOST = 5000
"""Rows of a rule that one task deletes, some ten seconds' work. A guess."""
WHY = "past its retention"
"""Why, in the words that are kept with a tombstone."""


def rules_of(policy: RetentionPolicy) -> list[RetentionRule]:
    """Return the rules that are set, in the order in which they are applied."""
    found = (
        RetentionRule("pages_age"),
        RetentionRule("pages_size", bytes=policy.pages_bytes),
        RetentionRule("entries_age", age=policy.entries),
        RetentionRule("revisions_age", age=policy.revisions),
        RetentionRule("audit_age", age=policy.audit),
        RetentionRule("articles_feed"),
        RetentionRule("articles_age", age=policy.articles),
        RetentionRule("articles_size", bytes=policy.articles_bytes),
    )
    always = ("pages_age", "articles_feed")
    return [rule for rule in found if rule.name in always or rule.age is not None or rule.bytes is not None]


def plan(store: Store, policy: RetentionPolicy, *, now: datetime) -> list[Amount]:
    """Return what each rule would delete now. An article that two rules concern counts for both."""
    with store.begin() as db:
        return [retention.amount(db, rule, now=now) for rule in rules_of(policy)]


def apply(
    store: Store,
    policy: RetentionPolicy,
    *,
    now: datetime,
    most: int | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> dict[str, int]:
    """Delete what has passed its retention, at most about `most` rows a rule; return the rows by rule."""
    done = {}
    for rule in rules_of(policy):
        done[rule.name] = _apply_rule(store, rule, now=now, most=most, stopping=stopping)
    purged = sum(count for name, count in done.items() if name.startswith("articles"))
    relate_waiting(store, now=now, limit=purged + 1, stopping=stopping)
    return done


def apply_a_part(
    store: Store, policy: RetentionPolicy, *, now: datetime, stopping: Callable[[], bool]
) -> None:
    """Delete a bounded part of what has passed its retention, and report it; the next call goes on."""
    with store.begin() as db:
        sessions.forget_over(db, now=now)
    done = apply(store, policy, now=now, most=MOST, stopping=stopping)
    if any(done.values()):
        purged = sum(count for name, count in done.items() if name.startswith("articles"))
        emit(RetentionApplied(outcome=RetentionOutcome.DONE, articles=purged, rows=sum(done.values())))


def _apply_rule(
    store: Store, rule: RetentionRule, *, now: datetime, most: int | None, stopping: Callable[[], bool]
) -> int:
    total = 0
    while not stopping() and (most is None or total < most):
        with store.begin() as db:
            if rule.name.startswith("articles"):
                ids = retention.expired_articles(db, rule, now=now, limit=BATCH)
                count = tombstones.purge(db, ids, why=WHY, now=now) if ids else 0
            else:
                count = retention.empty(db, rule, now=now, limit=ROWS)
        total += count
        if not count:
            break
    return total
