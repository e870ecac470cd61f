"""What a run shows while it works."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from worker.cli.live.screen import Rate, line, panel
from worker.cli.live.snapshot import Snapshot
from worker.store.health import FeedHealth
from worker.store.poll_price import Steering
from worker.store.stats import Counts, Identity

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def snapshot(at: datetime = NOW, articles: int = 7) -> Snapshot:
    counts = Counts(
        identity=Identity(discovered=12, stored=articles, duplicate=1, refused=2, waiting=2),
        refusals={"robots": 1, "paywall": 1},
        feeds={"active": 3},
        feeds_failing=1,
        polls=9,
        pages={"extracted": 8, "fetched": 1},
        articles=articles,
        stories=0,
        changes=7,
        gaps=0,
        hub_subscriptions={"active": 2, "denied": 1},
        pushes_waiting=5,
        oldest_due={"poll": None, "fetch": at - timedelta(seconds=90), "extract": None},
        polling=Steering("budget 2400", 131.6, spent=2391.2),
    )
    newest = [{"title": "Flood \x1b[31mrecedes", "url": "https://a.example/1", "publisher": "a.example"}]
    queues = {"poll": 0, "fetch": 4}
    return Snapshot(at, counts, FeedHealth(3, 2, {"timeout": 1}), queues, newest, runs=True)


def shown(**more: object) -> str:
    out = io.StringIO()
    options = {
        "address": "http://127.0.0.1:8600/",
        "remarks": ["No internet?"],
        "notes": ["web was restarted"],
    }
    Console(file=out, width=100).print(panel(snapshot(), 84.0, **(options | more)))  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "2 of 3 polled, 9 polls, 1 failing (timeout 1)",
        "12 found, 2 waiting",
        "9 fetched",
        "7 stored, 84 a minute, 1 duplicates",
        "2 (robots 1, paywall 1)",
        "poll 0, fetch 4",
        "2 active, 1 denied; 5 pushes wait to be read",
        "budget 2400 polls a day, 2391 recently; a poll costs 132 s",
        "fetch 2 min",
        "Flood  [31mrecedes  a.example",
        "No internet?",
        "web was restarted",
        "Status page: http://127.0.0.1:8600/",
    ],
)
def test_the_live_view_shows(words: str) -> None:
    assert words in shown()


def test_a_stranger_title_cannot_drive_the_terminal() -> None:
    assert "\x1b" not in shown(remarks=["\x1b]52;c;eA==\x07"], notes=["web\x1b[2J"])


def test_one_line_says_the_same() -> None:
    assert line(snapshot(), 84.0) == (
        "feeds 2/3 polled, 12 entries, 9 pages, 7 articles (84/min), 1 duplicates, "
        "2 refused (robots 1, paywall 1), 2 waiting"
    )


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    rate = Rate()
    assert rate.add(snapshot(NOW, 0)) == 0.0
    assert rate.add(snapshot(NOW + timedelta(seconds=10), 20)) == 120.0
    for second in range(20, 200, 10):
        last = rate.add(snapshot(NOW + timedelta(seconds=second), 20))
    assert last == 0.0
