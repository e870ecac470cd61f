"""How often a publisher wants its feed polled."""

from datetime import timedelta

import pytest

from tests.feeds.documents import feed, rss
from worker.feeds import Hints


def read(channel: str) -> Hints:
    return feed(rss(channel=f"<title>News</title>{channel}")).hints


@pytest.mark.parametrize(
    "channel, interval",
    [
        ("", None),
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>0</ttl>", None),
        ("<ttl>often</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999</ttl>", timedelta(days=365)),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(minutes=15),
        ),
        (
            "<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            timedelta(days=1),
        ),
        ("<sy:updateFrequency>2</sy:updateFrequency>", None),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
    ],
)
def test_the_longest_wish_of_the_publisher_is_the_interval(channel: str, interval: timedelta | None) -> None:
    assert read(channel).min_interval == interval
