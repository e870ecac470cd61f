"""How long to wait after failures in a row: exponential with jitter and a ceiling."""

from datetime import timedelta


def backoff(errors: int, *, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """The wait after the `errors`-th failure in a row (from 1): `base`, doubled with each more, at most `cap`.

    `jitter` in [0, 1) takes away up to half, so that those who failed together do not come back together
    ("equal jitter": Brooker, Exponential Backoff and Jitter, AWS 2015). Never less than half of `base`.
    """
    # 2**40 exceeds any cap; a larger exponent would overflow a timedelta.
    whole = min(cap, base * 2 ** min(max(errors, 1) - 1, 40)) if base < cap else cap
    return whole * (1 - jitter / 2)
