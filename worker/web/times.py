"""Instants and durations in words."""

from datetime import UTC, datetime

STEPS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def utc_now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


def format_duration(seconds: float) -> str:
    """A duration with its largest unit: `45 s`, `3 min`, `2 h`, `5 d`."""
    size, unit = next((step for step in STEPS if seconds >= step[0]), STEPS[-1])
    return f"{int(seconds // size)} {unit}"


def relative_time(then: datetime, now: datetime) -> str:
    """How long ago, or in how long."""
    seconds = (now - then).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{format_duration(seconds)} ago" if seconds > 0 else f"in {format_duration(-seconds)}"


def format_instant(then: datetime) -> str:
    """An instant in UTC, to the second."""
    return f"{then.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
