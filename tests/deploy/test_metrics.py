"""What the documentation, the alerts and the dashboard say of metrics is what the program has."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from prometheus_client import CollectorRegistry

from tests.deploy.parts import DEPLOY, compose
from tests.store.rows import added_feed, refused_entry, stored_article
from tests.web.conftest import Web, serve
from worker.config.settings import Settings
from worker.model import Condition
from worker.monitor import metrics, workers
from worker.monitor.events import PageExtracted, PageFetched, emit
from worker.monitor.metrics import Build, everything
from worker.outcome import Reason
from worker.services.vitals import read_vitals
from worker.store import Store, backups, feed_conditions, pauses
from worker.store.db import run
from worker.web.gauges import Gauges
from worker.web.parts import utc_now
from worker.web.status import gather_status
from worker.web.vital_gauges import VitalGauges

ROW = re.compile(r"^\| `(wiredesk_\w+)` \| (\w+) \| (.*?) ?\| (.+) \|$", re.MULTILINE)
USED = re.compile(r"\b(wiredesk_\w+)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")

CONFIGURATION = DEPLOY / "prometheus" / "prometheus.yml"

__all__ = ["serve"]

Metrics = dict[str, tuple[str, set[str]]]


@pytest.fixture
def real(database_url: str, redis_url: str) -> Iterator[Metrics]:
    """Kind and labels of every metric, under the name that Prometheus shows."""
    store = Store(database_url, pool_size=1)
    with redis.Redis.from_url(redis_url) as client:
        registry = CollectorRegistry()
        registry.register(Gauges(lambda: gather_status(store, client, Settings(), now=utc_now())))
        registry.register(VitalGauges(lambda: read_vitals(store, client, Settings(), now=utc_now())))
        registry.register(Build())
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
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    alerts = [str(rule["expr"]) for rule in rules()]
    return [*panels, *(expression for expression in alerts if not expression.startswith("up{"))]


def promtool(*arguments: str | Path, given: bytes | None = None) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    done = subprocess.run(["promtool", *arguments], input=given, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, ""), done.stdout.decode()


def test_prometheus_accepts_its_configuration() -> None:
    promtool("check", "config", CONFIGURATION)


def test_the_metrics_of_the_web_server_follow_the_conventions(serve: Any, busy: str, redis_url: str) -> None:
    web: Web = serve(busy, redis_url)
    promtool("check", "metrics", given=web.get("/metrics").content)


def test_the_metrics_of_a_worker_follow_the_conventions() -> None:
    emit(PageFetched(outcome="fetched", entry_id=1, host_id=1, url="", size=900, seconds=0.1))
    emit(PageExtracted(outcome="created", page_id=1, entry_id=1, delay=90.0))
    metrics.BUSY_SECONDS.labels("fetch").inc(0.1)
    promtool("check", "metrics", given=metrics.exposition())


@pytest.fixture
def busy(database_url: str, redis_url: str) -> str:
    """A database with something for every gauge, and a worker that reports."""
    now = utc_now()
    store = Store(database_url, pool_size=1)
    with store.begin() as db:
        feed = added_feed(db)
        stored_article(db, feed_id=feed)
        refused_entry(db, feed, "https://news.example/refused", Reason.PAYWALL, now=now)
        feed_conditions.begin(db, {(feed, Condition.QUIET): "nothing new"}, now=now)
        pauses.pause(db, "fetch", by="cli:test", now=now)
        backups.record(db, now)
        run(db, "UPDATE hosts SET errors = 3, reason = 'timeout', last_turn_at = :now", now=now)
    store.close()
    with redis.Redis.from_url(redis_url) as client:
        usage = {"started_at": now, "processes": 2, "active": 1, "rss": 1 << 20}
        workers.report(client, "all@here", queues=["poll"], last_done=now, now=now, skew=0.1, **usage)
        workers.report_beat(client, now)
    return database_url
