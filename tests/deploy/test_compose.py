"""compose.yaml is a Compose file, safe by default, and starts in the right order."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema.validators import validator_for

from tests.deploy.parts import DEPLOY, VARIABLE, compose, compose_parts

SERVICES: dict[str, dict[str, Any]] = compose()["services"]


def test_it_follows_the_schema_of_the_compose_specification() -> None:
    pytest.importorskip("check_jsonschema", reason="the schema comes with check-jsonschema")
    schema = json.loads(
        (files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text()
    )
    validator = validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(compose())] == []
    broken = {"services": {"web": {"comand": ["web"]}}}
    assert not validator.is_valid(broken)


def test_every_port_is_published_on_loopback_and_those_of_the_servers_nowhere() -> None:
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert published["redis"] == published["postgres"] == []


def test_everything_waits_for_a_healthy_server_and_a_migrated_schema() -> None:
    for part in compose_parts():
        waits = {name: on["condition"] for name, on in part.definition["depends_on"].items()}
        if part.name not in ("migrate", "flower"):
            assert waits["migrate"] == "service_completed_successfully"
        for server in waits.keys() & {"redis", "postgres"}:
            assert waits[server] == "service_healthy"
            assert "test" in SERVICES[server]["healthcheck"]


def test_what_runs_on_is_restarted_and_what_ends_is_not_repeated() -> None:
    for name, service in SERVICES.items():
        assert service["restart"] == ("on-failure" if name in ("migrate", "feeds") else "unless-stopped")


def test_no_message_is_thrown_away_and_the_major_version_of_the_store_is_fixed() -> None:
    said = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in said
    assert "--maxmemory-policy noeviction" in said
    assert SERVICES["postgres"]["image"].split(":")[1].split("-")[0].split(".")[0] == "18"


def test_our_containers_can_write_only_where_nothing_must_last() -> None:
    for part in compose_parts():
        assert part.definition["read_only"]
        assert part.definition["cap_drop"] == ["ALL"]
        assert "/data" in part.definition["tmpfs"]


def test_a_worker_is_given_its_ten_seconds_to_stop() -> None:
    for part in compose_parts():
        if part.queues:
            assert part.definition["stop_grace_period"] == "20s"


def test_the_files_that_are_mounted_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("."):
                assert (DEPLOY / volume.split(":")[0]).exists(), volume


def test_every_variable_is_explained_at_the_top_of_the_file() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    explained = text.split("\nname:")[0]
    assert all(f" {variable[1]}" in explained for variable in VARIABLE.finditer(text))


def test_a_workers_name_is_that_of_its_service_so_that_an_alert_names_what_to_restart() -> None:
    for part in compose_parts():
        if part.queues:
            assert part.arguments[part.arguments.index("--name") + 1] == part.name
