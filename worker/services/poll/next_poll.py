"""When a feed is polled next, and why: the one place that decides it. Pure.

Whatever happens to a feed is one value: a poll that went well (`Answered`) or failed (`Failed`), a push that
was read (`Pushed`) or could not be read (`PushUnreadable`). `next_poll` turns it into a due time and a
sentence that says why; both are stored with the feed and shown, so that "why is this feed polled at 14:07?"
has one answer.

After a poll that went well, in this order:

1. `cadence` learns from the new entries and chooses the interval with the best use of a poll, at its price;
2. never sooner than the floor: the operator's, what the publisher requests (ttl and sy:updatePeriod in the
   document, Cache-Control max-age in the answer) and the feed's share of what its host bears. A feed that
   publishes more than its document holds is polled sooner than its publisher requests: otherwise entries
   would be missed. A least interval that the operator set for the feed counts instead of the general one and
   of the publisher's;
3. never later than the cap, which is shorter while a feed publishes more than its document holds;
4. at the interval that the operator set for the feed, whatever 1 to 3 say;
5. at the floor when new entries were left in the document;
6. later while a WebSub hub pushes the feed's entries, unless the operator set its interval;
7. with jitter.

The document's request is kept with the cadence, since a 304 does not repeat it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.config.groups import PollPolicy
from worker.feeds import cadence
from worker.feeds.cadence.backoff import backoff
from worker.fetch.reply import Failure
from worker.rows.feeds import Feed

LONGEST_WISH = timedelta(days=1)
"""The longest interval that a publisher or a crowded host can impose: a ttl of a year is a mistake."""

JITTER_SHARE = 1 / 20
JITTER_MOST = timedelta(minutes=1)
"""Jitter is at most this share of the wait, and at most a minute: a guess that costs hardly any freshness."""

SAME_TIME = timedelta(seconds=1)
"""Due times this close are taken for equal: the cadence computes in floats."""

PUSHED = "its hub pushes new entries, so polls only check on it (websub_poll_seconds)"
"""The reason that polls and pushes share."""


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a feed is due again (None: never), the sentence that says why, and what was learned of its rhythm.

    `cadence` is None if nothing was learned: the stored one stays.
    """

    due_at: datetime | None
    because: str
    cadence: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A poll that went well.

    `published` has the instants of the new entries, `wish` the least interval that the document requests
    (None: it was not read, and its last request holds), `fresh_for` what Cache-Control says. `left`:
    new entries are left in the document. `missed` is the time since the last poll where the document shows
    that entries came and went in it.
    """

    published: Sequence[datetime] = ()
    wish: timedelta | None = None
    fresh_for: timedelta = timedelta(0)
    left: bool = False
    missed: timedelta | None = None
    pushes_missed: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll that failed; `gone`: the host says that the feed is gone for good."""

    failure: Failure
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push that was read; pushes are relied on until `until`, None: not at all.

    `published` has the instants of the entries that it brought, None where it brought nothing to learn from.
    """

    until: datetime | None
    published: Sequence[datetime] | None = None
    wish: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PushUnreadable:
    """A push that could not be read: it says that there is something new, and not what."""


Happening = Answered | Failed | Pushed | PushUnreadable


def next_poll(
    feed: Feed, happened: Happening, *, now: datetime, policy: PollPolicy, jitter: float
) -> NextPoll:
    """Return when `feed` is polled next, and why; `jitter` is random in [0, 1)."""
    match happened:
        case Failed():
            return _after_failure(feed, happened, now, policy, jitter)
        case Answered():
            return _after_answer(feed, happened, now, policy, jitter)
        case Pushed():
            return _after_push(feed, happened, now, policy)
        case PushUnreadable():
            return _after_unreadable_push(feed, now, policy)


def _after_failure(feed: Feed, failed: Failed, now: datetime, policy: PollPolicy, jitter: float) -> NextPoll:
    if failed.gone:
        return NextPoll(None, "its host answers that the feed is gone for good")
    errors = feed.errors + 1
    wait = backoff(errors, base=policy.error_base, cap=policy.error_cap, jitter=jitter)
    wished = min(failed.failure.retry_after or timedelta(0), policy.error_cap)
    if wished > wait:
        return NextPoll(now + wished, f"its host asks to wait {spoken(wished)} (Retry-After)")
    failures = "the last poll failed" if errors == 1 else f"the last {errors} polls failed"
    return NextPoll(
        now + wait, f"{failures} ({failed.failure.refusal.reason}): it backs off for {spoken(wait)}"
    )


def _after_answer(
    feed: Feed, answered: Answered, now: datetime, policy: PollPolicy, jitter: float
) -> NextPoll:
    misses = answered.missed is not None or bool((feed.cadence or {}).get("hurry"))
    floor, why_floor = _floor(feed, answered.wish, answered.fresh_for, policy, misses=misses)
    rhythm = _rhythm(feed, answered.published, answered.wish, answered.missed, floor, now, policy)
    due_at, interval = rhythm.due_at, feed.overrides.interval
    if interval is not None:
        due_at, because = now + interval, f"the operator set an interval of {spoken(interval)} for it"
    elif due_at <= now + floor + SAME_TIME:
        because = why_floor
    elif due_at < now + rhythm.cap - SAME_TIME:
        because = f"its rhythm of about {rhythm.rate * 86400:.2g} entries a day"
    elif rhythm.hurries:
        because = f"it published more than its document holds: at most {spoken(rhythm.cap)} between polls"
    else:
        because = f"at most {spoken(policy.cap)} between two polls (poll_cap_seconds)"
    if answered.left and now + floor < due_at:
        due_at, because = now + floor, "its document has more new entries than one poll takes"
    pushed_until = None if answered.pushes_missed or interval is not None else feed.pushed_until
    if (later := put_off(due_at, pushed_until, since=now, polls=_polls_while_pushed(policy))) > due_at:
        due_at, because = later, PUSHED
    return NextPoll(jittered(due_at, now=now, jitter=jitter), because, rhythm.kept)


def _after_push(feed: Feed, pushed: Pushed, now: datetime, policy: PollPolicy) -> NextPoll:
    """Counted from the last poll, so that a stream of pushes does not put polls off forever."""
    kept = None
    if pushed.published is not None:
        floor, _ = _floor(feed, pushed.wish, timedelta(0), policy)
        kept = _rhythm(feed, pushed.published, pushed.wish, None, floor, now, policy).kept
    if _may_move(feed) and feed.due_at and feed.last_polled_at and feed.overrides.interval is None:
        later = put_off(
            feed.due_at, pushed.until, since=feed.last_polled_at, polls=_polls_while_pushed(policy)
        )
        if later > feed.due_at:
            return NextPoll(later, PUSHED, kept)
    return NextPoll(feed.due_at, feed.due_because or "", kept)


def _after_unreadable_push(feed: Feed, now: datetime, policy: PollPolicy) -> NextPoll:
    sooner = max(now, (feed.last_polled_at or now) + policy.floor)
    if _may_move(feed) and feed.due_at is not None and sooner < feed.due_at:
        return NextPoll(sooner, "its hub pushed a document that could not be read")
    return NextPoll(feed.due_at, feed.due_because or "")


def _polls_while_pushed(policy: PollPolicy) -> timedelta | None:
    return policy.websub.polls if policy.websub else None


def _may_move(feed: Feed) -> bool:
    """Whether a push may move the feed's due time: not while it is being polled or backs off."""
    return feed.attempts == 0 and feed.errors == 0


def _floor(
    feed: Feed,
    wish: timedelta | None,
    fresh_for: timedelta,
    policy: PollPolicy,
    *,
    misses: bool = False,
) -> tuple[timedelta, str]:
    """The least wait, and the bound that it comes from; `misses`: entries were lost between its polls."""
    floors = {
        f"the feeds of its host share {policy.host_per_hour} polls an hour (poll_host_per_hour)": bearable(
            feed.host_share, policy.host_per_hour
        )
    }
    if (least := feed.overrides.min_interval) is not None:
        floors[f"as soon as the operator allows for it, {spoken(least)} (min_interval)"] = least
    else:
        floors[f"as soon as the settings allow, {spoken(policy.floor)} (poll_floor_seconds)"] = policy.floor
        if not misses:
            asked, fresh_for = min(_asked(feed, wish), LONGEST_WISH), min(fresh_for, LONGEST_WISH)
            floors |= {
                f"its document requests {spoken(asked)} between polls (ttl or sy:updatePeriod)": asked,
                f"its host says that it stays fresh for {spoken(fresh_for)} (Cache-Control)": fresh_for,
            }
    because = max(floors, key=lambda why: floors[why])
    return floors[because], because


def _asked(feed: Feed, wish: timedelta | None) -> timedelta:
    return timedelta(seconds=float((feed.cadence or {}).get("asked", 0.0))) if wish is None else wish


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """The poll by a feed's rhythm, its entries a second, and what is kept to go on from."""

    due_at: datetime
    rate: float
    cap: timedelta
    hurries: bool
    kept: dict[str, Any]


def _rhythm(
    feed: Feed,
    published: Sequence[datetime],
    wish: timedelta | None,
    missed: timedelta | None,
    floor: timedelta,
    now: datetime,
    policy: PollPolicy,
) -> _Rhythm:
    before = feed.cadence or {}
    state = cadence.from_json(before["state"]) if before.get("state") else None
    hurry = hurried(before.get("hurry"), missed, floor=floor, cap=policy.cap)
    cap = hurry or policy.cap
    state, due_at = cadence.plan(
        state, now=now, seen=sorted(published), price=policy.price, floor=floor, cap=cap
    )
    rate = state.rate.per_second
    kept = {"state": cadence.to_json(state), "asked": _asked(feed, wish).total_seconds(), "rate": rate}
    if hurry:
        kept["hurry"] = hurry.total_seconds()
    return _Rhythm(due_at, rate, cap, hurry is not None, kept)


def hurried(
    before: float | None, missed: timedelta | None, *, floor: timedelta, cap: timedelta
) -> timedelta | None:
    """Return the cap while a feed publishes more than its document holds; None: the usual `cap`.

    Half of the time in which entries came and went, halved again while they do; each poll that overlaps with
    the one before doubles it, until `cap` is reached.
    """
    if missed is not None:
        base = min(missed, timedelta(seconds=before)) if before else missed
        return min(max(base / 2, floor), cap)
    if before is None or timedelta(seconds=2 * before) >= cap:
        return None
    return timedelta(seconds=2 * before)


def bearable(share: float | None, per_hour: float | None) -> timedelta:
    """Return the least interval of a feed with this `share` of its host's load, as `Feed.host_share`.

    If all feeds of the host were polled at theirs, the host would get `per_hour` polls an hour, shared so
    that their entries are found as early as this allows (by the square root of their rates).
    """
    if not share or per_hour is None:
        return timedelta(0)
    return min(timedelta(hours=1) / (per_hour * share), LONGEST_WISH)


def put_off(
    due_at: datetime, pushed_until: datetime | None, *, since: datetime, polls: timedelta | None
) -> datetime:
    """Return a later due time while pushes are relied on, but not beyond `pushed_until`.

    `since` is the time of the poll before, `polls` the least time between two polls of a pushed feed.
    """
    if polls is None or pushed_until is None or pushed_until <= since:
        return due_at
    return max(due_at, min(since + polls, pushed_until))


def jittered(due_at: datetime, *, now: datetime, jitter: float) -> datetime:
    """Add jitter to a due time.

    Without it, every client that sees a feed publish on the hour would poll it in the same second.
    """
    return due_at + jitter * min((due_at - now) * JITTER_SHARE, JITTER_MOST)


def spoken(span: timedelta) -> str:
    """Return a duration for people, in its largest unit: `5 min`, `1.5 h`."""
    seconds = span.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{round(seconds / size, 1):g} {unit}"
    return f"{seconds:.0f} s"
