"""Places for hosts' turns: at most N turns work at a time; one that waits for its host lends its place.

    places = Places(64)
    place = await places.take()         # a turn begins
    place.lend()                        # it has sent a request, and waits for the answer
    await place.take_back()             # the head of the answer has come; the body may be large
    place.leave()                       # the turn is over

A host that keeps silent costs a socket and no work. So its turn gives its place to another one, and needs
one again before it reads a body. `budget` bounds the bodies in memory; each turn has a share of it.
"""

import asyncio
import resource
import sys
from collections.abc import Callable
from contextlib import suppress

from worker.fetch.body_budget import BodyBudget

LEND_AFTER_SECONDS = 0.5
"""How long an answer is waited for with the place held. A guess: most hosts answer sooner, and then a place
is never lent."""

TURNS_FOR_A_PLACE = 8
"""Turns under way at most, for each place. A guess: a turn that waits costs little more than a socket."""


def most_turns(places: int) -> int:
    """Return how many turns may be under way: their sockets take at most half of the file descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = TURNS_FOR_A_PLACE * places
    return most if soft == resource.RLIM_INFINITY else max(places, min(most, soft // 2))


class TurnPlace:
    """The place of one turn; `bodies` are the bytes of bodies that it holds in memory."""

    def __init__(self, places: "Places") -> None:
        self._places = places
        self.bodies = places.budget.share()
        self._held = True
        self._timer: asyncio.TimerHandle | None = None

    def lend(self) -> None:
        """Give the place to other turns if `take_back` is not called soon."""
        if self._timer is None and self._held:
            self._timer = asyncio.get_running_loop().call_later(self._places.lend_after, self._give)

    async def take_back(self) -> None:
        """Return once the turn has a place again."""
        self._keep()
        if not self._held:
            await self._places.wait_for_one()
            self._held = True

    def leave(self) -> None:
        """End the turn."""
        self._keep()
        self.bodies.release()
        self._places.ended(held=self._held)
        self._held = False

    def _keep(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give(self) -> None:
        self._timer = None
        self._held = False
        self._places.lent()


class Places:
    """The places of one event loop; a turn that has waited for `lend_after` seconds lends its own."""

    def __init__(
        self, size: int, budget: BodyBudget | None = None, *, lend_after: float = LEND_AFTER_SECONDS
    ) -> None:
        self.size = size
        self.budget = budget or BodyBudget(sys.maxsize)
        self.lend_after = lend_after
        self.most = most_turns(size)
        self._held = self._wanted = self.turns = 0
        self._semaphore = asyncio.Semaphore(size)
        self._changed = asyncio.Event()

    @property
    def free(self) -> int:
        """How many turns may begin now."""
        unused = self.size - self._held - self._wanted
        return max(0, min(unused, self.most - self.turns))

    @property
    def waiting(self) -> int:
        """The number of turns that have lent their places."""
        return self.turns - self._held

    async def take(self) -> TurnPlace:
        """Begin a turn as soon as there is a place for it."""
        await self._until(lambda: self.free > 0)
        await self.wait_for_one()
        self.turns += 1
        return TurnPlace(self)

    async def until_free(self, wanted: int, *, seconds: float) -> None:
        """Return once a turn waits and `wanted` places are free, no turn is under way, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._until(lambda: not self.turns or bool(self.waiting and self.free >= wanted))

    async def wait_for_one(self) -> None:
        """Take a place, first come, first served."""
        self._wanted += 1
        try:
            await self._semaphore.acquire()
        finally:
            self._wanted -= 1
        self._held += 1
        self._changed.set()

    def lent(self) -> None:
        """A turn has given its place away."""
        self._held -= 1
        self._semaphore.release()
        self._changed.set()

    def ended(self, *, held: bool) -> None:
        """A turn is over."""
        self.turns -= 1
        if held:
            self.lent()
        self._changed.set()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()
