"""A little longer than planned, each time otherwise: so that what was planned for one second does not happen
in it, and no host meets us on the hour, every hour."""

from datetime import timedelta

_SHARE = 0.1
_MOST = timedelta(minutes=1)


def spread(wait: timedelta, *, jitter: float) -> timedelta:
    """`wait`, and of a tenth of it, at most a minute, the share `jitter` (0 to 1)."""
    return wait + min(wait * _SHARE, _MOST) * jitter
