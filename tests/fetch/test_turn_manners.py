"""Manners within a turn: robots.txt in its corners, pauses that follow the host, other hosts left alone."""

import gzip
import time
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from tests.fetch.conftest import limits
from tests.fetch.test_turn import FREE, MINUTE, NOW, RULES, asking, reasons, turn
from tests.servers import answer, redirect, serve
from worker.fetch import Client, Failure, HostTurn, NotAsked, Reply, RobotsCopy, run_async
from worker.fetch.pace import Pace
from worker.fetch.reply import Elsewhere
from worker.outcome import Reason

DAY = timedelta(days=1)
PADDING = b"# " + b"x" * 98 + b"\n"


def learned(base: str, copy: RobotsCopy | None, *, failing_for: timedelta | None = None, **more: Any) -> Any:
    """What `robots` says for the host at `base`."""
    said = []

    async def play(played: HostTurn) -> None:
        since = None if failing_for is None else NOW - failing_for
        said.append(await played.robots(copy, now=NOW, failing_since=since))

    turn(base, play, **more)
    return said[0]


# robots.txt


@pytest.mark.parametrize("days,allowed", [(0, False), (29, False), (30, True), (400, True)])
@pytest.mark.parametrize("status", [500, 503])
def test_robots_that_are_unreachable_for_30_days_are_taken_for_none(
    status: int, days: int, allowed: bool
) -> None:
    with serve({"/robots.txt": answer(b"", status)}) as base:
        said = learned(base, None, failing_for=timedelta(days=days))
    if allowed:
        assert said == RobotsCopy(b"", status, NOW + DAY, NOW - timedelta(days=days))
    else:
        assert said.refusal.reason is Reason.ROBOTS_UNREACHABLE


def test_a_copy_is_never_given_up_however_long_robots_are_unreachable() -> None:
    with serve({"/robots.txt": answer(b"", 503)}) as base:
        said = learned(base, RobotsCopy(RULES, 200, NOW - 100 * DAY), failing_for=100 * DAY)
    assert said == RobotsCopy(RULES, 200, NOW + timedelta(hours=1), NOW - 100 * DAY)


def test_robots_that_answer_again_are_no_longer_failing() -> None:
    with serve({"/robots.txt": answer(RULES)}) as base:
        assert learned(base, None, failing_for=10 * DAY) == RobotsCopy(RULES, 200, NOW + DAY)


@pytest.mark.parametrize("packed", [False, True])
def test_of_a_robots_txt_beyond_all_measure_the_first_500_kib_count(packed: bool) -> None:
    body = b"User-agent: *\nDisallow: /private\n" + PADDING * 60_000 + b"Disallow: /late\n"
    headers = {"Content_Encoding": "gzip"} if packed else {}
    served = answer(gzip.compress(body) if packed else body, **headers)
    with serve({"/robots.txt": served, "/late": answer(b"ok")}) as base:
        play, got = asking(base, "/private", "/late", robots=None)
        turn(base, play)
    assert reasons(got[:1]) == [Reason.ROBOTS]
    assert isinstance(got[1], Reply)


@pytest.mark.parametrize("hops,body", [(5, RULES), (6, b"")])
def test_five_redirects_to_robots_are_followed_even_if_pages_have_none(hops: int, body: bytes) -> None:
    routes = {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(1, hops)}
    routes |= {"/robots.txt": redirect("/1"), f"/{hops}": answer(RULES)}
    said = []

    async def play(client: Client, base: str) -> None:
        played = HostTurn(client, base, delay=0.0, deadline=1e12)
        said.append(await played.robots(None, now=NOW))

    async def main(base: str) -> None:
        async with Client("wiredesk-test/1.0", limits(redirects=0)) as client:
            await play(client, base)

    with serve(routes) as base:
        run_async(main(base))
    assert said[0].body == body


# Other hosts


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_page_on_another_host_is_handed_back_and_that_host_is_not_asked(status: int) -> None:
    heard = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(request.path)
        return web.Response(text="ok")

    got: list[Any] = []
    with serve(hear) as other, serve({"/1": redirect("/2"), "/2": redirect(f"{other}/x?y", status)}) as base:

        async def play(played: HostTurn) -> None:
            await played.robots(FREE, now=NOW)
            got.append(await played.page(f"{base}/1"))

        turn(base, play)
    assert isinstance(got[0], Elsewhere)
    assert (got[0].url, got[0].status) == (f"{other}/x?y", status)
    assert heard == []


def test_a_redirect_to_a_private_address_is_refused_not_handed_back() -> None:
    got: list[Any] = []
    with serve({"/1": redirect("http://10.0.0.1/")}) as base:

        async def play(played: HostTurn) -> None:
            await played.robots(FREE, now=NOW)
            got.append(await played.page(f"{base}/1"))

        turn(base, play)
    assert reasons(got) == [Reason.FORBIDDEN_ADDRESS]


# Pauses


def test_a_slow_host_gets_as_long_a_pause_as_its_answer_took() -> None:
    began: list[float] = []
    ended: list[float] = []

    async def slowly(request: web.BaseRequest) -> web.Response:
        began.append(time.monotonic())
        time.sleep(0.15)  # noqa: ASYNC251 - the server has nothing else to do
        ended.append(time.monotonic())
        return web.Response(text="ok")

    with serve(slowly) as base:
        play, _ = asking(base, "/1", "/2", "/3")
        turn(base, play, delay=0.01)
    assert all(start - end > 0.13 for end, start in zip(ended, began[1:], strict=False))


def test_a_host_in_trouble_is_asked_at_longer_distances() -> None:
    began: list[float] = []

    async def fail(request: web.BaseRequest) -> web.Response:
        began.append(time.monotonic())
        return web.Response(status=500)

    with serve(fail) as base:
        play, _ = asking(base, "/1", "/2", "/3", "/4")
        played = turn(base, play, delay=0.05)
    gaps = [later - earlier for earlier, later in pairwise(began)]
    assert gaps == sorted(gaps)
    assert gaps[-1] > 0.14
    assert played.pace.factor == pytest.approx(1.5**4)


def test_the_pace_of_the_last_turn_is_gone_on_with_up_to_the_cap() -> None:
    play, _ = asking("")
    went_on = turn("http://127.0.0.1:80", play, delay=1.0, pace=Pace(8.0), pace_cap=5.0)
    assert went_on.delay == 5.0


@pytest.mark.parametrize("ailing,asked", [(False, 2), (True, 1)])
def test_a_host_that_breaks_off_rests_the_sooner_if_it_was_in_trouble_before(
    ailing: bool, asked: int
) -> None:
    async def break_off(request: web.BaseRequest) -> web.Response:
        assert request.transport
        request.transport.close()
        return web.Response()

    with serve(break_off) as base:
        play, got = asking(base, "/1", "/2", "/3")
        turn(base, play, ailing=ailing)
    assert sum(isinstance(one, Failure) for one in got) == asked
    assert got[-1] is NotAsked.RESTING


def test_a_rest_without_a_wish_is_the_callers() -> None:
    with serve({"/": answer(b"", 503)}) as base:
        play, _ = asking(base, "/")
        played = turn(base, play)
    assert played.rest_until(NOW, default=MINUTE) == NOW + MINUTE
    assert played.pace.factor == 2.0
