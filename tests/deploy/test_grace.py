"""Every deployment gives its parts longer to end than they take."""

import re

import yaml

from tests.deploy.parts import DEPLOY
from worker.tasks.stopping import DRAIN_SECONDS

ENDING_SECONDS = 5.0
"""Time for a process to end after its work has; `tests/faults/test_stopping.py` holds the sum."""


def test_grace_periods_exceed_the_time_that_a_worker_takes_to_drain() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    given = {
        name: float(part.get("stop_grace_period", "10s").removesuffix("s")) for name, part in compose.items()
    }
    for path in DEPLOY.glob("kubernetes/**/*.yaml"):
        for seconds in re.findall(r"terminationGracePeriodSeconds: (\d+)", path.read_text()):
            given[path.stem] = float(seconds)
    for path in DEPLOY.glob("systemd/*.service"):
        for seconds in re.findall(r"TimeoutStopSec=(\d+)", path.read_text()):
            given[path.name] = float(seconds)
    assert {"worker-fetch", "web"} <= set(given)
    assert {
        name: seconds for name, seconds in given.items() if seconds < DRAIN_SECONDS + ENDING_SECONDS
    } == {}
