"""Pages asked for without a store, as the service would: in a turn of their host, by its robots.txt, and on
another host, where a redirect leads, in a turn of that one."""

import asyncio
from datetime import datetime

from worker.config.groups import TurnPolicy
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.fetch.robots import RobotsCopy
from worker.fetch.turn import HostTurn, NotAsked
from worker.outcome import Reason, Refusal
from worker.services.fetch.decide import too_many_redirects
from worker.urls import BadUrl, host_key

TURN_SECONDS = 60.0


async def begin(
    client: Client, host: str, *, policy: TurnPolicy, now: datetime, seconds: float = TURN_SECONDS
) -> HostTurn | Failure | NotAsked:
    """A turn of `host`, its robots.txt read; or what stands in the way."""
    settings = client.hosts.of(host)
    delay = policy.delay_seconds if settings.delay_seconds is None else settings.delay_seconds
    deadline = asyncio.get_running_loop().time() + seconds
    obey = policy.robots and settings.robots
    turn = HostTurn(client, host, delay=delay, deadline=deadline, obey=obey)
    if obey:
        robots = await turn.robots(None, now=now)
        if not isinstance(robots, RobotsCopy):
            return robots
    return turn


async def page(
    turn: HostTurn, url: str, *, client: Client, policy: TurnPolicy, now: datetime
) -> Reply | Failure:
    """The page at `url`, which is of the turn's host, wherever redirects lead."""
    answer = await turn.page(url)
    for _ in range(policy.limits.redirects):
        if not isinstance(answer, Elsewhere):
            return _asked(answer, url)
        url = answer.url
        next_turn = await _begin_at(client, url, policy, now)
        if not isinstance(next_turn, HostTurn):
            return _asked(next_turn, url)
        answer = await next_turn.page(url)
    if not isinstance(answer, Elsewhere):
        return _asked(answer, url)
    return too_many_redirects(answer, policy.limits.redirects)


async def fetch_page(url: str, *, policy: TurnPolicy, book: HostBook, now: datetime) -> Reply | Failure:
    """One page. Never raises for what hosts do."""
    async with Client(policy.user_agent, policy.limits, book) as client:
        turn = await _begin_at(client, url, policy, now)
        if not isinstance(turn, HostTurn):
            return _asked(turn, url)
        return await page(turn, url, client=client, policy=policy, now=now)


async def _begin_at(
    client: Client, url: str, policy: TurnPolicy, now: datetime
) -> HostTurn | Failure | NotAsked:
    try:
        return await begin(client, host_key(url), policy=policy, now=now)
    except BadUrl as error:
        return Failure(refusal=Refusal(Reason.BAD_URL, str(error)), retryable=False, url=url)


def _asked(answer: Reply | Failure | NotAsked, url: str) -> Reply | Failure:
    if isinstance(answer, NotAsked):
        return Failure(refusal=Refusal(Reason.TIMEOUT, f"not asked: {answer}"), retryable=True, url=url)
    return answer
