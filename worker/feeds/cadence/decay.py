"""How what was counted fades: to a half in each half-life. Both in seconds."""

from math import log


def decay(seconds: float, half_life: float) -> float:
    """What is left of a count after so long."""
    return float(0.5 ** (seconds / half_life))


def watched(seconds: float, half_life: float) -> float:
    """The decayed length of a time that ends now: the integral of the decay over it."""
    return half_life / log(2) * (1 - decay(seconds, half_life))
