"""The parts of a deployment, read out of its files: what each runs, and with which settings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
IMAGE = "wiredesk"

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


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


def compose() -> dict[str, Any]:
    """The Compose file with no variable set: each `${NAME:-default}` is its default."""
    text = (DEPLOY / "compose.yaml").read_text()
    loaded: dict[str, Any] = yaml.safe_load(VARIABLE.sub(lambda match: match[2] or "", text))
    return loaded


def compose_parts() -> list[Part]:
    """The services of our image."""
    return [
        Part(name, list(service["command"]), _compose_probe(service), dict(service["environment"]), service)
        for name, service in compose()["services"].items()
        if service["image"].split(":")[0] == IMAGE
    ]


def kubernetes() -> list[dict[str, Any]]:
    """Every object of the manifests."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [thing for file in files for thing in yaml.safe_load_all(file.read_text())]


def kubernetes_parts() -> list[Part]:
    """The containers of our image; what they take from the ConfigMap and the Secret is filled in."""
    things = kubernetes()
    shared = {
        thing["metadata"]["name"]: thing.get("data") or thing.get("stringData")
        for thing in things
        if thing["kind"] in ("ConfigMap", "Secret")
    }
    return [part for thing in things for part in _containers(thing, shared)]


def _compose_probe(service: Mapping[str, Any]) -> list[str] | None:
    return _of_wiredesk(service.get("healthcheck", {}).get("test", [])[1:])


def _containers(thing: dict[str, Any], shared: Mapping[str, dict[str, str]]) -> Iterator[Part]:
    for container in thing.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
        environment: dict[str, str] = {}
        for source in container.get("envFrom", []):
            (reference,) = source.values()
            environment |= shared[reference["name"]]
        environment |= {entry["name"]: entry["value"] for entry in container.get("env", [])}
        probe = _of_wiredesk(container.get("livenessProbe", {}).get("exec", {}).get("command", []))
        assert container["image"] == IMAGE
        yield Part(thing["metadata"]["name"], container["args"], probe, environment, thing)


def _of_wiredesk(command: list[str]) -> list[str] | None:
    return command[1:] if command[:1] == ["wiredesk"] else None
