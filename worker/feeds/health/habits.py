"""What a feed is like lately beside what it is usually like: averages that forget, one soon and one late."""

from dataclasses import dataclass
from datetime import timedelta
from math import exp

LATELY = timedelta(hours=12)
USUALLY = timedelta(days=14)
"""After these times two thirds of what was seen before are forgotten."""

LATELY_ENTRIES = 15.0
USUALLY_ENTRIES = 300.0
"""The same, counted in entries."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many items the feed's document has: averages over time, so that a day's rise and fall do not
    show."""

    lately: float
    usual: float

    def after(self, items: int, passed: timedelta) -> "Size":
        """The averages when the document had `items` for the time `passed`."""
        return Size(
            _drawn(self.lately, items, _weight(passed / LATELY)),
            _drawn(self.usual, items, _weight(passed / USUALLY)),
        )

    @property
    def shrank(self) -> bool:
        """Whether it has far fewer than it used to; what has become usual is no news any more."""
        return self.usual >= 4 and self.lately < self.usual / 3


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the feed's entries ended badly: `lately`, `usual`, and of how many it is known."""

    lately: float = 0.0
    usual: float = 0.0
    entries: float = 0.0

    def after(self, bad: int, of: int) -> "Share":
        """The averages after `of` more entries, `bad` of them ended badly.

        While it is high, what is usual stays what it was before: a wall is no less a wall because it stands.
        """
        if not of:
            return self
        share, known = bad / of, self.entries + of
        # The first entries count in full: an average over what there is, until there is enough to forget.
        lately = _drawn(self.lately, share, max(_weight(of / LATELY_ENTRIES), of / known))
        risen = Share(lately, self.usual, known)
        if self.entries and risen.high:
            return risen
        return Share(lately, _drawn(self.usual, share, max(_weight(of / USUALLY_ENTRIES), of / known)), known)

    @property
    def high(self) -> bool:
        """Whether it has risen far above what is usual, or is nearly all."""
        if self.entries < 10:
            return False
        return self.lately >= 0.9 or (self.lately >= 0.5 and self.lately >= self.usual + 0.3)


def _weight(passed: float) -> float:
    return 1 - exp(-passed)


def _drawn(average: float, towards: float, weight: float) -> float:
    return average + (towards - average) * weight
