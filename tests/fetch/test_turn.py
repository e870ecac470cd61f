"""A host's turn: in order, with delays, on one connection, until the host has to rest."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from tests.fetch.conftest import limits
from tests.servers import answer, redirect, serve, serve_raw
from worker.fetch import Client, Failure, HostTurn, NotAsked, Reply, RobotsCopy, run_async
from worker.outcome import Reason

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FREE = RobotsCopy(b"", 404, NOW + timedelta(hours=1))
MINUTE = timedelta(minutes=1)
Play = Callable[[HostTurn], Awaitable[Any]]


def turn(base: str, play: Play, *, seconds: float = 5.0, **options: Any) -> HostTurn:
    """Play one turn at `base` and return it."""

    async def main() -> HostTurn:
        async with Client("wiredesk-test/1.0", limits()) as client:
            deadline = asyncio.get_running_loop().time() + seconds
            played = HostTurn(client, base, **{"delay": 0.0, "deadline": deadline} | options)
            await play(played)
            return played

    return run_async(main())


def asking(base: str, *paths: str, robots: RobotsCopy | None = FREE) -> tuple[Play, list[Any]]:
    """Return a play that reads the rules and requests these paths, and the list of its answers."""
    got: list[Any] = []

    async def play(played: HostTurn) -> None:
        await played.robots(robots, now=NOW)
        got.extend([await played.get(base + path) for path in paths])

    return play, got


def reasons(got: list[Any]) -> list[Any]:
    return [one.refusal.reason if isinstance(one, Failure) else one for one in got]


def test_requests_are_delayed_and_share_one_connection() -> None:
    began, ports = [], set()

    async def note(request: web.BaseRequest) -> web.Response:
        began.append(time.monotonic())
        ports.add(request.transport.get_extra_info("peername")[1])
        return web.Response(text="User-agent: *\nDisallow: /private")

    with serve(note) as base:
        play, _ = asking(base, "/1", "/2", "/private", "/3", robots=None)
        assert turn(base, play, delay=0.1).requests == 4
    # As the server sees it: making the connection may have held up the first by a few milliseconds.
    gaps = [later - earlier for earlier, later in pairwise(began)]
    assert all(gap > 0.09 for gap in gaps), gaps
    assert len(ports) == 1


def test_urls_denied_by_robots_are_refused_also_after_a_redirect() -> None:
    rules = RobotsCopy(b"User-agent: wiredesk-test\nDisallow: /private", 200, NOW + MINUTE)
    with serve({"/to": redirect("/private"), "/ok": answer(b"yes")}) as base:
        play, got = asking(base, "/private/x", "/to", "/ok", robots=rules)
        played = turn(base, play)
    assert reasons(got[:2]) == [Reason.ROBOTS, Reason.ROBOTS]
    assert not got[0].retryable
    assert isinstance(got[2], Reply)
    assert played.requests == 2


def test_nothing_is_requested_before_robots_are_read_unless_they_are_ignored() -> None:
    got = []

    async def play(played: HostTurn) -> None:
        got.append(await played.get(f"{base}/"))

    with serve({"/": answer(b"yes")}) as base:
        turn(base, play)
        turn(base, play, obey=False)
    assert reasons(got[:1]) == [Reason.ROBOTS_UNREACHABLE]
    assert got[0].retryable
    assert isinstance(got[1], Reply)


@pytest.mark.parametrize(
    "asked,cap,obeyed", [(b"0.5", 30.0, 0.5), (b"60", 30.0, 30.0), (b"0.01", 30.0, 0.1), (b"x", 30.0, 0.1)]
)
def test_crawl_delay_lengthens_the_delay_up_to_the_cap(asked: bytes, cap: float, obeyed: float) -> None:
    rules = RobotsCopy(b"User-agent: *\nCrawl-delay: " + asked, 200, NOW + MINUTE)
    play, _ = asking("", robots=rules)
    assert turn("http://127.0.0.1:80", play, delay=0.1, delay_cap=cap).delay == obeyed


@pytest.mark.parametrize("status", [429, 503])
def test_a_429_or_503_makes_the_host_rest(status: int) -> None:
    with serve({"/1": answer(b"1"), "/2": answer(b"", status, Retry_After="90"), "/3": answer(b"3")}) as base:
        play, got = asking(base, "/1", "/2", "/3", "/4")
        played = turn(base, play)
    assert got[2:] == [NotAsked.RESTING, NotAsked.RESTING]
    assert played.resting == got[1]
    assert played.rest_until(NOW, default=MINUTE) == NOW + timedelta(seconds=90)
    assert played.requests == 2


def test_without_retry_after_the_caller_decides_how_long_a_host_rests() -> None:
    with serve({"/": answer(b"", 429)}) as base:
        play, _ = asking(base, "/")
        assert turn(base, play).rest_until(NOW, default=MINUTE) == NOW + MINUTE


def test_an_error_of_one_page_does_not_make_the_host_rest() -> None:
    with serve({"/500": answer(b"", 500), "/ok": answer(b"ok")}) as base:
        play, got = asking(base, "/500", "/404", "/ok")
        played = turn(base, play)
    assert reasons(got[:2]) == [Reason.HTTP_SERVER_ERROR, Reason.HTTP_GONE]
    assert isinstance(got[2], Reply)
    assert played.rest_until(NOW, default=MINUTE) is None


def test_a_failed_connection_makes_the_host_rest() -> None:
    with serve({}) as base:
        pass
    play, got = asking(base, "/1", "/2")
    turn(base, play)
    assert reasons(got) == [Reason.CONNECT_FAILED, NotAsked.RESTING]


def test_two_timeouts_in_a_row_make_the_host_rest() -> None:
    with serve_raw(lambda connection: connection.recv(1) and None) as base:
        play, got = asking(base, "/1", "/2", "/3")
        turn(base, play)
    assert reasons(got) == [Reason.TIMEOUT, Reason.TIMEOUT, NotAsked.RESTING]


def test_errors_of_another_host_do_not_make_this_host_rest() -> None:
    with (
        serve({"/": answer(b"", 503)}) as other,
        serve({"/1": redirect(f"{other}/"), "/2": answer(b"2")}) as base,
    ):
        play, got = asking(base, "/1", "/2")
        assert turn(base, play).resting is None
    assert reasons(got[:1]) == [Reason.HTTP_SERVER_ERROR]
    assert isinstance(got[1], Reply)


def test_after_its_deadline_a_turn_makes_no_requests() -> None:
    with serve(answer(b"ok")) as base:
        play, got = asking(base, "/1", "/2", "/3")
        played = turn(base, play, delay=0.2, seconds=0.3)
    assert isinstance(got[0], Reply)
    assert isinstance(got[1], Reply)
    assert got[2] is NotAsked.TIME_OVER
    assert played.requests == 2


def test_a_stopping_worker_makes_no_more_requests_even_during_a_long_delay() -> None:
    stopping = iter([False, False, True, True])
    began = time.monotonic()
    with serve(answer(b"ok")) as base:
        play, got = asking(base, "/1", "/2")
        played = turn(base, play, delay=30.0, seconds=60.0, stopping=lambda: next(stopping))
    assert isinstance(got[0], Reply)
    assert got[1] is NotAsked.STOPPING
    assert played.requests == 1
    assert time.monotonic() - began < 5


def learned(base: str, copy: RobotsCopy | None) -> tuple[Any, HostTurn]:
    """Return the result of `robots` for the host at `base` with the stored copy."""
    said = []

    async def play(played: HostTurn) -> None:
        said.append(await played.robots(copy, now=NOW))

    played = turn(base, play)
    return said[0], played


RULES = b"User-agent: *\nDisallow: /private"


def test_robots_are_fetched_once_and_kept_for_a_day() -> None:
    with serve({"/robots.txt": answer(RULES)}) as base:
        copy, _ = learned(base, None)
        again, played = learned(base, copy)
    assert copy == again == RobotsCopy(RULES, 200, NOW + timedelta(hours=24))
    assert played.requests == 0


def test_robots_are_fetched_again_when_the_copy_has_expired() -> None:
    with serve({"/robots.txt": answer(RULES)}) as base:
        copy, played = learned(base, RobotsCopy(b"", 404, NOW))
    assert copy.body == RULES
    assert played.requests == 1


def test_robots_are_read_after_redirects_to_another_host() -> None:
    with serve({"/r": answer(RULES)}) as other, serve({"/robots.txt": redirect(f"{other}/r", 301)}) as base:
        assert learned(base, None)[0].body == RULES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_missing_robots_mean_no_rules(status: int) -> None:
    with serve({"/robots.txt": answer(RULES, status)}) as base:
        assert learned(base, None)[0] == RobotsCopy(b"", status, NOW + timedelta(hours=24))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_that_cannot_be_read_make_the_host_rest(status: int) -> None:
    with serve({"/robots.txt": answer(b"", status, Retry_After="60"), "/": answer(b"ok")}) as base:
        play, got = asking(base, "/", robots=None)
        played = turn(base, play)
    assert reasons(got) == [Reason.ROBOTS_UNREACHABLE]
    assert played.resting is not None
    assert played.resting.refusal.reason is Reason.ROBOTS_UNREACHABLE
    assert played.rest_until(NOW, default=timedelta()) == NOW + MINUTE
    assert played.requests == 1


def test_an_old_copy_is_used_while_robots_answer_with_an_error() -> None:
    old = RobotsCopy(RULES, 200, NOW)
    with serve({"/robots.txt": answer(b"", 500)}) as base:
        copy, played = learned(base, old)
    assert copy == RobotsCopy(RULES, 200, NOW + timedelta(hours=1), failing_since=NOW)
    assert played.resting is None


def test_the_request_for_robots_counts_towards_the_turns_time() -> None:
    with serve({"/robots.txt": answer(RULES)}) as base:
        play, got = asking(base, "/", robots=None)
        turn(base, play, seconds=-1)
    assert reasons(got) == [Reason.ROBOTS_UNREACHABLE]


def test_an_answer_that_has_not_come_when_the_turn_is_cut_leaves_the_url_due_and_the_host_slow() -> None:
    async def hang(_request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(60)
        raise AssertionError

    async def late(played: HostTurn) -> None:
        await played.robots(FREE, now=NOW)
        got.append(await played.get(f"{base}/1"))
        got.append(await played.get(f"{base}/2"))

    got: list[Any] = []
    with serve(hang) as base:
        played = turn(base, late, seconds=-1.0)
        assert (got, played.fell_silent) == ([NotAsked.TIME_OVER] * 2, False)

        async def main() -> HostTurn:
            async with Client("wiredesk-test/1.0", limits()) as client:
                now = asyncio.get_running_loop().time()
                played = HostTurn(client, base, delay=0.0, deadline=now + 0.05, cut_at=now + 0.1)
                await late(played)
                return played

        got.clear()
        played = run_async(main())
    assert got == [NotAsked.CUT, NotAsked.TIME_OVER]
    assert (played.fell_silent, played.resting) == (True, None)
