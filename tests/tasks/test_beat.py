"""Beat logs once that the broker is away, and once that it is back."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from celery.beat import SchedulingError
from kombu.exceptions import OperationalError

from worker.config.settings import Settings
from worker.tasks.app import make_app
from worker.tasks.beat import TickScheduler


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured
    structlog.reset_defaults()


class Away(TickScheduler):
    """A scheduler that can send nothing; it raises what Celery raises, without seconds of retries."""

    trouble: Exception = OperationalError("Error 111 connecting to redis")

    def apply_async(self, entry: Any, *_: Any, **__: Any) -> None:
        try:
            raise self.trouble
        except Exception as error:
            raise SchedulingError(f"Couldn't apply scheduled task {entry.name}: {error}")  # noqa: B904


def app(url: str = "redis://127.0.0.1:1/0") -> Any:
    return make_app(Settings(database_url="postgresql://127.0.0.1:1/none", redis_url=url))


def test_an_unreachable_broker_is_logged_once_for_any_number_of_ticks(
    lines: list[dict[str, object]], caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = Away(app())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            scheduler.apply_entry(scheduler.schedule["tick"])
            scheduler.apply_entry(scheduler.schedule["health"])
    (line,) = lines
    assert (line["event"], line["log_level"], "exc_info" in line) == ("broker away", "warning", False)
    assert not caplog.records
    assert scheduler.missed == 6


def test_any_other_error_is_logged_each_time_with_its_traceback(lines: list[dict[str, object]]) -> None:
    scheduler = Away(app())
    scheduler.trouble = TypeError("a fault of the program")
    for _ in range(2):
        scheduler.apply_entry(scheduler.schedule["tick"])
    assert [(line["event"], line["exc_info"]) for line in lines] == [("tick not sent", True)] * 2


def test_a_broker_that_is_back_is_logged_once_with_the_number_of_missed_messages(
    lines: list[dict[str, object]], redis_url: str
) -> None:
    scheduler = TickScheduler(app(redis_url))
    scheduler.missed = 4
    for _ in range(2):
        scheduler.apply_entry(scheduler.schedule["tick"])
    assert [(line["event"], line["missed"]) for line in lines] == [("broker back", 4)]
