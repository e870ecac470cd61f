"""Beat says once that the broker is away, and once that it is back."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from worker.settings import Settings
from worker.tasks.app import make_app
from worker.tasks.beat import Ticks

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured
    structlog.reset_defaults()


def ticks(url: str) -> Ticks:
    return Ticks(make_app(Settings(database_url="postgresql://127.0.0.1:1/none", redis_url=url)))


def test_a_broker_that_is_away_is_one_line_however_many_ticks(
    lines: list[dict[str, object]], caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = ticks(NOWHERE)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            scheduler.apply_entry(scheduler.schedule["tick"])
            scheduler.apply_entry(scheduler.schedule["deliver"])
    (line,) = lines
    assert (line["event"], line["log_level"], "exc_info" in line) == ("broker away", "warning", False)
    assert not caplog.records
    assert scheduler.missed == 6


def test_a_broker_that_is_back_is_one_line_with_what_was_missed(
    lines: list[dict[str, object]], redis_url: str
) -> None:
    scheduler = ticks(redis_url)
    scheduler.missed = 4
    for _ in range(2):
        scheduler.apply_entry(scheduler.schedule["tick"])
    assert [(line["event"], line["missed"]) for line in lines] == [("broker back", 4)]
