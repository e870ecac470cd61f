"""Short-term and long-term averages for each feed: what it is like now, and what is usual for it."""

from dataclasses import dataclass
from datetime import timedelta
from math import exp

LATELY = timedelta(hours=12)
USUALLY = timedelta(days=14)
"""Time constants of the averages: after these, two thirds of what came before are forgotten. Guesses: a day's
rise and fall must not show, a change of habit must within weeks."""

LATELY_ENTRIES = 15.0
USUALLY_ENTRIES = 300.0
"""The same in entries, for shares of entries."""

FEW = 4
"""A document with fewer items on average may be empty at times."""
KNOWN_ENTRIES = 10
"""Entries before which nothing is said about a share."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many items the feed's document has, as averages over time."""

    lately: float
    usual: float

    def after(self, items: int, passed: timedelta) -> "Size":
        """Return the averages after the document had `items` for the time `passed`."""
        return Size(
            _drawn(self.lately, items, _weight(passed / LATELY)),
            _drawn(self.usual, items, _weight(passed / USUALLY)),
        )

    @property
    def shrank(self) -> bool:
        """Whether the document has far fewer items than usual."""
        return self.usual >= FEW and self.lately < self.usual / 3


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a feed's entries that ended badly, as averages over `entries` entries."""

    lately: float = 0.0
    usual: float = 0.0
    entries: float = 0.0

    def after(self, bad: int, of: int) -> "Share":
        """Return the averages after `of` more entries of which `bad` ended badly.

        While the share is high, the usual one is not updated: a paywall does not become normal by lasting.
        """
        if not of:
            return self
        share, known = bad / of, self.entries + of
        # At first this is a plain average; forgetting begins once there are enough entries.
        lately = _drawn(self.lately, share, max(_weight(of / LATELY_ENTRIES), of / known))
        risen = Share(lately, self.usual, known)
        if self.entries and risen.high:
            return risen
        return Share(lately, _drawn(self.usual, share, max(_weight(of / USUALLY_ENTRIES), of / known)), known)

    @property
    def high(self) -> bool:
        """Whether the share has risen far above the usual one, or nearly all entries end badly."""
        if self.entries < KNOWN_ENTRIES:
            return False
        return self.lately >= 0.9 or (self.lately >= 0.5 and self.lately >= self.usual + 0.3)


def _weight(passed: float) -> float:
    return 1 - exp(-passed)


def _drawn(average: float, towards: float, weight: float) -> float:
    return average + (towards - average) * weight
