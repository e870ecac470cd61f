"""What the operator should know, in sentences, from a snapshot."""

import shlex

from worker.cli.live.snapshot import Snapshot
from worker.services.problems import UNREACHABLE
from worker.store.rule_misses import Stopped

SAID = ("identity", "broker", "standstill", "network", "feeds", "rule")
"""Kinds of problems for which this module has separate sentences."""
SUPERVISED = ("no-worker", "worker-stuck", "beat")
"""Kinds that are not shown: a run watches its own parts, and restarts them. `wiredesk doctor` names them."""

SHOWN_RULES = 5
SHOWN_FEEDS = 5
"""Rules and feeds that are named, so that a terminal of 24 lines still shows the counts above. A guess."""


def warnings(snapshot: Snapshot, *, contact: str | None) -> list[str]:
    """Return the warnings, the most important first."""
    found = [
        _no_internet(snapshot),
        _identity(snapshot),
        _no_redis(snapshot),
        *(f"Work stands still: {words}. `wiredesk doctor` names the command." for words in snapshot.standing),
        *(
            f"{each.feed} is {each.condition}: {each.reason}. `wiredesk feeds show {each.feed_id}`"
            for each in snapshot.unwell[:SHOWN_FEEDS]
        ),
        *map(_stopped, snapshot.stopped_rules[:SHOWN_RULES]),
        *(
            f"{problem.summary}. `{problem.command}`"
            for problem in snapshot.problems
            if problem.kind not in (*SAID, *SUPERVISED)
        ),
        _contact(contact),
    ]
    return [line for line in found if line]


def _no_internet(snapshot: Snapshot) -> str | None:
    feeds = snapshot.feeds
    unreachable = sum(feeds.failing.get(reason, 0) for reason in UNREACHABLE)
    failing = sum(feeds.failing.values())
    if not failing or feeds.working > 0 or unreachable < failing:
        return None
    return f"No internet? None of the {failing} feeds polled so far can be reached; still trying."


def _identity(snapshot: Snapshot) -> str | None:
    identity = snapshot.counts.identity
    if identity.holds:
        return None
    ended = identity.stored + identity.duplicate + identity.refused + identity.waiting
    return f"The counts do not add up: {identity.discovered} entries discovered, {ended} accounted for."


def _no_redis(snapshot: Snapshot) -> str | None:
    if snapshot.queues is not None or not snapshot.runs:
        return None
    return "Redis does not answer: work waits in the database and continues when it is back."


def _stopped(rule: Stopped) -> str:
    last = "last page" if rule.pages == 1 else f"last {rule.pages} pages"
    return (
        f"{rule.host} has changed? {rule.selector} of the rule {rule.file} matched nothing on its {last}: "
        f"`wiredesk rules test {shlex.quote(rule.url)}`"
    )


def _contact(contact: str | None) -> str | None:
    if contact:
        return None
    return (
        "Publishers cannot reach you: set WIREDESK_CONTACT to an address or URL, it goes into the User-Agent."
    )
