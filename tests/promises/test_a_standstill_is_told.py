"""A service that stands still says so, whatever the cause, and what can be restarted is restarted."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis
from structlog.testing import capture_logs

from tests.faults.cluster import Cluster
from tests.faults.conftest import MakeCluster
from tests.services.service import Service
from tests.store.rows import added_feed
from tests.waiting import wait_until
from tests.web.conftest import Web, serve
from worker.cli.diagnosis import CheckResult, diagnose
from worker.config.settings import Settings
from worker.monitor import queues, workers
from worker.store import Store, StoreNotWritable, signs
from worker.tasks import beat
from worker.tasks.app import make_app
from worker.tasks.beat import TickScheduler
from worker.tasks.broker import TASKS
from worker.tasks.running import StoreClock

__all__ = ["serve"]

BOUND_SECONDS = 60.0
PATIENCE_SECONDS = 15.0
"""Time for beat to start again on a busy machine."""


def finding(settings: Settings, step: str) -> CheckResult:
    """What the doctor says about one step."""
    return next(result for result in diagnose(settings) if result.step == step)


@contextmanager
def read_only(database_url: str) -> Iterator[None]:
    """New transactions of the database refuse to write, as on a server after a failover."""
    plain = database_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            yield
        finally:
            admin.execute("SET default_transaction_read_only = off")
            admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


def test_a_stopped_beat_is_reported_by_doctor_and_readiness_and_restarted(
    database_url: str, make_cluster: MakeCluster, serve: Any
) -> None:
    cluster: Cluster = make_cluster(database_url).start("schedule", "beat", patience=PATIENCE_SECONDS)
    web: Web = serve(database_url, cluster.redis.url, standstill_seconds=cluster.settings.standstill_seconds)
    wait_until(lambda: ticked(cluster.service.store) is not None, BOUND_SECONDS)
    assert web.get("/readyz").status_code == 200
    skew = wait_until(lambda: (seen := cluster.report("schedule")) and seen.skew, BOUND_SECONDS)
    assert skew is not None
    assert abs(skew) < workers.CLOCK_SECONDS
    stopped = psutil.Process(cluster.pid("beat"))

    stopped.send_signal(signal.SIGSTOP)
    missing = wait_until(lambda: web.get("/readyz").json()["missing"], BOUND_SECONDS)
    said = finding(cluster.settings, "progress")

    assert "no tick was handled for" in missing[0]
    assert (said.well, said.mend) == (False, "docker compose restart beat")
    wait_until(lambda: web.get("/readyz").status_code == 200, BOUND_SECONDS)
    assert not stopped.is_running()
    assert "beat has not looked at its schedule for" in dict(cluster.restarts)["beat"]


def ticked(store: Store) -> float | None:
    with store.begin() as db:
        return signs.pulse(db).tick


def test_a_worker_whose_clock_is_ahead_handles_every_tick_and_is_named(
    service: Service, broker: "redis.Redis", redis_url: str
) -> None:
    scheduler = TickScheduler(make_app(settings(service, redis_url)))
    scheduler.apply_entry(scheduler.schedule["tick"])
    sent: Any = broker.lindex("schedule", 0)
    assert json.loads(sent)["headers"]["expires"] is None, "a worker would judge it by its own clock"

    clock = StoreClock(service.settings, lambda: datetime.now(UTC) + timedelta(seconds=10))
    clock.measure(service.store)
    assert clock.skew == pytest.approx(10, abs=1)

    now = datetime.now(UTC)
    workers.report(broker, "schedule", queues=queues.QUEUES, last_done=now, now=now, skew=clock.skew)

    said = finding(settings(service, redis_url), "workers")
    assert "schedule by +10 s" in said.words
    assert said.mend.startswith("timedatectl set-ntp true")


def test_the_age_of_a_tick_is_that_of_the_clock_of_the_database(service: Service) -> None:
    service.later(hours=1)
    service.tick()
    assert ticked(service.store) == pytest.approx(0, abs=5)


def test_a_read_only_database_is_reported_everywhere_and_ends_tasks_in_one_line(
    service: Service, serve: Any, redis_url: str, database_url: str, broker: "redis.Redis"
) -> None:
    web: Web = serve(database_url, redis_url)
    assert web.get("/readyz").status_code == 200
    with read_only(database_url):
        service.store.close()
        web.store.close()
        task = make_app(settings(service, redis_url)).tasks[TASKS["schedule"]]
        with capture_logs() as lines:
            task.apply(throw=True)
        missing = wait_until(lambda: web.get("/readyz").json()["missing"])
        said = finding(settings(service, redis_url), "store")
        metrics = web.get("/metrics").text
        page = web.page("/").text
        with pytest.raises(StoreNotWritable):
            service.tick()

    assert [(line["event"], line["outcome"]) for line in lines] == [("server away", "store-not-writable")]
    assert missing == ["the store accepts no writes: cannot execute INSERT in a read-only transaction"]
    assert (said.well, "read-only" in said.words) == (False, True)
    assert "wiredesk_store_writable 0.0" in metrics
    assert "Nothing can be stored" in page
    # Sessions of before would still refuse to write.
    service.tick()
    wait_until(lambda: web.get("/readyz").status_code == 200)


def test_due_work_that_nobody_takes_is_reported_although_ticks_are_handled(
    service: Service, serve: Any, redis_url: str, database_url: str
) -> None:
    web: Web = serve(database_url, redis_url)
    with service.store.begin() as db:
        added_feed(db)
    service.queue.messages += [("poll", []) for _ in range(service.settings.queue_limit)]
    service.tick()
    (missing,) = web.get("/readyz").json()["missing"]
    assert missing.startswith("work of poll has been due for")
    assert "Work stands still" in web.page("/").text
    assert web.get("/readyz", part="web").status_code == 200


def test_queues_of_ticks_are_bounded_while_nobody_takes_them(broker: "redis.Redis", redis_url: str) -> None:
    app = make_app(Settings(database_url="postgresql://127.0.0.1:1/none", redis_url=redis_url))
    scheduler = TickScheduler(app)
    for _ in range(50):
        for entry in scheduler.schedule.values():
            scheduler.apply_entry(entry, producer=scheduler.producer)
    depths = queues.depths(broker)
    assert depths["schedule"] == beat.TICKS_WAITING
    assert depths["deliver"] == beat.REPAIRS_WAITING


def settings(service: Service, redis_url: str) -> Settings:
    return service.settings.model_copy(update={"redis_url": redis_url})


@pytest.fixture
def broker(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis"]:
    """An empty Redis; the doctor finds an empty working directory."""
    monkeypatch.chdir(tmp_path)
    with redis.Redis.from_url(redis_url) as client:
        yield client
