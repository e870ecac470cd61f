"""Each alert fires when it should and is quiet when it should not, by promtool's own evaluation."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.commands import problem
from tests.deploy.parts import DEPLOY

RULES = DEPLOY / "prometheus" / "alerts.yml"
RUNBOOK = DEPLOY.parent / "docs" / "runbook.md"
ROUTES = DEPLOY / "alertmanager" / "alertmanager.yml"

Series = dict[str, str]


@dataclass(frozen=True)
class Case:
    """An alert, with series under which it fires at `at`, and others under which it does not."""

    alert: str
    at: str
    fires: Series
    quiet: Series


def always(value: float) -> str:
    """The values of a series that is the same for five days, at one sample in five minutes."""
    return f"{value}x1440"


POLLS = 'wiredesk_units_total{stage="poll"}'
POLL_DUE = 'wiredesk_oldest_due_seconds{stage="poll"}'
HOUR, DAY = 'wiredesk_refused_ratio{window="1h"}', 'wiredesk_refused_ratio{window="24h"}'
ENDED = 'wiredesk_ended_entries{window="1h"}'
QUIET, ACTIVE = 'wiredesk_feed_conditions{condition="quiet"}', 'wiredesk_feeds{state="active"}'
MOVED = 'wiredesk_feed_conditions{condition="moved"}'
POLL_PAUSED = 'wiredesk_queue_paused{queue="poll"}'

CASES = [
    Case("WiredeskGone", "10m", {}, {"wiredesk_store_up": always(0)}),
    Case("WiredeskStoreDown", "5m", {"wiredesk_store_up": always(0)}, {"wiredesk_store_up": always(1)}),
    Case("WiredeskBrokerDown", "5m", {"wiredesk_broker_up": always(0)}, {"wiredesk_broker_up": always(1)}),
    Case(
        "WiredeskStoreNotWritable",
        "5m",
        {"wiredesk_store_writable": always(0)},
        {"wiredesk_store_writable": always(1)},
    ),
    Case(
        "WiredeskTargetDown",
        "10m",
        {'up{job="wiredesk-web", instance="web:8600"}': always(0)},
        {'up{job="wiredesk-web", instance="web:8600"}': always(1), 'up{job="node"}': always(0)},
    ),
    Case(
        "WiredeskDiskLow",
        "15m",
        {"wiredesk_data_dir_free_bytes": always(5e8)},
        {"wiredesk_data_dir_free_bytes": always(5e9)},
    ),
    Case(
        "WiredeskDiskFilling",
        "8h",
        {"wiredesk_data_dir_free_bytes": "20000000000-100000000x200"},
        {"wiredesk_data_dir_free_bytes": "20000000000-1000000x200"},
    ),
    Case(
        "WiredeskBackupOld",
        "15m",
        {"wiredesk_backup_age_seconds": always(200_000)},
        {"wiredesk_backup_age_seconds": always(90_000)},
    ),
    Case(
        "WiredeskBackupMissing",
        "73h",
        {"wiredesk_entries_discovered": always(5)},
        {"wiredesk_entries_discovered": always(5), "wiredesk_backup_age_seconds": always(200_000)},
    ),
    Case(
        "WiredeskStandstill",
        "5m",
        {"wiredesk_standing_still": always(1)},
        {"wiredesk_standing_still": always(0)},
    ),
    Case(
        "WiredeskBeatSilent",
        "5m",
        {"wiredesk_beat_age_seconds": always(300)},
        {"wiredesk_beat_age_seconds": always(4)},
    ),
    Case(
        "WiredeskNoWorker",
        "10m",
        {
            'wiredesk_queue_workers{queue="fetch"}': always(0),
            'wiredesk_queue_workers{queue="poll"}': always(1),
        },
        {'wiredesk_queue_workers{queue="fetch"}': always(1)},
    ),
    Case(
        "WiredeskWorkerStuck",
        "5m",
        {
            'wiredesk_worker_stuck{worker="fetch"}': always(1),
            'wiredesk_worker_stuck{worker="poll"}': always(0),
        },
        {'wiredesk_worker_stuck{worker="fetch"}': always(0)},
    ),
    Case(
        "WiredeskWorkerRestarts",
        "55m",
        {'wiredesk_worker_start_time_seconds{worker="fetch"}': "0+300x20"},
        {'wiredesk_worker_start_time_seconds{worker="fetch"}': "0x5 300x20"},
    ),
    Case(
        "WiredeskClockSkew",
        "15m",
        {'wiredesk_worker_clock_skew_seconds{worker="fetch"}': always(-10)},
        {'wiredesk_worker_clock_skew_seconds{worker="fetch"}': always(0.5)},
    ),
    Case(
        "WiredeskNoPolls",
        "45m",
        {POLLS: always(7), POLL_DUE: always(600)},
        {POLLS: "0+1x100", POLL_DUE: always(600)},
    ),
    Case("WiredeskNoPolls", "45m", {POLL_DUE: always(600)}, {POLL_DUE: always(600), POLL_PAUSED: always(1)}),
    Case("WiredeskWorkWaits", "20m", {POLL_DUE: always(4000)}, {POLL_DUE: always(600)}),
    Case(
        "WiredeskWorkWaits",
        "20m",
        {POLL_DUE: always(4000), 'wiredesk_queue_paused{queue="fetch"}': always(1)},
        {POLL_DUE: always(4000), POLL_PAUSED: always(1)},
    ),
    Case(
        "WiredeskQueueFull",
        "20m",
        {'wiredesk_queue_depth{queue="fetch"}': always(80), "wiredesk_queue_limit": always(80)},
        {'wiredesk_queue_depth{queue="fetch"}': always(79), "wiredesk_queue_limit": always(80)},
    ),
    Case("WiredeskQueuePaused", "13h", {POLL_PAUSED: always(1)}, {POLL_PAUSED: "1x48 _x400"}),
    Case(
        "WiredeskIdentityBroken",
        "5m",
        {"wiredesk_identity_holds": always(0)},
        {"wiredesk_identity_holds": always(1)},
    ),
    Case(
        "WiredeskNetworkDown",
        "5m",
        {"wiredesk_hosts_visited": always(10), "wiredesk_hosts_unreachable": always(9)},
        {"wiredesk_hosts_visited": always(10), "wiredesk_hosts_unreachable": always(7)},
    ),
    Case(
        "WiredeskNoArticles",
        "15m",
        {"wiredesk_unstored_entries": always(30), "wiredesk_unstored_age_seconds": always(4000)},
        {
            "wiredesk_unstored_entries": always(30),
            "wiredesk_unstored_age_seconds": always(4000),
            "wiredesk_article_age_seconds": always(60),
        },
    ),
    Case(
        "WiredeskRefusalsJump",
        "20m",
        {HOUR: always(0.5), DAY: always(0.1), ENDED: always(80)},
        {HOUR: always(0.5), DAY: always(0.4), ENDED: always(80)},
    ),
    Case(
        "WiredeskRefusalsJump",
        "20m",
        {HOUR: always(0.5), DAY: always(0.1), ENDED: always(50)},
        {HOUR: always(0.5), DAY: always(0.1), ENDED: always(20)},
    ),
    Case(
        "WiredeskFeedsFailing",
        "65m",
        {"wiredesk_feeds_failing": always(3), ACTIVE: always(10)},
        {"wiredesk_feeds_failing": always(2), ACTIVE: always(10)},
    ),
    Case("WiredeskFeedsUnwell", "20m", {QUIET: always(2)}, {QUIET: always(0), MOVED: always(3)}),
    Case(
        "WiredeskManyFeedsQuiet",
        "35m",
        {QUIET: always(5), ACTIVE: always(40)},
        {QUIET: always(5), ACTIVE: always(60)},
    ),
    Case(
        "WiredeskRuleStopped",
        "20m",
        {'wiredesk_rule_missed_pages{file="a.toml", selector="body", host="a.example"}': always(12)},
        {'wiredesk_rule_missed_pages{file="a.toml", selector="body", host="a.example"}': always(3)},
    ),
    Case(
        "WiredeskOwnErrors",
        "30m",
        {'wiredesk_units_total{stage="extract", outcome="refused", reason="internal"}': "0 0 1x100"},
        {'wiredesk_units_total{stage="extract", outcome="refused", reason="paywall"}': "0+1x100"},
    ),
    Case(
        "WiredeskSinkForeign",
        "10m",
        {'wiredesk_sink_follows{sink="hook"}': always(0)},
        {'wiredesk_sink_follows{sink="hook"}': always(1)},
    ),
    Case(
        "WiredeskSinkBehind",
        "15m",
        {'wiredesk_sink_lag_seconds{sink="hook"}': always(1000)},
        {'wiredesk_sink_lag_seconds{sink="hook"}': always(100)},
    ),
    Case(
        "WiredeskSinkStopped",
        "5m",
        {'wiredesk_sink_stopped{sink="hook"}': always(1)},
        {'wiredesk_sink_stopped{sink="hook"}': always(0)},
    ),
    Case(
        "WiredeskDeadLetters",
        "5m",
        {'wiredesk_sink_dead_letters{sink="hook"}': always(2)},
        {'wiredesk_sink_dead_letters{sink="hook"}': always(0)},
    ),
    Case(
        "WiredeskChangeLogReset",
        "5m",
        {"wiredesk_change_log_reset_seconds": "5+300x100"},
        {"wiredesk_change_log_reset_seconds": "4000+300x100"},
    ),
]


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def expectation(case: Case, series: Series, *, fires: bool) -> dict[str, Any]:
    """A test of promtool: whether the alert fires with these series."""
    firing = f'count(ALERTS{{alertname="{case.alert}", alertstate="firing"}})'
    samples = [{"labels": "{}", "value": 1}] if fires else []
    return {
        "name": f"{case.alert} {'fires' if fires else 'is quiet'}",
        "interval": "5m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": firing, "eval_time": case.at, "exp_samples": samples}],
    }


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def test_each_alert_fires_when_it_should_and_is_quiet_when_it_should_not(tmp_path: Path) -> None:
    needs("promtool")
    tests = [
        expectation(case, series, fires=fires)
        for case in CASES
        for series, fires in ((case.fires, True), (case.quiet, False))
    ]
    written = tmp_path / "alerts_test.yml"
    written.write_text(
        yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests})
    )
    done = subprocess.run(["promtool", "test", "rules", written], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_case() -> None:
    assert {case.alert for case in CASES} == {rule["alert"] for rule in rules()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_urgent_it_is_and_names_a_command_and_its_section_in_the_runbook(
    rule: dict[str, Any],
) -> None:
    words = rule["annotations"]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert words["summary"].endswith(".")
    assert words["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
    assert rule["alert"].lower() in headings()
    for command in words["description"].split("`")[1::2]:
        if command.startswith("wiredesk "):
            arguments = command.removeprefix("wiredesk ").replace("{{ ", "").replace(" }}", "").split()
            assert problem(arguments) is None, command


def headings() -> set[str]:
    """The anchors of the runbook's headings."""
    lines = RUNBOOK.read_text().splitlines()
    return {line.lstrip("# ").strip(" `").lower() for line in lines if line.startswith("#")}


def test_alertmanager_accepts_its_routes_and_the_cause_silences_what_follows_from_it() -> None:
    known = {rule["alert"] for rule in rules()}
    routes = yaml.safe_load(ROUTES.read_text())
    for rule in routes["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            name, _, pattern = matcher.partition("=")
            assert name == "alertname"
            named = pattern.strip('~"').split("|")
            assert set(named) <= known | {"Wiredesk.*"}, matcher
    needs("amtool")
    done = subprocess.run(["amtool", "check-config", ROUTES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
