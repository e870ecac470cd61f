"""The view of a run: the panel, the plain lines, and that it continues while a server is away."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from worker.cli.live.screen import JsonLines, Rate, Screen, line, panel
from worker.cli.live.snapshot import Observer, Snapshot
from worker.config.settings import Settings
from worker.embedded import Postgres
from worker.services.operator.subscribe import Wish, subscribe
from worker.store import Store, migrate
from worker.store.db import run
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
def test_the_panel_shows_counts_titles_warnings_and_events(words: str) -> None:
    assert words in shown()


def test_escape_sequences_in_remarks_and_notes_are_removed() -> None:
    assert "\x1b" not in shown(remarks=["\x1b]52;c;eA==\x07"], notes=["web\x1b[2J"])


def test_the_plain_line_has_the_same_counts() -> None:
    assert line(snapshot(), 84.0) == (
        "feeds 2/3 polled, 1 failing (timeout 1), 12 entries, 9 pages, 7 articles (84/min), 1 duplicates, "
        "2 refused (robots 1, paywall 1), 2 waiting"
    )


def test_the_rate_covers_the_last_half_minute() -> None:
    rate = Rate()
    assert rate.add(snapshot(NOW, 0)) == 0.0
    assert rate.add(snapshot(NOW + timedelta(seconds=10), 20)) == 120.0
    for second in range(20, 200, 10):
        last = rate.add(snapshot(NOW + timedelta(seconds=second), 20))
    assert last == 0.0


def looks(count: int) -> Callable[[object], bool]:
    """Return an `until` that ends after `count` snapshots."""
    left = iter(range(count))
    return lambda _snapshot: next(left, None) is None


@pytest.fixture
def screen() -> Screen:
    return Screen(plain=True, out=io.StringIO())


def said(screen: Screen) -> list[str]:
    assert isinstance(screen.out, io.StringIO)
    return screen.out.getvalue().splitlines()


def test_the_state_is_printed_when_it_changes_and_each_remark_once(
    screen: Screen, database_url: str, redis_url: str
) -> None:
    settings = Settings(database_url=database_url, redis_url=redis_url)

    last = screen.watch(settings, until=looks(2), remarks=lambda _store, _snapshot: ["a remark"])
    screen.watch(settings, until=looks(1), remarks=lambda _store, _snapshot: ["a remark"])
    store = Store(database_url, pool_size=1)
    subscribe(store, [Wish("https://one.example/feed")], now=NOW)
    store.close()
    screen.watch(settings, until=looks(1), remarks=lambda _store, _snapshot: ["a remark"])

    assert last is not None
    lines = said(screen)
    assert [line[:16] for line in lines if line.startswith("feeds ")] == [
        "feeds 0/0 polled",
        "feeds 0/1 polled",
    ]
    assert lines.count("a remark") == 1
    assert [("WIREDESK_CONTACT" in line) for line in lines].count(True) == 1


def test_the_view_reports_that_the_database_is_away_and_continues(
    screen: Screen, own_postgres: Postgres
) -> None:
    migrate.upgrade(own_postgres.url)
    settings = Settings(database_url=own_postgres.url)
    own_postgres.stop()

    assert screen.watch(settings, until=looks(1)) is None
    own_postgres.start()

    assert screen.watch(settings, until=looks(1)) is not None
    assert said(screen)[0].startswith("PostgreSQL is away: ")


def test_the_view_survives_any_error_of_the_database_and_says_so_once(
    screen: Screen, database_url: str
) -> None:
    observer = Observer(Settings(database_url=database_url))
    try:
        with observer.store.begin() as db:
            run(db, "ALTER TABLE feeds RENAME TO feeds_away")
        assert [screen.look(observer), screen.look(observer)] == [None, None]
        (trouble,) = said(screen)
        assert 'relation "feeds" does not exist' in trouble

        with observer.store.begin() as db:
            run(db, "ALTER TABLE feeds_away RENAME TO feeds")
        assert screen.look(observer) is not None
        assert said(screen)[1:] == ["the state can be read again"]
    finally:
        observer.close()


def test_each_snapshot_is_a_line_of_json(database_url: str) -> None:
    lines = JsonLines(plain=True, out=io.StringIO())
    lines.watch(Settings(database_url=database_url), until=looks(1))
    assert [json.loads(line)["identity"]["stored"] for line in said(lines)] == [0]


def test_a_note_is_printed_as_one_clean_line(screen: Screen) -> None:
    screen.note("web failed:\n\x1b[31mred")
    assert said(screen) == ["web failed: [31mred"]
