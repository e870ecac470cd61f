"""Emitting an event writes the log line and updates the metrics, so the two cannot differ."""

from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from worker.monitor import events, metrics
from worker.monitor.events import (
    ArchiveRead,
    ChangesDelivered,
    Event,
    FeedPolled,
    PageExtracted,
    PageFetched,
    emit,
)


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def units(stage: str, outcome: str, reason: str = "") -> float:
    return metric("wiredesk_units_total", stage=stage, outcome=outcome, reason=reason)


def test_emitting_writes_one_line_and_updates_count_and_duration() -> None:
    before = units("poll", "failed", "timeout"), metric("wiredesk_unit_seconds_count", stage="poll")

    with capture_logs() as lines:
        emit(
            FeedPolled(
                outcome="failed",
                reason="timeout",
                seconds=1.5,
                feed_id=7,
                host_id=3,
                url="https://n.example/feed",
            )
        )

    (line,) = lines
    assert (line["event"], line["stage"], line["log_level"]) == ("feed polled", "poll", "info")
    assert (line["feed_id"], line["host_id"], line["outcome"], line["reason"]) == (7, 3, "failed", "timeout")
    after = units("poll", "failed", "timeout"), metric("wiredesk_unit_seconds_count", stage="poll")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


def test_unknown_values_are_not_logged_but_zero_is() -> None:
    with capture_logs() as lines:
        emit(PageExtracted(outcome="refused", page_id=1, entry_id=2))
    assert not {"article_id", "reason", "url", "seconds"} & set(lines[0])
    assert lines[0]["words"] == 0


@pytest.mark.parametrize(
    "event, kind, count",
    [
        (FeedPolled(outcome="new", feed_id=1, host_id=1, url="", new=3), "entry_discovered", 3),
        (
            ArchiveRead(outcome="read", feed_id=1, walk_id=1, host_id=1, url="", kind="page", new=4),
            "entry_discovered",
            4,
        ),
        (FeedPolled(outcome="new", feed_id=1, host_id=1, url="", edited=2), "entry_edited", 2),
        (FeedPolled(outcome="new", feed_id=1, host_id=1, url="", gap=True), "gap", 1),
        (ChangesDelivered(outcome="done", sink="s", count=4, cursor=9), "change_delivered", 4),
    ],
)
def test_the_items_of_a_unit_are_added_up(event: Event, kind: str, count: int) -> None:
    before = metric("wiredesk_items_total", kind=kind)
    emit(event)
    assert metric("wiredesk_items_total", kind=kind) - before == count


def test_a_unit_without_a_duration_is_counted() -> None:
    before = units("fetch", "lost"), metric("wiredesk_unit_seconds_count", stage="fetch")
    emit(PageFetched(outcome="lost", entry_id=1, host_id=1, url=""))
    assert units("fetch", "lost") - before[0] == 1
    assert metric("wiredesk_unit_seconds_count", stage="fetch") == before[1]


def kinds() -> list[type[Event]]:
    found: list[Any] = [getattr(events, name) for name in dir(events)]
    return [
        kind for kind in found if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    ]


def test_every_kind_of_event_has_a_unique_name_and_a_docstring() -> None:
    assert len({kind.name for kind in kinds()}) == len(kinds())
    for kind in kinds():
        assert kind.stage
        assert kind.__doc__


def test_each_stage_ends_its_units_with_one_kind_of_event() -> None:
    final = [kind.stage for kind in kinds() if kind.final]
    assert len(final) == len(set(final))
    assert {"poll", "fetch", "extract", "deliver", "schedule"} <= set(final)


def test_the_exposition_contains_emitted_events() -> None:
    emit(ChangesDelivered(outcome="done", sink="s", count=1, cursor=1))
    assert b'wiredesk_units_total{outcome="done",reason="",stage="deliver"}' in metrics.exposition()
