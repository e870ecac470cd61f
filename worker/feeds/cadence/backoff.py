"""How long to wait: longer after each failure, and never exactly as planned."""

from datetime import timedelta

_MOST_DOUBLINGS = 64
"""Any base is beyond any cap by then, and a `timedelta` would overflow soon after."""
_JITTER_SHARE = 0.1
_JITTER_MOST = timedelta(minutes=1)
"""Guesses: enough to separate jobs that were planned for the same second."""


def backoff(errors: int, *, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """Return the wait after the `errors`-th failure in a row (from 1): `base`, doubled each time, up to
    `cap`.

    `jitter` in [0, 1) takes away up to half, so that clients that failed together do not come back together
    ("equal jitter": Brooker, Exponential Backoff and Jitter, AWS 2015). The wait is never less than half of
    `base`, or of `cap` where that is shorter.
    """
    doublings = min(max(errors, 1) - 1, _MOST_DOUBLINGS)
    whole = min(cap.total_seconds(), base.total_seconds() * 2.0**doublings)
    return timedelta(seconds=whole * (1 - jitter / 2))


def add_jitter(wait: timedelta, *, jitter: float) -> timedelta:
    """Return `wait`, lengthened by the share `jitter` (0 to 1) of a tenth of it, at most a minute.

    Without it, everything planned for one second would happen in that second, and a host would meet us on the
    hour, every hour.
    """
    return wait + min(wait * _JITTER_SHARE, _JITTER_MOST) * jitter
