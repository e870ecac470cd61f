"""The parts of a deployment, read out of its files: what each runs, and with which settings."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
OVERLAYS = DEPLOY / "kubernetes" / "overlays"
IMAGE = "wiredesk"
OPERATOR = {"POSTGRES_PASSWORD": "secret-of-postgres", "REDIS_PASSWORD": "secret-of-redis"}
"""The variables that the operator must set for Compose."""

VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^${}]*))?\}")
PROBES = ("worker.probe", "worker.restart_when_stuck")


@dataclass(frozen=True, slots=True)
class Part:
    """One container of our image: the arguments of `wiredesk`, those of its probe, and its environment."""

    name: str
    arguments: list[str]
    probe: list[str] | None
    environment: dict[str, str]
    definition: Mapping[str, Any]

    @property
    def queues(self) -> list[str]:
        """The queues that it serves."""
        if self.arguments[0] != "worker":
            return []
        return self.arguments[self.arguments.index("--queues") + 1].split(",")


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """The text with each `${NAME:-default}` and `${NAME:?message}` replaced, as Compose does."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        found = variables.get(name) or (rest if kind == "-" else None)
        assert found is not None, f"{name}: {rest}"
        return found

    return VARIABLE.sub(value, text).replace("$$", "$")


@cache
def compose() -> dict[str, Any]:
    """The Compose file, with only the required variables set."""
    loaded: dict[str, Any] = yaml.safe_load(interpolated((DEPLOY / "compose.yaml").read_text(), OPERATOR))
    return loaded


def compose_parts() -> list[Part]:
    """The services of our image."""
    return [
        Part(name, list(service["command"]), _compose_probe(service), dict(service["environment"]), service)
        for name, service in compose()["services"].items()
        if service["image"].split(":")[0] == IMAGE
    ]


@cache
def kubernetes(overlay: str = "production") -> list[dict[str, Any]]:
    """Every object that `kubectl apply --kustomize` would send; empty without kubectl."""
    if shutil.which("kubectl") is None:
        return []
    command = ["kubectl", "kustomize", OVERLAYS / overlay]
    rendered = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return list(yaml.safe_load_all(rendered))


def kubernetes_parts() -> list[Part]:
    """The containers of our image, with the settings of the overlay and of the example of the Secret."""
    things = kubernetes()
    shared = {thing["metadata"]["name"]: thing["data"] for thing in things if thing["kind"] == "ConfigMap"}
    example = (DEPLOY / "kubernetes" / "secrets.env.example").read_text()
    shared["wiredesk-secrets"] = dict(
        line.split("=", 1) for line in example.splitlines() if line and not line.startswith("#")
    )
    return [part for thing in things for part in _containers(thing, shared)]


def pod_of(thing: Mapping[str, Any]) -> dict[str, Any] | None:
    """The specification of the pods of a Deployment or CronJob; None for other objects."""
    if thing["kind"] == "CronJob":
        thing = thing["spec"]["jobTemplate"]
    pod: dict[str, Any] | None = thing.get("spec", {}).get("template", {}).get("spec")
    return pod


def health_file(probe: list[str]) -> str:
    """The file whose age the probe looks at, after checking that it is one of our probes."""
    python, option, module, path, *limit = probe
    assert (python, option) == ("python", "-m")
    assert module in PROBES
    assert limit[0] == "--max-age"
    assert float(limit[1]) > 0
    return path


def _compose_probe(service: Mapping[str, Any]) -> list[str] | None:
    return _ours(service.get("healthcheck", {}).get("test", [])[1:])


def _containers(thing: dict[str, Any], shared: Mapping[str, dict[str, str]]) -> Iterator[Part]:
    for container in (pod_of(thing) or {}).get("containers", []):
        environment: dict[str, str] = {}
        for source in container.get("envFrom", []):
            (reference,) = source.values()
            environment |= shared[reference["name"]]
        environment |= {entry["name"]: entry["value"] for entry in container.get("env", [])}
        probe = _ours(container.get("livenessProbe", {}).get("exec", {}).get("command", []))
        assert container["image"].rpartition("/")[2].startswith(f"{IMAGE}:")
        yield Part(thing["metadata"]["name"], container["args"], probe, environment, thing)


def _ours(command: list[str]) -> list[str] | None:
    return command if command[2:3] and command[2] in PROBES else None
