"""What became of a message that was sent to a sink."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """How a try ended; the values are stored and shown."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """The receiver was reached and did not take this message; it may take others."""
    AWAY = "away"
    """The receiver was not reached, or takes nothing for now: no message is to blame."""
    GONE = "gone"
    """The receiver wants no more messages (410)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryResult:
    """The end of one try.

    `said` is the beginning of what the receiver answered, `detail` what went wrong in words. `wait` is how
    long the receiver wants to be left alone. `tried` is False for a message that was not sent, because an
    earlier one of the same call had failed.
    """

    verdict: Verdict
    status: int | None = None
    reason: str = ""
    detail: str = ""
    said: str = ""
    seconds: float = 0.0
    wait: timedelta | None = None
    tried: bool = True


NOT_SENT = TryResult(verdict=Verdict.AWAY, tried=False)
"""The answer for messages after one that could not be sent."""
