"""A row on which workers die: it is taken so many times and no more, and says why."""

from worker.outcome import Reason, Refusal


def workers_died(taken: int, *, allowed: int, how: str) -> Refusal | None:
    """Why a row that was `taken` so many times, this one included, is not worked on; None while it may be.

    `how` says in words at what workers died.
    """
    if taken <= allowed:
        return None
    return Refusal(Reason.WORKER_DIED, f"{taken - 1} workers died or were killed {how}")
