"""A run reports: what happens, how things are, and that it goes on while a server is away."""

import io
from collections.abc import Callable

import pytest

from worker.cli.live.screen import Screen
from worker.config.settings import Settings
from worker.embedded import Postgres
from worker.store import migrate


def looks(count: int) -> Callable[[object], bool]:
    """Enough after so many looks."""
    left = iter(range(count))
    return lambda _snapshot: next(left, None) is None


@pytest.fixture
def screen() -> Screen:
    return Screen(plain=True, out=io.StringIO())


def said(screen: Screen) -> list[str]:
    assert isinstance(screen.out, io.StringIO)
    return screen.out.getvalue().splitlines()


def test_a_line_now_and_then_and_advice_once(screen: Screen, database_url: str, redis_url: str) -> None:
    settings = Settings(database_url=database_url, redis_url=redis_url)

    last = screen.watch(settings, until=looks(2), remarks=lambda _: ["a remark"])
    screen.watch(settings, until=looks(1), remarks=lambda _: ["a remark"])

    assert last is not None
    lines = said(screen)
    assert [line.startswith("feeds 0/0 polled") for line in lines].count(True) == 2
    assert lines.count("a remark") == 1
    assert [("WIREDESK_CONTACT" in line) for line in lines].count(True) == 1


def test_a_database_that_is_away_is_said_and_waited_for(screen: Screen, own_postgres: Postgres) -> None:
    migrate.upgrade(own_postgres.url)
    settings = Settings(database_url=own_postgres.url)
    own_postgres.stop()

    assert screen.watch(settings, until=looks(1)) is None
    own_postgres.start()

    assert screen.watch(settings, until=looks(1)) is not None
    assert said(screen)[0].startswith("PostgreSQL is away: ")


def test_a_note_is_one_clean_line(screen: Screen) -> None:
    screen.note("web failed:\n\x1b[31mred")
    assert said(screen) == ["web failed: [31mred"]
