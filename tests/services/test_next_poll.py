"""When a feed is polled next, and why: every rule of `next_poll`, and the laws that hold for all of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.config.settings import Settings
from worker.fetch.reply import Failure
from worker.model import FeedState
from worker.outcome import Reason, Refusal
from worker.rows.feeds import Feed
from worker.services.poll.decide import pushes_missed
from worker.services.poll.next_poll import (
    LONGEST_WISH,
    Answered,
    Failed,
    Happening,
    NextPoll,
    Pushed,
    PushUnreadable,
    next_poll,
    put_off,
)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = Settings(
    poll_floor_seconds=300,
    poll_cap_seconds=6 * 3600,
    poll_price_seconds=900,
    poll_error_base_seconds=300,
    poll_error_cap_seconds=86400,
    poll_host_per_hour=600,
    websub_callback_url="https://news.example.org",
    websub_poll_seconds=3600,
).polling
SPANS = st.timedeltas(timedelta(0), timedelta(days=400))
JITTER = st.floats(0, 1, exclude_max=True)


def feed(**values: Any) -> Feed:
    """A feed that was polled an hour ago, is due in an hour, and has nothing else to it."""
    row = dict.fromkeys(Feed.__dataclass_fields__)
    row |= {"id": 1, "url": "https://news.example/feed", "host_id": 1, "state": FeedState.ACTIVE}
    row |= {"attempts": 0, "errors": 0, "moved_seen": 0, "last_items": 0, "settings": {}}
    row |= {"last_polled_at": NOW - HOUR, "due_at": NOW + HOUR, "due_because": "its rhythm"}
    return Feed(**(row | values))  # type: ignore[arg-type]


def after(happened: Happening, *, jitter: float = 0.0, **values: Any) -> NextPoll:
    return next_poll(feed(**values), happened, now=NOW, policy=POLICY, jitter=jitter)


def failed(retry_after: timedelta | None = None) -> Failed:
    return Failed(Failure(refusal=Refusal(Reason.TIMEOUT), retryable=True, retry_after=retry_after))


def test_a_feed_that_fails_backs_off_and_says_how_often_it_failed() -> None:
    chosen = after(failed(), errors=2)
    assert chosen.due_at == NOW + timedelta(minutes=20)
    assert chosen.because == "the last 3 polls failed (timeout): it backs off for 20 min"


def test_a_retry_after_longer_than_the_backoff_is_obeyed_up_to_the_error_cap() -> None:
    chosen = after(failed(2 * HOUR))
    assert (chosen.due_at, chosen.because) == (NOW + 2 * HOUR, "its host asks to wait 2 h (Retry-After)")
    assert after(failed(timedelta(days=900))).due_at == NOW + POLICY.error_cap


def test_a_feed_that_is_gone_is_never_polled_again() -> None:
    chosen = after(Failed(failed().failure, gone=True))
    assert chosen.due_at is None
    assert "gone for good" in chosen.because


@pytest.mark.parametrize(
    ("happened", "share", "floor", "named"),
    [
        (Answered(wish=8 * HOUR), None, 8 * HOUR, "ttl"),
        (Answered(fresh_for=9 * HOUR), None, 9 * HOUR, "Cache-Control"),
        (Answered(), 1 / 4800, 8 * HOUR, "poll_host_per_hour"),
        (Answered(wish=timedelta(days=365)), None, LONGEST_WISH, "ttl"),
    ],
    ids=["ttl", "max-age", "crowded host", "a ttl of a year"],
)
def test_the_longest_floor_holds_and_is_named(
    happened: Answered, share: float | None, floor: timedelta, named: str
) -> None:
    chosen = after(happened, host_share=share)
    assert chosen.due_at == NOW + floor
    assert named in chosen.because


def test_the_wish_of_a_document_still_holds_after_an_unchanged_answer() -> None:
    first = after(Answered(wish=8 * HOUR))
    assert after(Answered(), cadence=first.cadence).due_at == NOW + 8 * HOUR


@pytest.mark.parametrize(
    "wish", [Answered(wish=8 * HOUR, missed=HOUR), Answered(fresh_for=8 * HOUR, missed=HOUR)]
)
def test_a_wish_of_the_publisher_gives_way_while_polls_miss_entries(wish: Answered) -> None:
    chosen = after(wish)
    assert chosen.due_at == NOW + HOUR / 2
    again = after(Answered(wish=8 * HOUR), cadence=chosen.cadence)
    assert again.due_at == NOW + HOUR


def test_an_interval_that_the_operator_set_holds_whatever_the_rhythm_and_the_wishes_say() -> None:
    mine = {"settings": {"interval": 600.0}}
    busy = Answered(published=[NOW - timedelta(minutes=1) * number for number in range(60)])
    for happened in (busy, Answered(), Answered(wish=8 * HOUR), Answered(fresh_for=8 * HOUR)):
        chosen = after(happened, pushed_until=NOW + 24 * HOUR, **mine)
        assert chosen.due_at == NOW + timedelta(minutes=10)
        assert chosen.because == "the operator set an interval of 10 min for it"
    assert after(Pushed(NOW + 24 * HOUR), **mine).due_at == NOW + HOUR
    assert after(failed(), errors=2, **mine).due_at == NOW + timedelta(minutes=20)


def test_a_least_interval_that_the_operator_set_counts_instead_of_all_others() -> None:
    busy = [NOW - timedelta(seconds=10) * number for number in range(500)]
    for least in (60.0, 7200.0):
        mine = {"settings": {"min_interval": least}}
        chosen = after(Answered(published=busy, wish=8 * HOUR, fresh_for=3 * HOUR), **mine)
        assert chosen.due_at == NOW + timedelta(seconds=least)
        assert "the operator allows" in chosen.because


def test_a_silent_feed_is_polled_at_the_cap() -> None:
    chosen = after(Answered(published=[NOW - timedelta(days=300)]))
    assert chosen.due_at == NOW + POLICY.cap
    assert chosen.because == "at most 6 h between two polls (poll_cap_seconds)"


def test_a_busy_feed_is_polled_by_its_rhythm() -> None:
    shown = [NOW - timedelta(minutes=30) * number for number in range(40)]
    chosen = after(Answered(published=shown))
    assert chosen.due_at is not None
    assert NOW + POLICY.floor < chosen.due_at < NOW + POLICY.cap
    assert chosen.because == "its rhythm of about 22 entries a day"


def test_a_feed_that_published_more_than_its_document_holds_is_polled_sooner() -> None:
    chosen = after(Answered(missed=HOUR))
    assert chosen.due_at == NOW + HOUR / 2
    assert "more than its document holds" in chosen.because


def test_entries_left_in_the_document_are_taken_as_soon_as_the_floor_allows() -> None:
    chosen = after(Answered(left=True))
    assert chosen.due_at == NOW + POLICY.floor
    assert "more new entries than one poll takes" in chosen.because


def test_polls_are_put_off_while_pushes_come_but_not_when_pushes_were_missed() -> None:
    busy = Answered(published=[NOW - timedelta(minutes=1) * number for number in range(60)])
    relied_on = {"pushed_until": NOW + 24 * HOUR}
    assert after(busy, **relied_on).due_at == NOW + HOUR
    assert "hub" in after(busy, **relied_on).because
    missed = Answered(published=busy.published, pushes_missed=True)
    assert after(missed, **relied_on).due_at == after(busy).due_at


def test_a_push_puts_the_next_poll_off_counted_from_the_last_poll() -> None:
    chosen = after(Pushed(NOW + 24 * HOUR), due_at=NOW + timedelta(minutes=1), last_polled_at=NOW)
    assert (chosen.due_at, "hub" in chosen.because) == (NOW + HOUR, True)


def test_a_push_teaches_the_rhythm_of_its_feed() -> None:
    chosen = after(Pushed(None, published=(NOW - timedelta(minutes=3),)))
    assert chosen.cadence is not None
    assert chosen.cadence["rate"] > 0
    assert after(Pushed(None)).cadence is None


@pytest.mark.parametrize("state", [{"attempts": 1}, {"errors": 1}], ids=["under way", "failing"])
@pytest.mark.parametrize("happened", [Pushed(NOW + 24 * HOUR), PushUnreadable()], ids=["read", "unreadable"])
def test_a_push_does_not_move_a_poll_that_is_under_way_or_backs_off(
    state: dict[str, int], happened: Happening
) -> None:
    chosen = after(happened, last_polled_at=NOW - 2 * HOUR, **state)
    assert (chosen.due_at, chosen.because) == (NOW + HOUR, "its rhythm")


def test_a_push_that_cannot_be_read_has_the_feed_polled_as_soon_as_the_floor_allows() -> None:
    assert after(PushUnreadable(), last_polled_at=NOW).due_at == NOW + POLICY.floor
    assert after(PushUnreadable()).due_at == NOW
    assert "could not be read" in after(PushUnreadable()).because


HAPPENINGS = st.one_of(
    st.builds(failed, st.none() | SPANS),
    st.builds(
        Answered,
        published=st.lists(st.builds(lambda ago: NOW - ago, SPANS), max_size=5),
        wish=st.none() | SPANS,
        fresh_for=SPANS,
        left=st.booleans(),
        missed=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
        pushes_missed=st.booleans(),
    ),
    st.builds(Pushed, st.none() | st.builds(lambda ahead: NOW + ahead, SPANS)),
    st.just(PushUnreadable()),
)


@given(HAPPENINGS, JITTER, st.integers(0, 90), st.none() | SPANS, st.floats(0.001, 1))
def test_a_next_poll_is_never_in_the_past_nor_years_ahead_and_always_says_why(
    happened: Happening, jitter: float, errors: int, pushed: timedelta | None, share: float
) -> None:
    until = None if pushed is None else NOW + pushed
    chosen = after(happened, jitter=jitter, errors=errors, pushed_until=until, host_share=share)
    assert chosen.due_at is not None
    assert NOW <= chosen.due_at <= NOW + LONGEST_WISH + timedelta(minutes=1)
    assert chosen.because
    assert "\n" not in chosen.because


@given(SPANS, st.none() | SPANS)
def test_pushes_put_polls_off_but_not_beyond_the_trust_in_them(
    due: timedelta, until: timedelta | None
) -> None:
    planned, pushed_until = NOW + due, None if until is None else NOW + until
    polled = put_off(planned, pushed_until, since=NOW, polls=HOUR)
    assert polled >= planned
    if polled > planned:
        assert pushed_until is not None
        assert polled <= min(NOW + HOUR, pushed_until)
    assert put_off(planned, pushed_until, since=NOW, polls=None) == planned


@pytest.mark.parametrize(
    "ages, missed",
    [([], False), ([timedelta(minutes=4)], False), ([timedelta(minutes=4), timedelta(hours=1)], True)],
)
def test_only_what_a_hub_had_time_to_push_counts_as_missed(ages: list[timedelta], missed: bool) -> None:
    published = [NOW - age for age in ages]
    assert pushes_missed(NOW + timedelta(hours=1), published, now=NOW) is missed
    assert pushes_missed(NOW + timedelta(hours=1), [None], now=NOW)
    assert not pushes_missed(None, [None], now=NOW)
    assert not pushes_missed(NOW, [None], now=NOW)
