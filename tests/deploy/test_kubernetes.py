"""The Kubernetes manifests hang together."""

from typing import Any

import pytest
import yaml

from tests.deploy.parts import DEPLOY, kubernetes, kubernetes_parts

VERSION = "1.37"
OBJECTS = [thing for thing in kubernetes() if thing["kind"] != "Kustomization"]


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {thing["metadata"]["name"]: thing for thing in OBJECTS if thing["kind"] == kind}


def test_each_object_follows_the_schema_of_its_kind() -> None:
    validator = pytest.importorskip(
        "kubernetes_validate",
        reason="the schemas come with kubernetes-validate, which is no part of the lock",
    )
    for thing in OBJECTS:
        validator.validate(thing, VERSION, strict=True)


def test_the_kustomization_lists_every_file() -> None:
    directory = DEPLOY / "kubernetes"
    listed = yaml.safe_load((directory / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(
        f.name for f in directory.glob("*.yaml") if f.name != "kustomization.yaml"
    )


def test_only_one_beat_runs_also_during_a_change() -> None:
    spec = named("Deployment")["beat"]["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_selectors_find_the_pods_they_are_meant_for() -> None:
    pods = {
        name: thing["spec"]["template"]["metadata"]["labels"] for name, thing in named("Deployment").items()
    }
    for name, thing in named("Deployment").items():
        assert thing["spec"]["selector"]["matchLabels"] == pods[name]
    for name, service in named("Service").items():
        assert service["spec"]["selector"] == pods[name]


def test_pods_run_as_an_ordinary_user_who_can_write_only_where_nothing_must_last() -> None:
    for part in kubernetes_parts():
        pod = part.definition["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        # Variables made for a Service would read like settings.
        assert pod["enableServiceLinks"] is False
        (container,) = pod["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        writable = [mount for mount in container["volumeMounts"] if not mount.get("readOnly")]
        assert {mount["name"] for mount in writable} == {"scratch"}
        assert {mount["mountPath"] for mount in writable} == {
            "/data",
            "/run/wiredesk",
            "/tmp",
        }


def test_workers_name_their_number_of_processes_since_a_pod_sees_all_cores_of_its_node() -> None:
    for part in kubernetes_parts():
        if part.queues:
            assert int(part.arguments[part.arguments.index("--concurrency") + 1]) > 0
