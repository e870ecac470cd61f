"""A feed is quiet when its silence is unusual for this feed, this hour and this day."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.health.rhythm import Clock, a_week, quiet_at

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def every(gap: timedelta, days: int) -> list[datetime]:
    return list(
        takewhile(lambda at: at < MONDAY + timedelta(days=days), (MONDAY + gap * n for n in range(10**6)))
    )


def newsroom(days: int) -> list[datetime]:
    """An entry every half hour from 6 to 22, Monday to Friday."""
    return [at for at in every(timedelta(minutes=30), days) if at.weekday() < 5 and 6 <= at.hour < 22]


def test_a_steady_feed_is_quiet_when_about_twelve_entries_are_missing() -> None:
    times = every(HOUR, 21)
    wait = quiet_at(times) - times[-1]  # type: ignore[operator]
    assert 11 * HOUR < wait < 14 * HOUR


def test_no_feed_is_quiet_within_nine_hours() -> None:
    times = every(timedelta(minutes=1), 21)
    assert quiet_at(times) == times[-1] + 9 * HOUR


def test_usual_pauses_at_night_and_weekends_do_not_count_as_silence() -> None:
    times = newsroom(40)
    friday = [at for at in times if at <= MONDAY + timedelta(days=32, hours=21, minutes=30)]
    quiet = quiet_at(friday)
    assert friday[-1].weekday() == 4
    assert quiet is not None
    assert quiet.weekday() == 0, "it may be silent all the weekend"


def test_a_silence_that_begins_in_a_working_day_shows_on_the_next() -> None:
    morning = [at for at in newsroom(40) if at <= MONDAY + timedelta(days=29, hours=8)]
    quiet = quiet_at(morning)
    assert quiet is not None
    assert quiet - morning[-1] < 36 * HOUR


def test_a_feed_that_publishes_in_bursts_may_be_silent_between_them() -> None:
    burst = [MONDAY + timedelta(days=3 * day, minutes=minute) for day in range(16) for minute in range(20)]
    wait = quiet_at(burst) - burst[-1]  # type: ignore[operator]
    assert wait > timedelta(days=5)


def test_a_feed_with_little_history_is_never_quiet() -> None:
    assert quiet_at([]) is None
    assert quiet_at(every(HOUR, 13)) is None
    assert quiet_at(every(timedelta(days=5), 40)) is None


def test_a_slow_feed_is_judged_by_up_to_a_year() -> None:
    times = every(timedelta(days=7), 300)
    quiet = quiet_at(times)
    assert quiet is not None
    assert timedelta(days=60) < quiet - times[-1] < timedelta(days=100)


def test_old_habits_are_forgotten() -> None:
    lately = every(HOUR, 60)
    before = [MONDAY - timedelta(days=30 * n) for n in range(1, 10)]
    assert quiet_at(before + lately) == quiet_at(lately[-56 * 24 :])


def test_the_usual_number_of_entries_a_week_is_counted() -> None:
    assert a_week([]) == 0
    assert round(a_week(every(HOUR, 28))) == 168


@given(
    st.lists(st.integers(0, 56 * 86400), min_size=2, max_size=200, unique=True),
    st.floats(1e9, 2e9),
    st.floats(0, 1000),
)
def test_the_clock_always_advances_and_can_be_inverted(offsets: list[int], at: float, entries: float) -> None:
    clock = Clock.of(sorted(MONDAY.timestamp() + offset for offset in offsets))
    reading = clock.reading(at)
    assert clock.reading(at + 60) > reading
    assert abs(clock.reading(clock.when(reading + entries)) - reading - entries) < 1e-6 * max(1, reading)
