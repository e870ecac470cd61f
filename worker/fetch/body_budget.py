"""The bytes of bodies that one process has in memory, over all turns of its event loop.

    budget = BodyBudget(128 * 1024 * 1024)
    bodies = budget.share()             # of one turn
    await bodies.grow(len(chunk))       # waits while the turns together hold too much
    kept = bodies.detach()              # the body waits to be saved; the turn may request the next one
    kept.release()                      # it has been saved

Bodies that are half read would wait for one another forever if each had to wait. So one share at a time may
exceed the budget: all together hold at most the budget and one body.
"""

import asyncio
import sys


class BodyShare:
    """The bytes that one turn holds, or one body of it that waits to be saved."""

    def __init__(self, budget: "BodyBudget", held: int = 0) -> None:
        self._budget = budget
        self.held = held

    async def grow(self, count: int) -> None:
        """Count `count` more bytes, as soon as there is room for them."""
        await self._budget.until_room(self, count)
        self.held += count

    def detach(self) -> "BodyShare":
        """Return a share with the bytes held so far, which count until it is released."""
        detached = BodyShare(self._budget, self.held)
        self._budget.passed_on(self, detached)
        self.held = 0
        return detached

    def release(self) -> None:
        """The bytes are no longer in memory."""
        self._budget.freed(self, self.held)
        self.held = 0


class BodyBudget:
    """Bytes that all shares together may hold."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.held = self.most = 0
        """Bytes held now, and at most so far."""
        self._exceeding: BodyShare | None = None
        self._changed = asyncio.Event()

    def share(self) -> BodyShare:
        """Return the share of a turn that begins."""
        return BodyShare(self)

    async def until_room(self, share: BodyShare, count: int) -> None:
        """Return once `share` may hold `count` more bytes; they count from then on."""
        while not self._has_room(share, count):
            self._changed.clear()
            await self._changed.wait()
        self.held += count
        self.most = max(self.most, self.held)

    def passed_on(self, share: BodyShare, detached: BodyShare) -> None:
        """`detached` holds from now on what `share` held."""
        if self._exceeding is share:
            self._exceeding = detached

    def freed(self, share: BodyShare, count: int) -> None:
        """`share` no longer holds its `count` bytes."""
        self.held -= count
        if self._exceeding is share:
            self._exceeding = None
        self._changed.set()

    def _has_room(self, share: BodyShare, count: int) -> bool:
        if self.held + count <= self.size:
            return True
        if self._exceeding is None:
            self._exceeding = share
        return self._exceeding is share


def unlimited() -> BodyShare:
    """Return a share that never waits: for single requests, outside of turns."""
    return BodyBudget(sys.maxsize).share()
