"""How much a feed publishes: entries a second, learned online.

Counts and time both decay with a half-life of two weeks, so that a feed which changes its habits is followed,
and a prior keeps a feed that is new or silent from being polled never or always.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

HALF_LIFE = 14 * 86400.0
PRIOR_ENTRIES = 0.5
PRIOR_SECONDS = 86400.0
"""What is believed before anything is known: half an entry a day, with the weight of one day."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Decayed `entries` over decayed `seconds` watched."""

    entries: float = 0.0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Entries a second, the prior included."""
        return (self.entries + PRIOR_ENTRIES) / (self.seconds + PRIOR_SECONDS)


def watch(rate: Rate, passed: float, ages: Iterable[float]) -> Rate:
    """After `passed` more seconds, with new entries of these ages.

    An old entry counts for less: an archive that a feed brings up again says little of its pace.
    """
    kept = decay(passed)
    return Rate(rate.entries * kept + sum(map(decay, ages)), rate.seconds * kept + _watched(passed))


def decay(seconds: float, half_life: float = HALF_LIFE) -> float:
    """What is left of a count after so long."""
    return float(0.5 ** (seconds / half_life))


def _watched(seconds: float) -> float:
    """The decayed length of a time that ends now: the integral of the decay over it."""
    return HALF_LIFE / log(2) * (1 - decay(seconds))
