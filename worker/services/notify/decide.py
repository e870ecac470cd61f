"""What to tell the operator: once when a problem has lasted, and once when it is over.

A problem that lasts for less than `after` is not reported, so neither a restart nor a server that is away for
a moment sends anything. It is over when it was not seen for `OVER` times as long: a problem that comes and
goes is one problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.monitor.problems import Problem, Severity
from worker.store.notices import Notice

OVER = 5
"""A guess: with two minutes, a problem that returns within ten is still the same."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Problems to report as begun and as ended, and the notices to save and to forget afterwards."""

    begun: tuple[Notice, ...]
    ended: tuple[Notice, ...]
    saved: tuple[Notice, ...]
    forgotten: tuple[str, ...]


def compare(
    problems: Sequence[Problem],
    notices: Sequence[Notice],
    *,
    after: timedelta,
    severity: Severity,
    now: datetime,
) -> Decision:
    """Compare the problems of now with the notices of before; `severity` page leaves out tickets."""
    before = {notice.key: notice for notice in notices}
    wrong = {one.key: one for one in problems if severity == "ticket" or one.severity == "page"}
    begun, saved = [], []
    for problem in wrong.values():
        notice = _seen(problem, before.get(problem.key), now)
        if notice.told_at is None and now - notice.since >= after:
            notice = replace(notice, told_at=now)
            begun.append(notice)
        saved.append(notice)
    ended, forgotten = [], []
    for notice in notices:
        if notice.key in wrong:
            continue
        gone = notice.gone_since or now
        if notice.told_at is None:
            forgotten.append(notice.key)
        elif now - gone >= OVER * after:
            ended.append(replace(notice, gone_since=gone))
            forgotten.append(notice.key)
        else:
            saved.append(replace(notice, gone_since=gone))
    return Decision(tuple(begun), tuple(ended), tuple(saved), tuple(forgotten))


def _seen(problem: Problem, before: Notice | None, now: datetime) -> Notice:
    return Notice(
        key=problem.key,
        severity=problem.severity,
        summary=problem.summary,
        command=problem.command,
        link=problem.link,
        since=before.since if before else now,
        told_at=before.told_at if before else None,
    )
