"""Long-term averages move slowly and short-term ones quickly; only a clear change counts."""

from datetime import timedelta

import pytest

from worker.feeds.health.habits import Share, Size


def shown(size: Size, items: int, **passed: float) -> Size:
    """The document had `items` for so long, looked at every hour."""
    for _ in range(int(timedelta(**passed) / timedelta(hours=1))):
        size = size.after(items, timedelta(hours=1))
    return size


def shares(share: Share, bad: int, of: int, times: int) -> Share:
    for _ in range(times):
        share = share.after(bad, of)
    return share


def test_a_document_that_is_emptied_has_shrunk_before_a_day_is_over() -> None:
    size = Size(50, 50)
    assert not shown(size, 0, hours=6).shrank
    assert shown(size, 0, hours=24).shrank


def test_a_document_that_is_filled_again_no_longer_counts_as_shrunk() -> None:
    assert not shown(shown(Size(50, 50), 0, hours=24), 50, hours=24).shrank


def test_a_feed_that_starts_empty_each_day_does_not_count_as_shrunk() -> None:
    size = Size(20, 20)
    for _ in range(10):
        for items in (0, 10, 20, 40):
            size = shown(size, items, hours=6)
            assert not size.shrank


def test_a_size_that_has_lasted_for_weeks_is_usual() -> None:
    assert not shown(Size(50, 50), 12, days=21).shrank


def test_a_feed_of_three_entries_never_counts_as_shrunk() -> None:
    assert not shown(Size(3, 3), 0, days=2).shrank


def test_the_number_of_looks_does_not_change_the_averages() -> None:
    once = Size(50, 40).after(10, timedelta(hours=10))
    often = shown(Size(50, 40), 10, hours=10)
    assert (once.lately, once.usual) == pytest.approx((often.lately, often.usual))


def test_a_paywall_shows_within_twenty_entries_and_does_not_become_usual() -> None:
    fine = shares(Share(), 0, 10, 10)
    assert not fine.high
    walled = shares(fine, 5, 5, 3)
    assert walled.high
    stands = shares(walled, 5, 5, 300)
    assert stands.high
    assert stands.usual < 0.2


def test_a_share_falls_again_when_the_paywall_is_gone() -> None:
    assert not shares(shares(shares(Share(), 0, 10, 10), 5, 5, 10), 0, 5, 4).high


def test_one_bad_batch_does_not_make_a_share_high() -> None:
    assert not shares(Share(), 0, 10, 10).after(5, 5).high


def test_a_share_that_is_always_half_is_not_high() -> None:
    assert not shares(Share(), 5, 10, 30).high


def test_a_share_of_nearly_all_from_the_start_is_high() -> None:
    assert not Share().after(5, 5).high, "five entries tell little"
    assert shares(Share(), 5, 5, 3).high


def test_no_new_entries_leave_the_share_unchanged() -> None:
    assert Share(0.3, 0.2, 40).after(0, 0) == Share(0.3, 0.2, 40)
