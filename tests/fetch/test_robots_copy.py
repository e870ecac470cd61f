"""How long a copy of robots.txt is kept, and what answers to its request mean."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.fetch.reply import Failure, Reply
from worker.fetch.robots import RobotsCopy, copy_of
from worker.outcome import Reason, Refusal

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "cache_control,hours",
    [("", 24), ("max-age=7200", 2), ("max-age=999999", 24), ("no-store", 1 / 6), ("max-age=1", 1 / 6)],
)
def test_cache_control_can_shorten_the_life_of_a_robots_copy(cache_control: str, hours: float) -> None:
    copy = copy_of(Reply(url="", status=200, headers={"cache-control": cache_control}), now=NOW)
    assert isinstance(copy, RobotsCopy)
    assert copy.expires_at == NOW + timedelta(hours=hours)


@pytest.mark.parametrize("reason", Reason)
def test_every_failure_of_robots_txt_means_no_rules_or_unreachable(reason: Reason) -> None:
    copy = copy_of(Failure(refusal=Refusal(reason), retryable=False), now=NOW)
    if isinstance(copy, Failure):
        assert copy.refusal.reason is Reason.ROBOTS_UNREACHABLE
        assert copy.retryable
        assert reason in copy.refusal.detail
    else:
        assert copy.body == b""
