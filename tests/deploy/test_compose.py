"""compose.yaml is a Compose file, safe by default, and starts in the right order."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from tests.deploy.parts import DEPLOY, OPERATOR, VARIABLE, compose, compose_parts, health_file
from worker.config.load import load
from worker.config.settings import Settings

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
PUBLISHED = {
    "web": "WEB_BIND",
    "flower": "FLOWER_BIND",
    "prometheus": "PROMETHEUS_BIND",
    "alertmanager": "ALERTMANAGER_BIND",
    "grafana": "GRAFANA_BIND",
}
ENDS = ("migrate", "feeds")
"""Services that end when they are done."""

Config = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """`docker compose config` on a copy of the checkout's deploy/, with a .env of these variables."""
    found = shutil.which("docker")
    if found is None or subprocess.run([found, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed")
    for name in ("deploy", "config"):
        shutil.copytree(DEPLOY.parent / name, tmp_path / name)

    def run(variables: dict[str, str], *options: str) -> "subprocess.CompletedProcess[str]":
        lines = [f"{key}={value}\n" for key, value in variables.items()]
        (tmp_path / "deploy" / ".env").write_text("".join(lines))
        command = [found, "compose", "-f", "deploy/compose.yaml", *options, "config", "--format", "json"]
        # Without the variables of this shell.
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize("missing", OPERATOR)
def test_compose_refuses_to_start_without_a_password_and_says_where_it_is_written(
    config: Config, missing: str
) -> None:
    done = config({key: value for key, value in OPERATOR.items() if key != missing})
    assert done.returncode != 0
    assert f"required variable {missing} is missing a value: write it into deploy/.env" in done.stderr


def test_every_line_of_the_env_file_reaches_every_part(config: Config, tmp_path: Path) -> None:
    settings = {
        "WIREDESK_CONTACT": "https://example.org/about#us",
        "WIREDESK_WEB_NAMES": '["news.example.org"]',
        "WIREDESK_FETCH_DELAY_SECONDS": "2.5",
    }
    done = config(OPERATOR | settings | {"NEWS_LOGIN": "of a host"}, "--profile", "*")
    assert done.returncode == 0, done.stderr
    services = json.loads(done.stdout)["services"]
    assert services.keys() == SERVICES.keys()
    for part in compose_parts():
        environment = services[part.name]["environment"]
        assert environment["NEWS_LOGIN"] == "of a host"
        found = load(environ=environment, cwd=tmp_path).settings
        assert found.contact == settings["WIREDESK_CONTACT"]
        assert found.web_names == ("news.example.org",)
        assert found.fetch_delay_seconds == 2.5


def test_it_follows_the_schema_of_the_compose_specification() -> None:
    pytest.importorskip("check_jsonschema", reason="the schema comes with check-jsonschema")
    schema = json.loads(
        (files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text()
    )
    validator = validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(compose())] == []
    broken = {"services": {"web": {"comand": ["web"]}}}
    assert not validator.is_valid(broken)


def test_each_published_port_is_on_loopback_with_its_own_variable_and_no_server_is_published() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == PUBLISHED.keys()
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    written = re.findall(r'ports: \["\$\{(\w+):-127', (DEPLOY / "compose.yaml").read_text())
    assert sorted(written) == sorted(PUBLISHED.values())


def test_no_password_is_in_a_command_line() -> None:
    for service in SERVICES.values():
        words = " ".join([*service.get("command", []), *service.get("entrypoint", [])])
        words += " ".join(service.get("healthcheck", {}).get("test", []))
        assert not [secret for secret in OPERATOR.values() if secret in words]
    assert OPERATOR["REDIS_PASSWORD"] in compose()["configs"]["redis"]["content"]


def test_everything_waits_for_a_healthy_server_and_a_migrated_schema() -> None:
    for part in compose_parts():
        waits = {name: on["condition"] for name, on in part.definition["depends_on"].items()}
        if part.name != "migrate":
            assert waits["migrate"] == "service_completed_successfully"
        for server in waits.keys() & {"redis", "postgres"}:
            assert waits[server] == "service_healthy"
            assert "test" in SERVICES[server]["healthcheck"]


def test_what_runs_on_is_checked_and_restarted_and_what_ends_is_not_repeated() -> None:
    for name, service in SERVICES.items():
        assert service["restart"] == ("on-failure" if name in ENDS else "unless-stopped")
        assert "test" in service["healthcheck"] or name in ENDS


def test_a_stuck_part_ends_its_container_since_docker_restarts_only_what_ends() -> None:
    for part in compose_parts():
        if part.arguments[0] in ("worker", "beat", "web"):
            assert part.probe is not None
            assert part.probe[2] == "worker.restart_when_stuck"
            assert health_file(part.probe) == f"/data/health/{part.name}"
        # The image has its init process, which the probe recognises by its command line.
        assert "init" not in part.definition


def test_every_service_has_a_memory_limit_and_bounded_logs() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert name == "postgres" or float(service["cpus"]) > 0
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}


def test_no_image_is_latest_and_the_major_version_of_the_store_is_fixed() -> None:
    tags = {name: service["image"].rpartition(":")[2] for name, service in SERVICES.items()}
    assert "latest" not in tags.values()
    assert all(any(c.isdigit() for c in tag) or tag == "local" for tag in tags.values())
    assert tags["postgres"].split(".")[0] == "18"


def test_no_message_is_thrown_away() -> None:
    lines = compose()["configs"]["redis"]["content"].splitlines()
    assert {"appendonly yes", "maxmemory-policy noeviction"} <= set(lines)
    assert SERVICES["redis"]["command"][-1] == SERVICES["redis"]["configs"][0]["target"]


def test_our_containers_can_write_only_to_bounded_places_where_nothing_must_last() -> None:
    for part in compose_parts():
        assert part.definition["read_only"]
        assert part.definition["cap_drop"] == ["ALL"]
        places = dict(place.split(":size=") for place in part.definition["tmpfs"])
        assert places.keys() == {"/data", "/run/wiredesk", "/tmp"}
        assert all(size.endswith("m") for size in places.values())


def test_what_must_last_is_in_named_volumes() -> None:
    named = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "/"))
    }
    assert named == set(compose()["volumes"])


def test_a_worker_is_given_its_ten_seconds_to_stop() -> None:
    for part in compose_parts():
        if part.queues:
            assert part.definition["stop_grace_period"] == "20s"


def test_extraction_has_a_core_for_each_process() -> None:
    worker = SERVICES["worker-extract"]
    assert worker["command"][worker["command"].index("--concurrency") + 1] == str(worker["cpus"])


def test_servers_that_ingesting_does_not_need_are_in_profiles() -> None:
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert profiles == {
        "prometheus": ["monitoring"],
        "alertmanager": ["monitoring"],
        "grafana": ["monitoring"],
        "rabbitmq": ["rabbitmq"],
    }


@pytest.mark.parametrize("name", ["grafana", "rabbitmq"])
def test_a_server_of_a_profile_ends_with_one_line_while_its_password_is_missing(name: str) -> None:
    command, environment = SERVICES[name]["entrypoint"], {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == f"set {name.upper()}_PASSWORD in deploy/.env\n"


def test_the_files_that_are_mounted_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("."):
                assert (DEPLOY / volume.split(":")[0]).exists(), volume


def test_every_variable_is_explained_at_the_top_of_the_file() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    explained = text.split("\nname:")[0]
    assert all(re.search(rf"\b{variable[1]}\b", explained) for variable in VARIABLE.finditer(text))


def test_the_example_of_the_env_file_names_variables_and_settings_that_exist() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    known = {match[1] for match in VARIABLE.finditer(text)}
    known |= {f"WIREDESK_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE))
    assert set(OPERATOR) <= named <= known


def test_a_workers_name_is_that_of_its_service_so_that_an_alert_names_what_to_restart() -> None:
    for part in compose_parts():
        if part.queues:
            assert part.arguments[part.arguments.index("--name") + 1] == part.name
