"""Requests without a store, made as the service makes them: in turns of the hosts, under their robots.txt."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from worker.config.groups import TurnPolicy
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.fetch.robots import RobotsCopy
from worker.fetch.turn import HostTurn, NotAsked
from worker.outcome import Reason, Refusal
from worker.services.fetch.decide import too_many_redirects
from worker.urls import BadUrl, host_key, host_key_or_none

TURN_SECONDS = 60.0
"""Time of a turn for one page. A guess: a few redirects, each with the delay of its host."""

VISITS_SECONDS = 600.0
"""Time of a turn for many requests. A guess; their number is the limit that matters."""


async def begin_visit(
    client: Client, url: str, *, policy: TurnPolicy, now: datetime, seconds: float = TURN_SECONDS
) -> HostTurn | Failure | NotAsked:
    """Return a turn of the host of `url` with its robots.txt, or why nothing may be requested."""
    try:
        host = host_key(url)
    except BadUrl as error:
        return Failure(refusal=Refusal(Reason.BAD_URL, str(error)), retryable=False, url=url)
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


async def visit_page(
    turn: HostTurn, url: str, *, client: Client, policy: TurnPolicy, now: datetime
) -> Reply | Failure:
    """Return the page at `url` on the turn's host; redirects are followed in turns of their hosts."""
    answer = await turn.page(url)
    for _ in range(policy.limits.redirects):
        if not isinstance(answer, Elsewhere):
            return _made(answer, url)
        url = answer.url
        next_turn = await begin_visit(client, url, policy=policy, now=now)
        if not isinstance(next_turn, HostTurn):
            return _made(next_turn, url)
        answer = await next_turn.page(url)
    if not isinstance(answer, Elsewhere):
        return _made(answer, url)
    return too_many_redirects(answer, policy.limits.redirects)


async def fetch_page(url: str, *, policy: TurnPolicy, book: HostBook, now: datetime) -> Reply | Failure:
    """Return the page at `url`. Failures of hosts are returned, not raised."""
    async with Client(policy.user_agent, policy.limits, book) as client:
        turn = await begin_visit(client, url, policy=policy, now=now)
        if not isinstance(turn, HostTurn):
            return _made(turn, url)
        return await visit_page(turn, url, client=client, policy=policy, now=now)


def _made(answer: Reply | Failure | NotAsked, url: str) -> Reply | Failure:
    if isinstance(answer, NotAsked):
        return Failure(refusal=Refusal(Reason.TIMEOUT, f"not asked: {answer}"), retryable=True, url=url)
    return answer


@dataclass(slots=True)
class Visits:
    """At most `left` requests, in one turn for each host; those of robots.txt do not count."""

    client: Client
    policy: TurnPolicy
    now: datetime
    left: int
    made: int = 0
    _turns: dict[str, HostTurn | Failure | NotAsked] = field(default_factory=dict)

    async def get(self, url: str, *, purpose: Purpose = Purpose.PAGE) -> Reply | Failure | NotAsked:
        """Return the answer of `url`; NotAsked when no request is left."""
        turn = await self._turn(url)
        if not isinstance(turn, HostTurn):
            return turn
        if self.left <= 0:
            return NotAsked.TIME_OVER
        self.left -= 1
        self.made += 1
        return await turn.get(url, purpose=purpose)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of the host of `url` names."""
        turn = await self._turn(url)
        if not isinstance(turn, HostTurn):
            return ()
        if not turn.obeys and not isinstance(await turn.robots(None, now=self.now), RobotsCopy):
            return ()
        return turn.sitemaps

    async def _turn(self, url: str) -> HostTurn | Failure | NotAsked:
        host = host_key_or_none(url) or url
        if host not in self._turns:
            self._turns[host] = await begin_visit(
                self.client, url, policy=self.policy, now=self.now, seconds=VISITS_SECONDS
            )
        return self._turns[host]
