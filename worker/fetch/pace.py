"""How much slower than usual a host is asked: the delay grows with its troubles and shrinks with its answers.

    trouble (429, 503, no connection, late, broken off)   twice the delay
    another 5xx, or an answer that takes long for it      half as much again
    a good answer                                         a tenth less, down to the usual delay

What is long is told by the host's own habit: more than three times its usual time, and more than a second.
"""

from dataclasses import dataclass, replace

_TROUBLE = 2.0
_SLOWNESS = 1.5
_RECOVERY = 0.9
_LONG = 3.0
_LONG_AT_LEAST = 1.0
_HABIT = 0.1
SLOWEST = 64.0
"""The delay is never longer than so many times what is set."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`factor` times the usual delay lies between two requests; `usual` is the host's time to answer in
    seconds, None before its first."""

    factor: float = 1.0
    usual: float | None = None

    def delay(self, base: float, *, cap: float) -> float:
        """Seconds between two requests, where `base` is usual; at most `cap`, or `base` if longer."""
        return min(base * self.factor, max(base, cap))


def after_answer(pace: Pace, seconds: float) -> Pace:
    """An answer came after `seconds`."""
    if pace.usual is None:
        return Pace(_bounded(pace.factor * _RECOVERY), seconds)
    usual = pace.usual + _HABIT * (seconds - pace.usual)
    if seconds > max(_LONG * pace.usual, _LONG_AT_LEAST):
        return Pace(_bounded(pace.factor * _SLOWNESS), usual)
    return Pace(_bounded(pace.factor * _RECOVERY), usual)


def after_error(pace: Pace) -> Pace:
    """The host answered with an error of its own."""
    return replace(pace, factor=_bounded(pace.factor * _SLOWNESS))


def after_trouble(pace: Pace) -> Pace:
    """The host asked for fewer requests, or did not answer."""
    return replace(pace, factor=_bounded(pace.factor * _TROUBLE))


def _bounded(factor: float) -> float:
    return min(max(factor, 1.0), SLOWEST)
