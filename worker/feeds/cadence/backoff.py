"""How long to wait after failures in a row: exponential with jitter and a ceiling."""

from datetime import timedelta


def backoff(errors: int, *, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """The wait after the `errors`-th failure in a row (from 1): `base`, doubled with each, at most `cap`.

    `jitter` in [0, 1) takes away up to half, so that those who failed together do not come back together
    ("equal jitter": Brooker, Exponential Backoff and Jitter, AWS 2015). Never less than half of `base`, or
    of `cap` where that is shorter. Any number of errors is fine.
    """
    # In floats, and doubled 64 times at most: a timedelta would overflow.
    doublings = min(max(errors, 1) - 1, 64)
    whole = min(cap.total_seconds(), base.total_seconds() * 2.0**doublings)
    return timedelta(seconds=whole * (1 - jitter / 2))
