"""What compose.yaml and the Kubernetes manifests run exists, with these options and these settings."""

from collections import Counter
from pathlib import Path

import pytest

from tests.deploy.commands import problem
from tests.deploy.parts import Part, compose_parts, health_file, kubernetes_parts
from worker.config.load import load
from worker.config.settings import Settings, SettingsError
from worker.monitor.queues import QUEUES

# Without kubectl, which renders them, the Kubernetes manifests cannot be read.
DEPLOYMENTS = {
    name: parts
    for name, parts in {"compose": compose_parts(), "kubernetes": kubernetes_parts()}.items()
    if parts
}
PARTS = [
    pytest.param(part, id=f"{where}-{part.name}") for where, parts in DEPLOYMENTS.items() for part in parts
]


def test_a_command_that_does_not_exist_is_recognised() -> None:
    assert problem(["worker", "--queues", "poll", "--name", "a"]) is None
    assert problem(["worker", "--queue", "poll"]) is not None
    assert problem(["wroker"]) is not None
    assert problem(["db", "upgrade", "now"]) is not None


@pytest.mark.parametrize("part", PARTS)
def test_its_command_exists(part: Part) -> None:
    assert problem(part.arguments) is None


@pytest.mark.parametrize("part", PARTS)
def test_its_environment_makes_valid_settings(part: Part, tmp_path: Path) -> None:
    settings = load(environ=part.environment, cwd=tmp_path).settings
    assert settings.database_url
    assert settings.redis_url


def test_a_setting_that_does_not_exist_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(environ={"WIREDESK_DATABASE_UR": "x"}, cwd=tmp_path)


@pytest.mark.parametrize("parts", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_every_queue_has_exactly_one_worker(parts: list[Part]) -> None:
    assert Counter(queue for part in parts for queue in part.queues) == Counter(QUEUES)


@pytest.mark.parametrize("parts", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_schedule_and_delivery_share_one_worker_with_threads_so_that_no_tick_waits_for_a_sink(
    parts: list[Part],
) -> None:
    (worker,) = (part for part in parts if "schedule" in part.queues)
    assert worker.queues == ["schedule", "deliver"]
    assert worker.arguments[worker.arguments.index("--pool") + 1] == "threads"
    threads = Settings.model_fields["deliver_concurrency"].default
    assert worker.arguments[worker.arguments.index("--concurrency") + 1] == str(threads)


@pytest.mark.parametrize("parts", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_a_probe_looks_at_the_health_file_of_the_part_that_it_probes(parts: list[Part]) -> None:
    for part in parts:
        if part.queues or part.arguments == ["beat"]:
            assert part.probe is not None
            name = part.arguments[part.arguments.index("--name") + 1] if part.queues else "beat"
            assert health_file(part.probe) == f"/data/health/{name}"


@pytest.mark.parametrize("parts", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_everything_that_a_deployment_needs_is_there(parts: list[Part]) -> None:
    commands = {part.arguments[0] for part in parts}
    assert {"beat", "worker", "web", "flower"} <= commands
