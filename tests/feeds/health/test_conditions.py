"""Each condition of a feed has a reason that an operator can act on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from worker.feeds.health.conditions import Numbers, find_conditions
from worker.feeds.health.habits import Share, Size
from worker.model import Condition, FeedState

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WELL = Numbers(
    state=FeedState.ACTIVE,
    errors=0,
    reason=None,
    detail=None,
    last_ok_at=NOW,
    last_seen_at=NOW - timedelta(hours=30),
    quiet_at=NOW + timedelta(hours=1),
    a_week=70.0,
    items=20,
    size=Size(20, 20),
    refused=Share(0.0, 0.0, 100),
    fallback=Share(0.0, 0.0, 100),
    mostly=None,
    moving_to=None,
    moving_seen=0,
    moved_from=None,
    moved_at=None,
    steady=5,
)
FAILING: dict[str, Any] = {"errors": 7, "reason": "http-server-error", "detail": "503 Service Unavailable"}
NEW_HOME = "https://new.example/feed"

CASES: list[tuple[dict[str, Any], Condition, str]] = [
    (FAILING, Condition.FAILING, "7 polls in a row failed, the last success was at 2026-05-04 12:00"),
    (FAILING, Condition.FAILING, "the host answers with a 5xx (503 Service Unavailable)"),
    (FAILING | {"last_ok_at": None}, Condition.FAILING, "none has ever succeeded"),
    (
        {"quiet_at": NOW},
        Condition.QUIET,
        "nothing new since 2026-05-03 06:00 UTC; usual are 10 entries a day",
    ),
    ({"quiet_at": NOW, "a_week": 1.5}, Condition.QUIET, "usual are 1.5 entries a week"),
    ({"items": 2, "size": Size(3, 40)}, Condition.SHRANK, "its document has 2 entries, usual were 40"),
    ({"items": 0, "size": Size(3, 40)}, Condition.SHRANK, "its document is empty, usual were 40"),
    (
        {"refused": Share(0.85, 0.02, 100), "mostly": "bot-challenge"},
        Condition.REFUSED,
        "lately 85% (usual 2%) of its entries are refused; mostly bot-challenge: the page is a check",
    ),
    ({"fallback": Share(0.8, 0.1, 100)}, Condition.NO_FULL_TEXT, "lately 80% (usual 10%) of its articles"),
    ({"moving_to": NEW_HOME, "moving_seen": 2}, Condition.MOVED, f"it redirects permanently to {NEW_HOME}"),
    ({"moving_to": NEW_HOME, "moving_seen": 9}, Condition.MOVED, "which is another feed here"),
    (
        {"moved_from": NEW_HOME, "moved_at": NOW},
        Condition.MOVED,
        f"it moved here from {NEW_HOME} at 2026-05-04",
    ),
    (
        {"state": FeedState.RETIRED, "reason": "http-gone", "detail": "410"},
        Condition.RETIRED,
        "the host answers 404 or 410 (410)",
    ),
]


def test_a_healthy_feed_has_no_condition() -> None:
    assert find_conditions(WELL, now=NOW) == []


@pytest.mark.parametrize(("numbers", "condition", "words"), CASES)
def test_each_condition_is_found_with_its_reason(
    numbers: dict[str, Any], condition: Condition, words: str
) -> None:
    (finding,) = find_conditions(replace(WELL, **numbers), now=NOW)
    assert finding.condition is condition
    assert words in finding.reason


@pytest.mark.parametrize(
    "numbers",
    [
        {"errors": 4, "reason": "timeout"},
        {"quiet_at": None},
        {"moving_to": NEW_HOME, "moving_seen": 1},
        {"moved_from": NEW_HOME, "moved_at": NOW - timedelta(days=8)},
        {"fallback": Share(1.0, 1.0, 100)},
        {"size": None},
    ],
)
def test_chance_and_usual_values_give_no_condition(numbers: dict[str, Any]) -> None:
    assert find_conditions(replace(WELL, **numbers), now=NOW) == []


def test_a_feed_that_cannot_be_polled_is_not_called_quiet() -> None:
    numbers = replace(WELL, **FAILING, quiet_at=NOW, last_ok_at=NOW - timedelta(hours=1))
    assert [finding.condition for finding in find_conditions(numbers, now=NOW)] == [Condition.FAILING]


def test_a_paused_feed_has_no_conditions() -> None:
    assert find_conditions(replace(WELL, **FAILING, state=FeedState.PAUSED), now=NOW) == []


def test_a_feed_can_have_several_conditions_at_once() -> None:
    numbers = replace(WELL, quiet_at=NOW, size=Size(0, 30), items=0)
    assert [finding.condition for finding in find_conditions(numbers, now=NOW)] == [
        Condition.QUIET,
        Condition.SHRANK,
    ]


def test_every_condition_has_a_description() -> None:
    assert all(condition.words for condition in Condition)
