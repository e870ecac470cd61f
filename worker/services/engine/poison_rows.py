"""Poison rows: rows on which workers die, and which are refused after a number of attempts."""

from worker.outcome import Reason, Refusal


def poison_refusal(attempts: int, *, allowed: int, how: str) -> Refusal | None:
    """Return why a row is not worked on after `attempts`, this one included; None while it may be.

    `how` completes the sentence "N workers died or were killed …".
    """
    if attempts <= allowed:
        return None
    return Refusal(Reason.WORKER_DIED, f"{attempts - 1} workers died or were killed {how}")
