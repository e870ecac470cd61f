"""The demo with a clock that the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from worker.demo import DemoWeb

BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class MovedClock:
    """A clock that stands still until it is moved."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> MovedClock:
    """A clock set to the beginning of the demo."""
    return MovedClock()


@pytest.fixture
def demo(clock: MovedClock) -> Iterator[DemoWeb]:
    """The whole demo, served."""
    with DemoWeb(clock=clock) as web:
        yield web
