"""The copy of a host's robots.txt that is kept between turns, and what answers mean for it (RFC 9309)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.fetch.headers import max_age
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason, Refusal

# RFC 9309, 2.4: not longer than this; a host that says less is asked at most every ten minutes.
_LONGEST = timedelta(hours=24)
_SHORTEST = timedelta(minutes=10)
_WHILE_UNREACHABLE = timedelta(hours=1)
GIVEN_UP = timedelta(days=30)
"""RFC 9309, 2.3.1.4: a file that is unreachable for longer than this may be taken for none."""
REDIRECTS = 5
"""RFC 9309, 2.3.1.2: at least so many are followed, whatever the setting for pages is."""
# "Unavailable" status codes and endless redirects mean that there are no rules (2.3.1.2, 2.3.1.3); 429 is no
# statement about the file, so it counts as unreachable (2.3.1.4), as the large crawlers have it.
_NO_RULES = frozenset(
    {
        Reason.HTTP_GONE,
        Reason.HTTP_FORBIDDEN,
        Reason.HTTP_CLIENT_ERROR,
        Reason.HTTP_UNEXPECTED,
        Reason.BOT_CHALLENGE,
        Reason.TOO_MANY_REDIRECTS,
    }
)


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """What the host's robots.txt said: `body` is empty where it has none. Good until `expires_at` (aware).

    `failing_since` is set where the file cannot be read and this copy stands in for it.
    """

    body: bytes
    status: int | None
    expires_at: datetime
    failing_since: datetime | None = None


def copy_of(answer: Reply | Failure, *, now: datetime) -> RobotsCopy | Failure:
    """What to keep of the answer to robots.txt; ROBOTS_UNREACHABLE when nothing may be fetched."""
    if isinstance(answer, Reply):
        good_for = max_age(answer.headers)
        good_for = _LONGEST if good_for is None else min(max(good_for, _SHORTEST), _LONGEST)
        return RobotsCopy(answer.content(), answer.status, now + good_for)
    if answer.refusal.reason in _NO_RULES:
        return RobotsCopy(b"", answer.status, now + _LONGEST)
    detail = f"{answer.refusal.reason}: {answer.refusal.detail}"
    return replace(answer, refusal=Refusal(Reason.ROBOTS_UNREACHABLE, detail), retryable=True)


def while_unreachable(
    copy: RobotsCopy | None, failed: Failure, *, since: datetime, now: datetime
) -> RobotsCopy | None:
    """What to go by while the file cannot be read, `since` when: the old copy, as RFC 9309 (2.4) permits;
    without one nothing at first, and after a long time no rules."""
    if copy is not None:
        return replace(copy, expires_at=now + _WHILE_UNREACHABLE, failing_since=since)
    if now - since < GIVEN_UP:
        return None
    return RobotsCopy(b"", failed.status, now + _LONGEST, since)
