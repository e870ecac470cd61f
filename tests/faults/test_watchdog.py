"""A worker that lives and does not work is found out and replaced; one that has no work is left alone."""

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import datetime

import psutil
import pytest
import redis

from tests.faults.cluster import Cluster
from tests.faults.conftest import MakeCluster
from tests.fixtures.databases import Databases
from tests.site import Site
from tests.waiting import wait_until
from worker.embedded import Redis
from worker.monitor.progress import WorkerProgress

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

BOUND_SECONDS = 60.0


@pytest.fixture(scope="module")
def cluster(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One deployment for the tests that go on using it."""
    directory = tmp_path_factory.mktemp("watchdog")
    broker = Redis(directory / "redis")
    broker.start()
    with databases.fresh() as url:
        running = Cluster(directory / "cluster", database_url=url, broker=broker).start()
        yield running
        running.stop()
    broker.stop()


def ingest(cluster: Cluster, site: Site, articles: int = 5) -> None:
    """Subscribe to a new feed and wait for its articles."""
    wanted = cluster.stored() + articles
    cluster.service.subscribe(site.host().feed(articles=articles).url)
    cluster.await_stored(wanted, BOUND_SECONDS)


def test_work_goes_on_after_all_connections_are_cut_repeatedly(cluster: Cluster, site: Site) -> None:
    ingest(cluster, site)
    with redis.Redis.from_url(cluster.redis.url) as client:
        for _ in range(6):
            for kind in ("normal", "pubsub"):
                client.client_kill_filter(_type=kind, skipme=True)
            time.sleep(0.5)
    ingest(cluster, site)


def test_work_goes_on_after_a_restart_of_redis(cluster: Cluster, site: Site) -> None:
    ingest(cluster, site)
    cluster.redis.kill()
    cluster.redis.start()
    ingest(cluster, site)


@pytest.mark.parametrize("name", ["extract", "schedule"])
def test_a_frozen_worker_is_reported_stuck_and_replaced(cluster: Cluster, site: Site, name: str) -> None:
    ingest(cluster, site)
    stopped = psutil.Process(cluster.pid(name))
    before = len(cluster.restarts)

    stopped.send_signal(signal.SIGSTOP)
    ingest(cluster, site)

    assert not stopped.is_running()
    restarted = dict(cluster.restarts[before:])
    assert f"{name} has finished nothing for" in restarted[name]


def test_a_worker_whose_children_hang_reports_itself_stuck_and_leaves_its_health_file_alone(
    database_url: str, make_cluster: MakeCluster
) -> None:
    patient = {"extract_hard_seconds": 50.0, "turn_lease_seconds": 60.0}
    cluster = make_cluster(database_url, extract_concurrency=1, watchdog_seconds=3.5, **patient)
    cluster.start("extract", watched=False)
    cluster.send("extract")
    wait_until(lambda: cluster.waiting("extract") == 0, BOUND_SECONDS)
    (child,) = cluster.children("extract")

    child.suspend()
    cluster.send("extract", 5)

    wait_until(lambda: (seen := cluster.report("extract")) and seen.stuck, BOUND_SECONDS)
    assert "extract has finished nothing for" in (cluster.stuck("extract") or "")
    stuck = {"stage": "watchdog", "outcome": "stuck", "reason": ""}
    assert cluster.metric("wiredesk_units_total", **stuck) == 1
    health, reported_at = cluster.settings.data_dir / "health" / "extract", seen_at(cluster)
    touched_at = health.stat().st_mtime
    wait_until(lambda: seen_at(cluster) > reported_at, BOUND_SECONDS)
    assert health.stat().st_mtime == touched_at

    child.resume()
    wait_until(lambda: (seen := cluster.report("extract")) and not seen.stuck, BOUND_SECONDS)
    assert health.stat().st_mtime > touched_at
    assert cluster.stuck("extract") is None


def test_a_starting_worker_is_not_judged_by_its_predecessors_progress(
    database_url: str, make_cluster: MakeCluster
) -> None:
    cluster = make_cluster(database_url)
    long_ago(cluster, "poll")

    cluster.start("poll")

    wait_until(lambda: cluster.waiting("poll") == 0, BOUND_SECONDS)
    assert cluster.restarts == []


def test_only_a_worker_with_old_messages_in_its_queues_is_stuck(
    database_url: str, make_cluster: MakeCluster
) -> None:
    cluster = make_cluster(database_url)
    long_ago(cluster, "poll")
    assert "messages wait in poll for 36" in (cluster.stuck("poll") or "")
    assert cluster.stuck("fetch") is None, "it has never finished anything, and its queue is empty"

    long_ago(cluster, "fetch", message=False)
    assert cluster.stuck("fetch") is None, "there is nothing to do"

    cluster.redis.stop()
    assert cluster.stuck("poll") is None, "the broker is away"


def seen_at(cluster: Cluster) -> datetime:
    """When the extract worker last reported."""
    seen = cluster.report("extract")
    assert seen is not None
    return seen.seen_at


def long_ago(cluster: Cluster, name: str, *, message: bool = True) -> None:
    """The worker finished something an hour ago, and a message waits since then."""
    then = time.time() - 3600
    progress = WorkerProgress.of(cluster.settings.data_dir, name)
    progress.mark()
    os.utime(progress.path, (then, then))
    if message:
        cluster.send(name)
        with redis.Redis.from_url(cluster.redis.url) as client:
            sent = json.loads(client.lindex(name, -1))
            sent["headers"]["sent_at"] = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(then))
            client.lset(name, -1, json.dumps(sent))
