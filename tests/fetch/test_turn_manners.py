"""Manners within a turn: robots.txt in detail, delays that follow the host, errors of other hosts."""

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
    """Return the result of `robots` for the host at `base`."""
    said = []

    async def play(played: HostTurn) -> None:
        since = None if failing_for is None else NOW - failing_for
        said.append(await played.robots(copy, now=NOW, failing_since=since))

    turn(base, play, **more)
    return said[0]


# robots.txt


@pytest.mark.parametrize("days,allowed", [(0, False), (29, False), (30, True), (400, True)])
@pytest.mark.parametrize("status", [500, 503])
def test_robots_that_are_unreachable_for_30_days_mean_no_rules(status: int, days: int, allowed: bool) -> None:
    with serve({"/robots.txt": answer(b"", status)}) as base:
        said = learned(base, None, failing_for=timedelta(days=days))
    if allowed:
        assert said == RobotsCopy(b"", status, NOW + DAY, NOW - timedelta(days=days))
    else:
        assert said.refusal.reason is Reason.ROBOTS_UNREACHABLE


def test_an_old_copy_is_used_however_long_robots_are_unreachable() -> None:
    with serve({"/robots.txt": answer(b"", 503)}) as base:
        said = learned(base, RobotsCopy(RULES, 200, NOW - 100 * DAY), failing_for=100 * DAY)
    assert said == RobotsCopy(RULES, 200, NOW + timedelta(hours=1), NOW - 100 * DAY)


def test_robots_that_answer_again_are_no_longer_failing() -> None:
    with serve({"/robots.txt": answer(RULES)}) as base:
        assert learned(base, None, failing_for=10 * DAY) == RobotsCopy(RULES, 200, NOW + DAY)


@pytest.mark.parametrize("packed", [False, True])
def test_only_the_first_500_kib_of_robots_txt_are_read(packed: bool) -> None:
    body = b"User-agent: *\nDisallow: /private\n" + PADDING * 60_000 + b"Disallow: /late\n"
    headers = {"Content_Encoding": "gzip"} if packed else {}
    served = answer(gzip.compress(body) if packed else body, **headers)
    with serve({"/robots.txt": served, "/late": answer(b"ok")}) as base:
        play, got = asking(base, "/private", "/late", robots=None)
        turn(base, play)
    assert reasons(got[:1]) == [Reason.ROBOTS]
    assert isinstance(got[1], Reply)


@pytest.mark.parametrize("hops,body", [(5, RULES), (6, b"")])
def test_five_redirects_to_robots_are_followed_whatever_the_limit_for_pages(hops: int, body: bytes) -> None:
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
def test_a_redirect_to_another_host_is_returned_and_not_followed(status: int) -> None:
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


def test_a_redirect_to_a_private_address_is_refused_not_returned() -> None:
    got: list[Any] = []
    with serve({"/1": redirect("http://10.0.0.1/")}) as base:

        async def play(played: HostTurn) -> None:
            await played.robots(FREE, now=NOW)
            got.append(await played.page(f"{base}/1"))

        turn(base, play)
    assert reasons(got) == [Reason.FORBIDDEN_ADDRESS]


# Pauses


def test_the_pause_after_an_answer_is_at_least_as_long_as_it_took() -> None:
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


def test_the_delay_of_a_host_in_trouble_grows() -> None:
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


def test_a_turn_continues_the_pace_of_the_last_one_up_to_the_cap() -> None:
    play, _ = asking("")
    went_on = turn("http://127.0.0.1:80", play, delay=1.0, pace=Pace(8.0), pace_cap=5.0)
    assert went_on.delay == 5.0


@pytest.mark.parametrize("ailing,asked", [(False, 2), (True, 1)])
def test_an_ailing_host_rests_after_its_first_broken_answer(ailing: bool, asked: int) -> None:
    async def break_off(request: web.BaseRequest) -> web.Response:
        assert request.transport
        request.transport.close()
        return web.Response()

    with serve(break_off) as base:
        play, got = asking(base, "/1", "/2", "/3")
        turn(base, play, ailing=ailing)
    assert sum(isinstance(one, Failure) for one in got) == asked
    assert got[-1] is NotAsked.RESTING


def test_a_rest_without_retry_after_lasts_as_long_as_the_caller_says() -> None:
    with serve({"/": answer(b"", 503)}) as base:
        play, _ = asking(base, "/")
        played = turn(base, play)
    assert played.rest_until(NOW, default=MINUTE) == NOW + MINUTE
    assert played.pace.factor == 2.0


@pytest.mark.parametrize(
    ("statuses", "answered", "fell_silent"),
    [
        ((200,), True, False),
        ((404,), True, False),
        ((503,), True, False),
        ((0,), False, True),
        ((200, 0, 200), True, False),
        ((200, 0, 0), True, True),
        ((0, 0), False, True),
        ((), False, False),
    ],
    ids=["page", "missing", "busy", "hang up", "one in three", "then silence", "silence", "no request"],
)
def test_a_turn_reports_whether_its_host_answered_and_whether_it_fell_silent(
    statuses: tuple[int, ...], answered: bool, fell_silent: bool
) -> None:
    async def answers(request: web.BaseRequest) -> web.Response:
        if not (status := statuses[int(request.path[1:])]) and request.transport:
            request.transport.close()
        return web.Response(status=status or 200)

    with serve(answers) as base:
        play, _ = asking(base, *(f"/{number}" for number in range(len(statuses))))
        played = turn(base, play)
    assert (played.answered, played.fell_silent) == (answered, fell_silent)
