"""The bench of a run at rest finds every part, and can fail."""

import pytest

from tests.bench.bench_idle import MOST_CPU, MOST_MIB, Cost, is_within, measure, part_of


@pytest.mark.slow
@pytest.mark.xdist_group("run")
@pytest.mark.timeout(400)
def test_every_part_of_a_run_at_rest_is_measured() -> None:
    costs = measure(1, seconds=2.0, settle=0.0)
    assert {"extract", "guards", "postgres", "redis", "run", "schedule", "visit", "web"} <= set(costs)
    assert "other" not in costs
    assert all(cost.mib > 0 for cost in costs.values())


def test_a_run_above_either_limit_fails() -> None:
    assert is_within(Cost(MOST_CPU, MOST_MIB))
    assert not is_within(Cost(MOST_CPU + 0.1, MOST_MIB))
    assert not is_within(Cost(MOST_CPU, MOST_MIB + 1))


def test_a_process_belongs_to_the_part_that_its_command_names() -> None:
    assert part_of(["python", "-m", "worker.cli", "worker", "--queues", "poll", "--name", "poll"]) == "poll"
    assert part_of(["python", "/x/guarded.py", "15", "python", "-m", "worker.cli", "web"]) == "guards"
    assert part_of(["wiredesk guard web", "", ""]) == "guards"
    assert part_of(["wiredesk web", "", ""]) == "web"
    assert part_of(["postgres: wiredesk wiredesk [local] idle"]) == "postgres"
    assert part_of(["python", "-m", "worker.cli", "run", "--plain"]) == "run"
