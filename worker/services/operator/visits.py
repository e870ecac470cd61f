"""A few requests to a few hosts, without a store: one turn for each host, and a bound on all together."""

from dataclasses import dataclass, field
from datetime import datetime

from worker.config.groups import TurnPolicy
from worker.fetch.client import Client
from worker.fetch.reply import Failure, Reply
from worker.fetch.robots import RobotsCopy
from worker.fetch.turn import HostTurn, NotAsked
from worker.outcome import Reason, Refusal
from worker.services.operator.visit import begin
from worker.urls import BadUrl, host_key

SECONDS = 600.0
"""A turn's deadline: the bound is the number of requests, with their pauses."""


@dataclass(slots=True)
class Visits:
    """Asks as the service would, in turns that last until the end; `left` requests may still be made.

    robots.txt of a host is not counted: it is asked for once.
    """

    client: Client
    policy: TurnPolicy
    now: datetime
    left: int
    made: int = 0
    _turns: dict[str, HostTurn | Failure | NotAsked] = field(default_factory=dict)

    async def get(self, url: str) -> Reply | Failure | NotAsked:
        """The answer of `url`; NotAsked when no request is left."""
        turn = await self._turn(url)
        if not isinstance(turn, HostTurn):
            return turn
        if self.left <= 0:
            return NotAsked.TIME_OVER
        self.left -= 1
        self.made += 1
        return await turn.get(url)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the host of `url` names."""
        turn = await self._turn(url)
        if not isinstance(turn, HostTurn):
            return ()
        if not turn.obeys and not isinstance(await turn.robots(None, now=self.now), RobotsCopy):
            return ()
        return turn.sitemaps

    async def _turn(self, url: str) -> HostTurn | Failure | NotAsked:
        try:
            host = host_key(url)
        except BadUrl as error:
            return Failure(refusal=Refusal(Reason.BAD_URL, str(error)), retryable=False, url=url)
        if host not in self._turns:
            self._turns[host] = await begin(
                self.client, host, policy=self.policy, now=self.now, seconds=SECONDS
            )
        return self._turns[host]
