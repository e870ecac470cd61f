"""The Kubernetes manifests render, hang together, and are safe by default."""

import ipaddress
import json
import re
from typing import Any

import pytest

from tests.deploy.parts import OVERLAYS, health_file, kubernetes, kubernetes_parts, pod_of
from worker.fetch import guard
from worker.web.host_check import answers_to

pytestmark = pytest.mark.skipif(not kubernetes(), reason="kubectl, which renders the manifests, is missing")

VERSION = "1.37"
RENDERED = {overlay.name: kubernetes(overlay.name) for overlay in sorted(OVERLAYS.iterdir())}
OBJECTS = kubernetes()
FETCHERS = {"worker-schedule", "worker-poll", "worker-fetch", "web"}
"""Parts that make requests to hosts and receivers."""


def named(kind: str, objects: list[dict[str, Any]] = OBJECTS) -> dict[str, dict[str, Any]]:
    return {thing["metadata"]["name"]: thing for thing in objects if thing["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    return {thing["metadata"]["name"]: pod for thing in OBJECTS if (pod := pod_of(thing))}


@pytest.mark.parametrize("overlay", RENDERED)
def test_each_object_of_an_overlay_follows_the_schema_of_its_kind(overlay: str) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="the schemas come with kubernetes-validate")
    for thing in RENDERED[overlay]:
        # KEDA's kind is not part of Kubernetes.
        if thing["apiVersion"] != "keda.sh/v1alpha1":
            validator.validate(thing, VERSION, strict=True)


@pytest.mark.parametrize("overlay", RENDERED)
def test_an_apply_overwrites_neither_secret_nor_rules_and_pods_fail_without_the_secret(overlay: str) -> None:
    objects = RENDERED[overlay]
    assert not named("Secret", objects)
    assert all(name.startswith("wiredesk-settings-") for name in named("ConfigMap", objects))
    for thing in objects:
        for container in (pod_of(thing) or {}).get("containers", []):
            assert {"secretRef": {"name": "wiredesk-secrets"}} in container["envFrom"]


@pytest.mark.parametrize("overlay", RENDERED)
def test_no_image_is_latest_so_that_a_restart_runs_the_same_version(overlay: str) -> None:
    for thing in RENDERED[overlay]:
        pod = pod_of(thing) or {}
        for container in pod.get("containers", []) + pod.get("initContainers", []):
            tag = container["image"].partition("/")[2].partition(":")[2]
            assert re.match(r"\d", tag)


def test_a_new_pod_waits_for_the_migration() -> None:
    for thing in named("Deployment").values():
        (waiting,) = thing["spec"]["template"]["spec"]["initContainers"]
        assert waiting["args"] == ["db", "upgrade", "--wait", "300"]


def test_only_one_beat_runs_also_during_a_change() -> None:
    spec = named("Deployment")["beat"]["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_every_part_is_probed_by_its_work_from_its_start() -> None:
    for name, thing in named("Deployment").items():
        (container,) = thing["spec"]["template"]["spec"]["containers"]
        startup, liveness = container["startupProbe"], container["livenessProbe"]
        # Two minutes to start, however slow the node.
        assert startup["failureThreshold"] * startup["periodSeconds"] >= 120
        if name == "beat" or name.startswith("worker-"):
            assert startup["exec"] == liveness["exec"]
            assert health_file(liveness["exec"]["command"]) == f"/data/health/{name}"


def test_every_container_has_limits_of_cpu_and_memory() -> None:
    for pod in pods().values():
        for container in pod["containers"] + pod.get("initContainers", []):
            for bound in ("requests", "limits"):
                assert container["resources"][bound].keys() == {"cpu", "memory"}


def test_selectors_find_the_pods_they_are_meant_for() -> None:
    labels = {
        name: thing["spec"]["template"]["metadata"]["labels"] for name, thing in named("Deployment").items()
    }
    for name, thing in named("Deployment").items():
        assert thing["spec"]["selector"]["matchLabels"] == labels[name]
    for kind in ("Service", "PodDisruptionBudget"):
        for name, thing in named(kind).items():
            selector = thing["spec"]["selector"]
            assert selector.get("matchLabels", selector) == labels[name]


def test_a_drain_leaves_a_pod_of_each_stage_and_is_never_blocked() -> None:
    deployments, budgets = named("Deployment"), named("PodDisruptionBudget")
    assert budgets.keys() == {"web", "worker-poll", "worker-fetch", "worker-extract"}
    for name, budget in budgets.items():
        spec = budget["spec"]
        replicas = deployments[name]["spec"].get("replicas", 1)
        assert spec.get("maxUnavailable") == 1 or replicas > spec["minAvailable"]
    (alone,) = named("PodDisruptionBudget", RENDERED["small"])["web"]["spec"].keys() - {"selector"}
    assert alone == "maxUnavailable"


def test_pods_run_as_an_ordinary_user_who_can_write_only_where_nothing_must_last() -> None:
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"]
        # Variables made for a Service would read like settings.
        assert pod["enableServiceLinks"] is False
        for container in pod["containers"] + pod.get("initContainers", []):
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            writable = {m["mountPath"] for m in container["volumeMounts"] if not m.get("readOnly")}
            assert writable - ({"/backups"} if name == "backup" else set()) == {
                "/data",
                "/run/wiredesk",
                "/tmp",
            }


def test_workers_name_their_number_of_processes_since_a_pod_sees_all_cores_of_its_node() -> None:
    for part in kubernetes_parts():
        if part.queues:
            assert int(part.arguments[part.arguments.index("--concurrency") + 1]) > 0


def test_our_pods_make_no_connection_that_no_policy_allows() -> None:
    closed = named("NetworkPolicy")["deny-the-rest"]["spec"]
    assert closed["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & closed.keys()
    for thing in named("Deployment").values():
        labels = thing["spec"]["template"]["metadata"]["labels"]
        assert closed["podSelector"]["matchLabels"].items() <= labels.items()


def test_parts_that_fetch_reach_public_addresses_and_nothing_that_the_guard_refuses() -> None:
    spec = named("NetworkPolicy")["public-addresses-only"]["spec"]
    (chosen,) = spec["podSelector"]["matchExpressions"]
    assert set(chosen["values"]) == FETCHERS
    (rule,) = spec["egress"]
    blocks = [(ipaddress.ip_network(to["ipBlock"]["cidr"]), to["ipBlock"]["except"]) for to in rule["to"]]

    def is_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(
            address in block and not any(address in ipaddress.ip_network(net) for net in exceptions)
            for block, exceptions in blocks
        )

    for network, _ in guard._NETWORKS:
        assert not is_open(network[0])
        assert not is_open(network[-1])
    for public in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        assert guard.address_refusal(public) is None
        assert is_open(ipaddress.ip_address(public))


def test_every_part_reaches_dns_postgresql_and_redis() -> None:
    spec = named("NetworkPolicy")["servers"]["spec"]
    (rule,) = spec["egress"]
    assert {(port["port"], port["protocol"]) for port in rule["ports"]} == {
        (53, "UDP"),
        (53, "TCP"),
        (5432, "TCP"),
        (6379, "TCP"),
    }


def test_flower_which_can_stop_workers_listens_inside_its_pod_only() -> None:
    (flower,) = (part for part in kubernetes_parts() if part.arguments == ["flower"])
    assert flower.environment["WIREDESK_WEB_HOST"] == "127.0.0.1"
    assert "flower" not in named("Service")


def test_autoscaling_follows_the_oldest_due_row_of_the_stage_it_scales() -> None:
    deployments, scaled = named("Deployment"), named("ScaledObject")
    assert scaled.keys() == {"worker-poll", "worker-fetch", "worker-extract"}
    for name, thing in scaled.items():
        assert thing["spec"]["scaleTargetRef"] == {"name": name}
        # Set here, the number would be set back by each `apply`.
        assert "replicas" not in deployments[name]["spec"]
        (trigger,) = thing["spec"]["triggers"]
        stage = name.removeprefix("worker-")
        assert trigger["metadata"]["query"] == f'max(wiredesk_oldest_due_seconds{{stage="{stage}"}})'
        # Kubernetes then keeps the number of pods while there are no figures.
        assert trigger["metadata"]["ignoreNullValues"] == "false"
    assert not named("ScaledObject", RENDERED["small"])


def test_the_names_of_the_service_inside_the_cluster_are_accepted() -> None:
    for part in kubernetes_parts():
        if part.arguments == ["web"]:
            names = json.loads(part.environment["WIREDESK_WEB_NAMES"])
            for host in ("web:8600", "web.wiredesk:8600", "web.wiredesk.svc.cluster.local:8600"):
                assert answers_to(host, names)
