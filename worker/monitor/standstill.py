"""Whether the service as a whole makes progress.

Each part may be alive by itself while nothing is done: beat is stopped, a worker discards all it gets, the
database accepts no writes. So what counts is that ticks are handled and due work is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass

STAGES = ("poll", "fetch", "extract")
"""The stages whose work is taken by ticks."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Signs of life, as seconds by the clock of the database.

    `tick`: since a tick was handled; `taken`: since work of the stage was taken; both None if that has never
    happened. `waits`: how long work of the stage has been due; None if none is due.
    """

    tick: float | None
    taken: Mapping[str, float | None]
    waits: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class StandstillLimits:
    """Seconds without a tick, and seconds for which due work may wait while none of its stage is taken."""

    tick: float
    work: float


def standstill(pulse: Pulse, limits: StandstillLimits) -> list[str]:
    """Return what stands still, in words; empty if work goes on or there is nothing to do.

    A service that has never handled a tick stands still once work has waited: it may be starting.
    """
    waits = {stage: seconds for stage, seconds in pulse.waits.items() if seconds is not None}
    longest = max(waits.values(), default=0.0)
    if pulse.tick is None:
        if longest <= limits.tick:
            return []
        return [f"no tick was ever handled, and work has been due for {longest:.0f} s"]
    if pulse.tick > limits.tick:
        return [f"no tick was handled for {pulse.tick:.0f} s: nothing is polled, fetched or extracted"]
    found = []
    for stage in idle_stages(pulse, limits):
        idle = pulse.taken[stage]
        since = "none was ever taken" if idle is None else f"none was taken for {idle:.0f} s"
        found.append(f"work of {stage} has been due for {waits[stage]:.0f} s, and {since}")
    return found


def idle_stages(pulse: Pulse, limits: StandstillLimits) -> list[str]:
    """Return the stages whose work has been due for too long while none of it was taken."""
    return [
        stage
        for stage, waits in pulse.waits.items()
        if waits is not None
        and waits > limits.work
        and ((idle := pulse.taken[stage]) is None or idle > limits.work)
    ]
