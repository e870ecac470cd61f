"""The pace of a host: the delay between requests grows with its errors and shrinks with its answers.

    trouble (429, 503, no connection, timeout, broken off)   the delay is doubled
    another 5xx, or a slow answer                            half as much again
    a good answer                                            a tenth less, down to the usual delay

An answer is slow if it takes more than three times the host's usual time, and more than a second.
"""

from dataclasses import dataclass, replace

# Guesses: slow down quickly, speed up slowly.
_TROUBLE = 2.0
_SLOWNESS = 1.5
_RECOVERY = 0.9
_LONG = 3.0
_LONG_AT_LEAST = 1.0
_HABIT = 0.1
SLOWEST = 64.0
"""The longest delay, as a multiple of the usual one."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a host: the `factor` of its usual delay, and its `usual` time to answer in seconds.

    Before the first answer there is no `usual` time.
    """

    factor: float = 1.0
    usual: float | None = None

    def delay(self, base: float, *, cap: float) -> float:
        """Return the seconds between two requests: a multiple of `base`, at most `cap` or `base`."""
        return min(base * self.factor, max(base, cap))


def after_answer(pace: Pace, seconds: float) -> Pace:
    """Return the pace after an answer that took `seconds`."""
    if pace.usual is None:
        return Pace(_bounded(pace.factor * _RECOVERY), seconds)
    usual = pace.usual + _HABIT * (seconds - pace.usual)
    if seconds > max(_LONG * pace.usual, _LONG_AT_LEAST):
        return Pace(_bounded(pace.factor * _SLOWNESS), usual)
    return Pace(_bounded(pace.factor * _RECOVERY), usual)


def after_error(pace: Pace) -> Pace:
    """Return the pace after a 5xx of the host."""
    return replace(pace, factor=_bounded(pace.factor * _SLOWNESS))


def after_trouble(pace: Pace) -> Pace:
    """Return the pace after the host did not answer, or requested fewer requests."""
    return replace(pace, factor=_bounded(pace.factor * _TROUBLE))


def _bounded(factor: float) -> float:
    return min(max(factor, 1.0), SLOWEST)
