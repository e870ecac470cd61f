"""How much a feed publishes: entries a second, learned online.

Counts and time both decay with a half-life of two weeks, so that a feed which changes its habits is followed,
and a prior keeps a feed that is new or silent from being polled never or always.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from worker.feeds.cadence.decay import decay, watched

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
    kept = decay(passed, HALF_LIFE)
    came = sum(decay(age, HALF_LIFE) for age in ages)
    return Rate(rate.entries * kept + came, rate.seconds * kept + watched(passed, HALF_LIFE))
