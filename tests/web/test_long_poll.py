"""A reader waits for the next change instead of asking again and again."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from tests.store import rows
from tests.web.conftest import Web
from worker.store import StoreUnavailable
from worker.web import app
from worker.web.long_poll import NewestChange


def answers_of(watch: NewestChange, cursors: list[int], seconds: float) -> None:
    async def wait() -> None:
        await asyncio.gather(*(watch.wait_past(cursor, seconds) for cursor in cursors))

    asyncio.run(wait())


def test_all_that_wait_share_one_question_to_the_store() -> None:
    asked = 0

    def read() -> int:
        nonlocal asked
        asked += 1
        # Each of the 50 asks once when it begins to wait.
        return 7 if asked <= 52 else 8

    answers_of(NewestChange(read, stopping=lambda: False, seconds=0.01), [7] * 50, 30)
    assert asked == 53


@pytest.mark.parametrize("newest", [8, 6, 0], ids=["there is one", "a restore", "an empty log"])
def test_a_cursor_that_is_not_the_newest_does_not_wait(newest: int) -> None:
    answers_of(NewestChange(lambda: newest, stopping=lambda: False, seconds=99), [7], 99)


def test_nobody_waits_for_a_store_that_does_not_answer() -> None:
    def read() -> int:
        raise StoreUnavailable

    answers_of(NewestChange(read, stopping=lambda: False, seconds=99), [7], 99)


def test_waiting_ends_when_the_server_stops() -> None:
    looks = iter(range(3))
    stopped = Event()

    def read() -> int:
        if next(looks, None) == 2:
            stopped.set()
        return 7

    answers_of(NewestChange(read, stopping=stopped.is_set, seconds=0.01), [7], 99)


def test_waiting_ends_after_the_time_that_was_requested() -> None:
    answers_of(NewestChange(lambda: 7, stopping=lambda: False, seconds=99), [7], 0.02)


@pytest.mark.parametrize("path, items", [("/api/v1/articles", "articles"), ("/api/v1/changes", "changes")])
def test_a_change_is_answered_while_a_reader_waits(web: Web, path: str, items: str) -> None:
    with web.store.begin() as db:
        rows.stored_article(db)
    cursor = web.get(path).json()["next"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(web.get, path, after=cursor, wait=15)
        with web.store.begin() as db:
            rows.stored_article(db)
        assert len(waiting.result().json()[items]) == 1


def test_a_wait_that_ends_without_a_change_is_an_empty_page(web: Web) -> None:
    page = web.get("/api/v1/articles", wait=1).json()
    assert (page["articles"], page["more"]) == ([], False)


@pytest.mark.parametrize("wait", [-1, 56, "soon"])
def test_nobody_waits_longer_than_a_proxy_does(web: Web, wait: object) -> None:
    assert web.get("/api/v1/changes", wait=wait).status_code == 422


def test_a_reader_without_a_seat_learns_when_to_try_again(
    monkeypatch: pytest.MonkeyPatch, serve: Any, database_url: str, redis_url: str
) -> None:
    monkeypatch.setattr(app, "MOST_WAITING", 0)
    web = serve(database_url, redis_url)
    answer = web.get("/api/v1/articles", wait=5)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "55")
    assert web.get("/api/v1/articles").status_code == 200
