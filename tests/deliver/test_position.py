"""A sink follows the log that it was filled from; one that has seen more, or another log, is recognised."""

from datetime import UTC, datetime

import pytest

from worker.deliver.position import LogState, Mark, SinkPosition, Standing, standing

LOG = LogState(name="ours", epoch="second", epochs=frozenset({"ours", "second"}), newest=600)
LINE = Mark(600, 7, "revised", 2, datetime(2026, 11, 30, tzinfo=UTC))


def position(
    number: int = 600, mark: Mark | None = LINE, log: str = "ours", epoch: str = "second"
) -> SinkPosition:
    return SinkPosition(number, mark, log, epoch)


@pytest.mark.parametrize(
    ("given", "knows", "expected"),
    [
        (None, False, Standing.NEW),
        (position(), True, Standing.FOLLOWS),
        (position(500), True, Standing.FOLLOWS),
        (position(649), False, Standing.AHEAD),
        (position(649), True, Standing.AHEAD),
        (position(), False, Standing.AHEAD),
        (position(log="another"), True, Standing.FOREIGN),
        (position(log="", epoch=""), True, Standing.FOLLOWS),
        (position(log="", epoch=""), False, Standing.AHEAD),
        (position(mark=None), False, Standing.FOLLOWS),
        (position(mark=None, epoch="third"), False, Standing.AHEAD),
    ],
    ids=[
        "empty",
        "up to date",
        "behind",
        "beyond the newest",
        "beyond the newest, whatever else",
        "another line under the same id",
        "another log",
        "of an earlier version",
        "of an earlier version, and another line",
        "its entries were trimmed",
        "its entries were trimmed, and its epoch is gone",
    ],
)
def test_a_sink_is_compared_with_the_log_by_its_last_line(
    given: SinkPosition | None, knows: bool, expected: Standing
) -> None:
    assert standing(given, LOG, knows=knows) is expected
