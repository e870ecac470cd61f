"""SIGTERM ends every part within ten seconds, and what it was doing is due again at once."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from tests.faults.cluster import Cluster
from tests.faults.conftest import MakeCluster
from tests.site import Site, faults
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

LONG = {"turn_seconds": 40.0, "turn_lease_seconds": 60.0, "watchdog_seconds": 60.0}


def seconds_to_stop(
    cluster: Cluster, name: str, sign: signal.Signals = signal.SIGTERM, *, times: int = 1
) -> float:
    """How long a part takes to end; its supervisor starts it again."""
    process = psutil.Process(cluster.pid(name))
    began = time.monotonic()
    for _ in range(times):
        os.kill(process.pid, sign)
    process.wait(20)
    return time.monotonic() - began


def test_a_stopped_turn_returns_the_rows_it_has_not_started(
    database_url: str, make_cluster: MakeCluster, site: Site
) -> None:
    cluster = make_cluster(database_url, fetch_delay_seconds=1.5, **LONG)
    host = site.host()
    cluster.service.subscribe(host.feed(articles=12).url)
    cluster.start("schedule", "beat", "poll", "fetch")
    wait_until(lambda: site.hits(f"{host.home}/news"), 60)

    assert seconds_to_stop(cluster, "fetch") < 10

    left = cluster.service.read("entries", state="waiting")
    assert len(left) >= 8
    assert all(entry["attempts"] == 0 and entry["due_at"] < cluster.service.now() for entry in left)
    wait_until(lambda: cluster.restarts == [("fetch", "exited with status 0")])


def test_a_request_that_hangs_is_abandoned_also_at_a_second_signal_and_its_row_comes_back(
    database_url: str, make_cluster: MakeCluster, site: Site
) -> None:
    slow = {"fetch_total_seconds": 40.0, "fetch_read_seconds": 40.0, "turn_lease_seconds": 90.0}
    cluster = make_cluster(database_url, **(LONG | slow | {"watchdog_seconds": 90.0}))
    host = site.host()
    cluster.service.subscribe(host.feed(articles=1).url)
    host.fault("/robots.txt", faults.slow(60))
    cluster.start("schedule", "beat", "poll", "fetch")
    wait_until(
        lambda: any(entry["attempts"] > 0 for entry in cluster.service.read("entries", "attempts")), 60
    )

    assert seconds_to_stop(cluster, "fetch", times=2) < 10

    wait_until(lambda: cluster.restarts == [("fetch", "exited with status 0")])
    (entry,) = cluster.service.read("entries", "state", "due_at")
    lease_ends = cluster.service.now() + timedelta(seconds=slow["turn_lease_seconds"])
    assert (entry["state"], entry["due_at"] < lease_ends) == ("waiting", True)


def test_idle_parts_stop_quickly_and_beat_outlives_its_broker(
    database_url: str, make_cluster: MakeCluster
) -> None:
    cluster = make_cluster(database_url)
    cluster.start("schedule", "poll", "beat")
    wait_until(lambda: " ready." in cluster.log("poll") and " ready." in cluster.log("schedule"), 60)
    cluster.redis.kill()
    cluster.redis.start()
    for name in ("schedule", "poll"):
        assert seconds_to_stop(cluster, name) < 10
    wait_until(lambda: cluster.log("schedule").count(" ready.") == 2, 60)
    ready = datetime.now(UTC)
    wait_until(lambda: cluster.last_done("schedule") > ready, 60)
    assert seconds_to_stop(cluster, "beat", signal.SIGINT) < 5

    wait_until(lambda: len(cluster.restarts) == 3)
    assert {why for _, why in cluster.restarts} == {"exited with status 0"}
