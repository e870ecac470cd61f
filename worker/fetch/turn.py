"""A host's turn: requests to one host in order, with a delay between them, and within its robots.txt.

    turn = HostTurn(client, host, delay=1.0, deadline=loop.time() + 60)
    copy = await turn.robots(stored_copy, now=now)      # the copy to store for the next turn
    for url in urls:
        got = await turn.get(url)                       # NotAsked: the rest waits for the next turn

Between the starts of two requests there are at least `delay` seconds, and between the end of one and the
start of the next as much time as the answer took; redirects are followed at once. After a 429 or 503, after a
failed connection, or after two answers in a row that time out or break off, the host rests: there are no
further requests in this turn. Errors that a redirect meets on another host do not count against this host.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from worker.fetch.client import Client
from worker.fetch.pace import Pace, after_answer, after_error, after_trouble
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Elsewhere, Failure, Reply
from worker.fetch.robots import (
    ROBOTS_LIMIT,
    ROBOTS_REDIRECTS,
    RobotsCopy,
    RobotsRules,
    copy_of,
    while_unreachable,
)
from worker.outcome import Reason, Refusal
from worker.urls import host_key_or_none

A = TypeVar("A", bound=Reply | Failure | Elsewhere)
_NO_CONNECTION = frozenset({Reason.DNS_FAILED, Reason.CONNECT_FAILED, Reason.TLS_FAILED})
_FORBIDDEN = frozenset({Reason.FORBIDDEN_ADDRESS, Reason.FORBIDDEN_PORT})
_WISH_TO_REST = frozenset({429, 503})
"""Status codes by which a host requests fewer requests."""
_NO_ANSWER = frozenset({Reason.TIMEOUT, Reason.DISCONNECTED, Reason.BAD_HTTP})
_BAD_ANSWER = frozenset({Reason.TOO_LARGE, Reason.BAD_ENCODING, Reason.TOO_MANY_REDIRECTS})
"""Failures without a status that an answer of the host has caused."""
_IN_A_ROW = 2
"""Requests without an answer after which the host rests; a single one may be the fault of a page. A guess."""
# How often a waiting turn checks whether it has to stop.
_LOOK_SECONDS = 0.5
# uvloop's clock and timers count milliseconds, so a timer may fire one too early.
_TIMER_RESOLUTION = 0.002


class NotAsked(StrEnum):
    """Why there is no answer: no request was made, or it was cut off. The URL remains due."""

    RESTING = "the host rests"
    TIME_OVER = "the turn is over"
    STOPPING = "the worker stops"
    CUT = "the turn ended before the answer came"


class HostTurn:
    """One turn of `host` (a `host_key`), used by one task.

    `delay` is the configured delay in seconds; 0 disables delay and pace. It grows to the Crawl-delay of
    robots.txt, up to `delay_cap`, and with the host's `pace`, up to `pace_cap`. No request begins after
    `deadline`, a time of the event loop's clock, or once `stopping` returns True; what is unanswered at
    `cut_at` is cut off. `obey=False` ignores robots.txt. `ailing`: the last turn ended in trouble, so one
    unanswered request makes the host rest. `requests` counts the requests made; `resting` is the failure
    that made the host rest. `answered` says whether the host answered any of them, `fell_silent` whether
    it then left all or the last ones unanswered.
    """

    def __init__(
        self,
        client: Client,
        host: str,
        *,
        delay: float,
        deadline: float,
        cut_at: float | None = None,
        delay_cap: float = 30.0,
        pace: Pace = Pace(),
        pace_cap: float = 30.0,
        obey: bool = True,
        ailing: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.host = host
        self._home = _without_usual_port(host) + "/"
        self.base = delay
        self.pace = pace
        self.requests = 0
        self.resting: Failure | None = None
        self.answered = False
        self._unanswered = self._cut = False
        self._client = client
        self._deadline = deadline
        self._cut_at = cut_at
        self._delay_cap = delay_cap
        self._pace_cap = pace_cap
        self._obey = obey
        self._stopping = stopping
        self._rules: RobotsRules | None = None
        self._began = self._free_at = 0.0
        self._bad = _IN_A_ROW - 1 if ailing else 0

    @property
    def delay(self) -> float:
        """The current seconds between two requests."""
        return self.pace.delay(self.base, cap=self._pace_cap)

    async def robots(
        self, copy: RobotsCopy | None, *, now: datetime, failing_since: datetime | None = None
    ) -> RobotsCopy | Failure | NotAsked:
        """Read the rules from `copy` if it is still valid, else from the host; return the copy to keep.

        `failing_since` is since when robots.txt could not be read. If anything but a copy is returned, no
        page can be fetched in this turn.
        """
        if copy is None or copy.expires_at <= now:
            fetched = await self._fetch_robots(copy, failing_since or now, now)
            if not isinstance(fetched, RobotsCopy):
                return fetched
            copy = fetched
        agent = self._client.hosts.of(self.host).user_agent or self._client.agent
        self._rules = RobotsRules.parse(copy.body, agent)
        self.base = max(self.base, min(self._rules.crawl_delay or 0.0, self._delay_cap))
        return copy

    async def get(
        self,
        url: str,
        *,
        purpose: Purpose = Purpose.PAGE,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
    ) -> Reply | Failure | NotAsked:
        """Call `Client.get` once the host's delay has passed, if robots.txt permits.

        Redirects to other hosts are followed: this is for feeds and other files that somebody has named.
        """
        if (stopped := await self._begin(url)) is not None:
            return stopped
        return await self._answer(
            self._client.get(
                url,
                purpose=purpose,
                headers=headers,
                etag=etag,
                last_modified=last_modified,
                limit=limit,
                admit=self._admit,
            )
        )

    async def page(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, fresh: bool = False
    ) -> Reply | Failure | Elsewhere | NotAsked:
        """Like `get`, but return a redirect to another host, which has its own robots.txt.

        `fresh`: on a new connection, and from no cache.
        """
        if (stopped := await self._begin(url)) is not None:
            return stopped
        if fresh:
            return await self._answer(self._client.get_fresh(url, admit=self._admit))
        return await self._answer(
            self._client.get_here(url, etag=etag, last_modified=last_modified, admit=self._admit)
        )

    async def post(self, url: str, form: Mapping[str, str]) -> Reply | Failure | NotAsked:
        """Call `Client.post` once the host's delay has passed; robots.txt does not apply to forms."""
        if (not_asked := await self._slot()) is not None:
            return not_asked
        return await self._answer(self._client.post(url, form))

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps in robots.txt, as written; empty before `robots` is called."""
        return self._rules.sitemaps if self._rules else ()

    @property
    def obeys(self) -> bool:
        """Whether robots.txt is obeyed."""
        return self._obey

    def obey(self) -> None:
        """Obey robots.txt from now on; nothing can be fetched until `robots` is called."""
        self._obey = True

    @property
    def fell_silent(self) -> bool:
        """Whether the host answered no request, was cut off at the last one, or rests after silence."""
        rests_in_silence = self.resting is not None and self.resting.status is None
        return rests_in_silence or self._cut or (self._unanswered and not self.answered)

    def rest_until(self, now: datetime, *, default: timedelta) -> datetime | None:
        """Return until when the host rests, by its Retry-After or else `default`; None if it does not."""
        if self.resting is None:
            return None
        wish = self.resting.retry_after
        return now + (default if wish is None else wish)

    async def _fetch_robots(
        self, copy: RobotsCopy | None, since: datetime, now: datetime
    ) -> RobotsCopy | Failure | NotAsked:
        if (not_asked := await self._slot()) is not None:
            return not_asked
        url = f"{self.host}/robots.txt"
        got = await self._answer(
            self._client.get_beginning(
                url, limit=ROBOTS_LIMIT, redirects=ROBOTS_REDIRECTS, purpose=Purpose.ROBOTS
            )
        )
        if isinstance(got, NotAsked):
            return got
        if isinstance(got, Failure) and got.refusal.reason in _FORBIDDEN and self._is_here(got.url):
            # The guard refuses the host, whatever its robots.txt says: that is the final reason.
            return got
        kept = copy_of(got, now=now)
        if isinstance(kept, RobotsCopy):
            return kept
        if (stand_in := while_unreachable(copy, kept, since=since, now=now)) is not None:
            return stand_in
        self.resting = kept
        return kept

    async def _begin(self, url: str) -> Failure | NotAsked | None:
        refusal = self._admit(url)
        if refusal is not None:
            return Failure(refusal=refusal, retryable=refusal.reason is not Reason.ROBOTS, url=url)
        return await self._slot()

    async def _slot(self) -> NotAsked | None:
        """Wait until the next request may begin, and count it as begun."""
        if self.resting is not None:
            return NotAsked.RESTING
        loop = asyncio.get_running_loop()
        if max(loop.time(), self._free_at) >= self._deadline:
            return NotAsked.TIME_OVER
        # `stopping` reads memory that another process writes, so an asyncio.Event is not possible.
        while not self._stopping() and (wait := self._free_at - loop.time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(wait, _LOOK_SECONDS) + _TIMER_RESOLUTION)
        if self._stopping():
            return NotAsked.STOPPING
        self._began = loop.time()
        self._free_at = self._began + self.delay
        self.requests += 1
        return None

    async def _answer(self, request: Awaitable[A]) -> A | NotAsked:
        """Return the answer, and learn from it; `NotAsked.CUT` if it does not come in time."""
        try:
            async with asyncio.timeout_at(self._cut_at):
                got = await request
        except TimeoutError:
            # Not of the request, whose errors are all `Failure`s.
            self._cut = True
            return NotAsked.CUT
        self._learn(got)
        return got

    def _admit(self, url: str) -> Refusal | None:
        if not self._obey or not self._is_here(url):
            return None
        if self._rules is None:
            return Refusal(Reason.ROBOTS_UNREACHABLE, "robots.txt has not been read in this turn")
        return None if self._rules.allowed(url) else Refusal(Reason.ROBOTS)

    def _learn(self, got: Reply | Failure | Elsewhere) -> None:
        """Decide whether the host must rest, and when the next request may begin."""
        self._learn_whether_it_answers(got)
        if not isinstance(got, Failure):
            self._bad = 0
            self.pace = after_answer(self.pace, got.elapsed)
        elif self._is_here(got.url):
            self._learn_of_failure(got)
        else:
            self._bad = 0
        if self.base:
            pause = min(got.elapsed, self._pace_cap)
            self._free_at = max(self._began + self.delay, asyncio.get_running_loop().time() + pause)

    def _learn_whether_it_answers(self, got: Reply | Failure | Elsewhere) -> None:
        if not isinstance(got, Failure) or got.status is not None or got.refusal.reason in _BAD_ANSWER:
            self.answered = True
        elif got.refusal.reason in _NO_CONNECTION | _NO_ANSWER:
            # Also of another host, to which a redirect led: this one's requests hold a place as long.
            self._unanswered = True

    def _learn_of_failure(self, got: Failure) -> None:
        reason = got.refusal.reason
        self._bad = self._bad + 1 if reason in _NO_ANSWER else 0
        if reason in _NO_CONNECTION or got.status in _WISH_TO_REST or self._bad >= _IN_A_ROW:
            self.resting = got
        if self.resting is not None or reason in _NO_ANSWER:
            self.pace = after_trouble(self.pace)
        elif reason is Reason.HTTP_SERVER_ERROR:
            self.pace = after_error(self.pace)
        elif got.status is not None:
            self.pace = after_answer(self.pace, got.elapsed)

    def _is_here(self, url: str) -> bool:
        # The quick check covers most URLs.
        if url.startswith(self._home):
            return True
        return host_key_or_none(url) == self.host


def _without_usual_port(host: str) -> str:
    """Return the host without a default port, as URLs spell it."""
    return host.removesuffix(":443" if host.startswith("https:") else ":80")
