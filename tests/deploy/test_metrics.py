"""What the documentation, the alerts and the dashboard say of metrics is what the program has."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import yaml
from prometheus_client import CollectorRegistry

from tests.deploy.parts import DEPLOY, compose
from worker.config.settings import Settings
from worker.monitor.metrics import everything
from worker.store import Store
from worker.web.gauges import Gauges
from worker.web.parts import utc_now
from worker.web.status import gather_status

ROW = re.compile(r"^\| `(wiredesk_\w+)` \| (\w+) \| (.*?) ?\| (.+) \|$", re.MULTILINE)
USED = re.compile(r"\b(wiredesk_\w+)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")

CONFIGURATION = DEPLOY / "prometheus" / "prometheus.yml"
RULE_TESTS = Path(__file__).with_name("alerts_test.yml")

Metrics = dict[str, tuple[str, set[str]]]


@pytest.fixture
def real(database_url: str, redis_url: str) -> Iterator[Metrics]:
    """Kind and labels of every metric, under the name that Prometheus shows."""
    store = Store(database_url, pool_size=1)
    with redis.Redis.from_url(redis_url) as client:
        registry = CollectorRegistry()
        registry.register(Gauges(lambda: gather_status(store, client, Settings(), now=utc_now())))
        families = [
            f for f in (*everything().collect(), *registry.collect()) if f.name.startswith("wiredesk_")
        ]
        yield {
            f.name + ("_total" if f.type == "counter" else ""): (f.type, set(_labels(f.name, f)))
            for f in families
        }
    store.close()


def _labels(name: str, family: object) -> tuple[str, ...]:
    declared = everything()._names_to_collectors.get(name, family)
    return tuple(getattr(declared, "_labelnames", ()))


def test_the_table_of_metrics_is_complete_and_true(real: Metrics) -> None:
    text = (DEPLOY.parent / "docs" / "operations.md").read_text()
    documented = {
        name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in ROW.findall(text)
    }
    assert documented == real


def test_alerts_and_dashboard_use_only_metrics_and_labels_that_exist(real: Metrics) -> None:
    assert expressions()
    for expression in expressions():
        used = USED.findall(expression)
        assert used, expression
        for name, matchers in used:
            kind, labels = real[re.sub(r"_(bucket|sum|count)$", "", name)]
            assert set(LABEL.findall(re.sub(r'"[^"]*"', "", matchers))) <= labels
            assert kind != "counter" or re.search(rf"(rate|increase)\({name}", expression)


def test_every_alert_says_what_is_wrong_and_how_urgent_it_is() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")


def test_prometheus_asks_the_services_of_compose_at_the_ports_that_they_have() -> None:
    services = compose()["services"]
    jobs = yaml.safe_load(CONFIGURATION.read_text())["scrape_configs"]
    web, workers = jobs
    assert web["static_configs"][0]["targets"] == ["web:8600"]
    (found,) = workers["dns_sd_configs"]
    assert set(found["names"]) == {name for name in services if name.startswith("worker-")}
    for name in found["names"]:
        assert services[name]["environment"]["WIREDESK_METRICS_PORT"] == str(found["port"])


def rules() -> list[dict[str, dict[str, str]]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    dashboard = json.loads((DEPLOY / "grafana" / "wiredesk.json").read_text())
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    alerts = [str(rule["expr"]) for rule in rules()]
    return [*panels, *(expression for expression in alerts if not expression.startswith("up{"))]


@pytest.mark.parametrize("arguments", [("check", "config", CONFIGURATION), ("test", "rules", RULE_TESTS)])
def test_prometheus_accepts_its_configuration_and_the_alerts_fire_when_they_should(
    arguments: tuple[str, str, Path],
) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
