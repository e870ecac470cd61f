"""Probes say what is missing, and metrics can be read by Prometheus."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.store import rows
from tests.web.conftest import Web
from worker.config.groups import PriceGoal
from worker.outcome import Doubt, Reason
from worker.services.price import steer
from worker.store import feed_conditions
from worker.store.rule_misses import Missed, WatchedSelector, missed
from worker.web.parts import utc_now

NEWS = "https://news.example/feed.xml"
AWAY_STORE = "postgresql://nobody@127.0.0.1:1/none"
AWAY_BROKER = "redis://127.0.0.1:1/0"


def metrics_of(web: Web) -> dict[str, dict[tuple[str, ...], float]]:
    return {
        family.name: {tuple(s.labels.values()): s.value for s in family.samples}
        for family in text_string_to_metric_families(web.get("/metrics").text)
    }


def queued(web: Web, queue: str, *, seconds_ago: float) -> None:
    sent_at = (utc_now() - timedelta(seconds=seconds_ago)).isoformat()
    web.redis.lpush(queue, json.dumps({"headers": {"sent_at": sent_at}, "body": ""}))


def test_a_server_with_store_broker_and_schema_is_ready(web: Web) -> None:
    assert web.get("/healthz").text == "ok\n"
    answer = web.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


def test_readiness_names_an_unavailable_store_and_broker(serve: Any) -> None:
    web = serve(AWAY_STORE, AWAY_BROKER)
    assert web.get("/healthz").status_code == 200
    answer = web.get("/readyz")
    assert answer.status_code == 503
    store, broker = answer.json()["missing"]
    assert store.startswith("the store does not answer")
    assert broker.startswith("the broker does not answer")


def test_readiness_names_the_command_that_migrates_the_database(
    serve: Any, redis_url: str, fresh_database: Callable[..., AbstractContextManager[str]]
) -> None:
    with fresh_database(migrated=False) as url:
        (missing,) = serve(url, redis_url).get("/readyz").json()["missing"]
    assert missing.startswith("the database is at migration none")
    assert "`wiredesk db upgrade`" in missing


def test_metrics_report_depth_and_age_of_each_queue(web: Web) -> None:
    queued(web, "extract", seconds_ago=90)
    queued(web, "extract", seconds_ago=5)
    found = metrics_of(web)
    assert found["wiredesk_queue_depth"][("extract",)] == 2
    assert found["wiredesk_queue_depth"][("poll",)] == 0
    assert 89 < found["wiredesk_queue_oldest_seconds"][("extract",)] < 120
    assert ("poll",) not in found["wiredesk_queue_oldest_seconds"]


def test_metrics_report_the_states_of_the_entries(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.refused_entry(db, feed_id, "https://news.example/wall", Reason.CONSENT_WALL)
        rows.stored_article(db, feed_id=feed_id)
    found = metrics_of(web)
    assert found["wiredesk_entries"] == {("refused",): 1, ("stored",): 1}
    assert found["wiredesk_feeds"] == {("active",): 1}
    assert found["wiredesk_refused_entries"] == {("publisher", "consent-wall"): 1}
    assert found["wiredesk_oldest_due_seconds"][("poll",)] > 0
    assert found["wiredesk_identity_holds"] == {(): 1}
    assert found["wiredesk_store_up"] == found["wiredesk_broker_up"] == {(): 1}


def test_metrics_report_the_entries_whose_last_look_was_doubtful_by_reason(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(db)
        rows.doubt_look(db, article_id, Doubt.WALL)
    assert metrics_of(web)["wiredesk_doubtful_entries"] == {("wall",): 1}


def test_metrics_report_site_rules_that_stopped_matching(web: Web) -> None:
    with web.store.begin() as db:
        what = WatchedSelector("news.toml", "body", "news.example")
        missed(db, [Missed(what, True, 12, "https://news.example/a")], now=utc_now())
    assert metrics_of(web)["wiredesk_rule_missed_pages"] == {("news.toml", "news.example", "body"): 12}


@pytest.mark.parametrize("goal", [PriceGoal("budget", 100), PriceGoal("delay", 60)])
def test_metrics_report_the_price_of_a_poll_if_there_is_a_goal(web: Web, goal: PriceGoal) -> None:
    with web.store.begin() as db:
        rows.added_feed(db)
    steer(web.store, goal, now=utc_now())
    found = metrics_of(web)
    assert found["wiredesk_poll_price"][()] > 0
    told = {name for name in ("wiredesk_poll_spent", "wiredesk_poll_waited") if found[name]}
    assert told == {"wiredesk_poll_spent" if goal.kind == "budget" else "wiredesk_poll_waited"}


def test_a_scrape_succeeds_without_store_and_broker(serve: Any, redis_url: str, database_url: str) -> None:
    assert metrics_of(serve(AWAY_STORE, redis_url))["wiredesk_store_up"] == {(): 0}
    found = metrics_of(serve(database_url, AWAY_BROKER))
    assert (found["wiredesk_store_up"], found["wiredesk_broker_up"]) == ({(): 1}, {(): 0})


def test_the_status_is_reported_without_the_broker(serve: Any, database_url: str) -> None:
    web = serve(database_url, AWAY_BROKER)
    status = web.get("/api/v1/status").json()
    assert status["broker"].startswith("the broker does not answer")
    assert (status["workers"], status["identity"]["holds"]) == (None, True)
    assert "No work is handed out" in web.page("/").text


def test_the_status_reports_what_waits_and_since_when(web: Web) -> None:
    queued(web, "fetch", seconds_ago=30)
    with web.store.begin() as db:
        rows.added_feed(db)
    stages = {stage["name"]: stage for stage in web.get("/api/v1/status").json()["stages"]}
    assert list(stages) == ["schedule", "poll", "fetch", "extract", "deliver"]
    assert stages["fetch"]["depth"] == 1
    assert 29 < stages["fetch"]["oldest_message_seconds"] < 60
    assert stages["poll"]["oldest_due_at"] == "2026-05-04T12:00:00Z"
    assert stages["extract"]["oldest_due_at"] is None


def test_feeds_in_a_condition_are_counted_and_not_named_in_metrics(web: Web) -> None:
    with web.store.begin() as db:
        since = utc_now() - timedelta(hours=1)
        feed_conditions.begin(db, {(rows.added_feed(db, NEWS), "quiet"): "nothing new"}, now=since)
    metrics = metrics_of(web)
    assert metrics["wiredesk_feed_conditions"][("quiet",)] == 1
    assert metrics["wiredesk_feed_conditions"][("shrank",)] == 0
    # The address of a feed may hold a password or a token, and everybody may read the metrics.
    assert NEWS not in web.get("/metrics").text
