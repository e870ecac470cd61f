"""What stands still is recognised by signs of life; a service with nothing to do is well."""

import pytest

from worker.monitor.standstill import STAGES, Pulse, StandstillLimits, standstill

LIMITS = StandstillLimits(tick=60, work=120)


def pulse(
    tick: float | None, waits: dict[str, float] | None = None, taken: dict[str, float] | None = None
) -> Pulse:
    return Pulse(
        tick=tick,
        taken={stage: (taken or {}).get(stage) for stage in STAGES},
        waits={stage: (waits or {}).get(stage) for stage in STAGES},
    )


@pytest.mark.parametrize(
    "given",
    [
        pulse(1),
        pulse(None),
        pulse(None, {"poll": 30}),
        pulse(1, {"poll": 100}),
        pulse(1, {"extract": 9000}, {"extract": 10}),
    ],
    ids=["idle", "new", "starting", "busy for a moment", "overloaded, but working"],
)
def test_work_that_goes_on_does_not_stand_still(given: Pulse) -> None:
    assert standstill(given, LIMITS) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (pulse(150), "no tick was handled for 150 s"),
        (pulse(None, {"poll": 61}), "no tick was ever handled, and work has been due for 61 s"),
        (
            pulse(1, {"fetch": 200}, {"fetch": 130}),
            "work of fetch has been due for 200 s, and none was taken",
        ),
        (pulse(1, {"poll": 200}), "work of poll has been due for 200 s, and none was ever taken"),
    ],
    ids=["no ticks", "never a tick", "nothing taken", "nothing ever taken"],
)
def test_what_stands_still_is_named(given: Pulse, words: str) -> None:
    (found,) = standstill(given, LIMITS)
    assert found.startswith(words)


def test_stages_are_not_blamed_for_missing_ticks() -> None:
    assert len(standstill(pulse(150, {"poll": 900, "fetch": 900}), LIMITS)) == 1
