"""A real deployment for one test: workers and beat on a Redis and a PostgreSQL, all of which may be killed.

The parts are those of `wiredesk run`, without the web server, under the same supervisor with the same check;
only the settings are quick, so that leases end and the watchdog barks within seconds.
"""

import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import redis
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from tests.embedded.processes import alive, guarded
from tests.services.service import LOOPBACK, Service
from tests.waiting import wait_until
from worker.cli.running import processes
from worker.config.load import to_environment
from worker.config.settings import Settings
from worker.embedded import Guarded, Redis, Supervisor
from worker.monitor import queues, workers
from worker.monitor.progress import WorkerProgress
from worker.monitor.workers import WorkerSeen
from worker.store import StoreUnavailable
from worker.tasks.app import make_app
from worker.tasks.context import Context
from worker.tasks.queue import CeleryQueue

QUICK = {
    "fetch_allow_networks": LOOPBACK,
    "fetch_connect_seconds": 1.0,
    "fetch_read_seconds": 1.0,
    "fetch_total_seconds": 1.5,
    "fetch_delay_seconds": 0.0,
    "fetch_rest_seconds": 1.0,
    "fetch_error_base_seconds": 1.0,
    "fetch_concurrency": 1,
    "few_processes": False,
    "poll_floor_seconds": 2.0,
    "poll_cap_seconds": 2.0,
    "poll_error_base_seconds": 1.0,
    "turn_seconds": 1.5,
    "turn_lease_seconds": 6.0,
    "claim_lease_seconds": 4.0,
    "extract_concurrency": 2,
    "extract_soft_seconds": 2.0,
    "extract_hard_seconds": 5.0,
    "watchdog_seconds": 6.0,
    "standstill_seconds": 4.0,
    "tick_seconds": 0.5,
    "attempts": 20,
    "look_again_seconds": (),
    "log_format": "json",
}
"""Seconds as few as the rules of the settings allow; `attempts` many: no page is to blame for a kill."""

PATIENCE_SECONDS = 10.0
"""What starting may take on a busy machine; in `run` it is the watchdog's time, which is longer there."""

PARTS = ("schedule", "poll", "fetch", "extract", "beat")


class Cluster:
    """Parts that run until `stop`; `service` is the test's own view of their store."""

    def __init__(self, directory: Path, *, database_url: str, broker: Redis, **settings: object) -> None:
        urls = {"database_url": database_url, "redis_url": broker.url, "data_dir": directory}
        self.settings = Settings(**(QUICK | urls | settings))  # type: ignore[arg-type]
        self.redis = broker
        self.service = Service(**self.settings.model_dump())
        self.restarts: list[tuple[str, str]] = []
        self.metrics = directory / "metrics"
        self.metrics.mkdir(parents=True)
        self._log_dir = directory / "log"
        self._supervisor = Supervisor(on_restart=lambda name, why: self.restarts.append((name, why)))
        self._parts = {part.name: part for part in processes.parts(self.settings)}

    def start(
        self,
        *names: str,
        module: str = "worker.cli",
        watched: bool = True,
        patience: float = PATIENCE_SECONDS,
    ) -> "Cluster":
        """Run these parts (else all), and restart them as `wiredesk run` does: ended ones and stuck ones.

        `module` is what runs in place of the command line; not `watched`, stuck ones are left stuck.
        """
        environment = to_environment(self.settings) | {"PROMETHEUS_MULTIPROC_DIR": str(self.metrics)}
        for part in (self._parts[name] for name in names or PARTS):
            self._supervisor.add(
                Guarded(
                    part.name,
                    [sys.executable, "-m", module, *part.arguments],
                    log_dir=self._log_dir,
                    env=environment,
                ),
                check=processes.check_of(self.settings, part) if watched else None,
                check_seconds=0.5,
                patience=patience,
            )
        return self

    def stop(self) -> list[str]:
        """Stop everything; the names of the parts that had to be killed. Not one process may be left."""
        mine: list[psutil.Process] = []
        for pid in self._pids():
            with suppress(psutil.NoSuchProcess):
                mine += guarded(pid)
        killed = self._supervisor.drain_and_stop(10.0)
        self.service.store.close()
        assert not alive(mine)
        return killed

    def _pids(self) -> list[int]:
        return [status.pid for status in self._supervisor.status() if status.pid is not None]

    def send(self, stage: str, count: int = 1) -> None:
        """Put messages into a queue, each about a row that does not exist."""
        queue = CeleryQueue(make_app(self.settings), Context(self.settings))
        for number in range(count):
            queue.send(stage, [(10**9 + number, 1)])

    def waiting(self, stage: str) -> int:
        """Messages in a queue."""
        with redis.Redis.from_url(self.redis.url) as client:
            return queues.depths(client)[stage]

    def report(self, name: str) -> WorkerSeen | None:
        """What a worker last said of itself, once it has."""
        with redis.Redis.from_url(self.redis.url) as client:
            seen = workers.listing(client, datetime.now(UTC))
        return next((w for w in seen if w.name.partition("@")[0] == name), None)

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric over all processes."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self.metrics))  # type: ignore[no-untyped-call]
        return registry.get_sample_value(name, labels) or 0.0

    def stuck(self, name: str) -> str | None:
        """What the probe says of this worker, or of beat."""
        check = processes.check_of(self.settings, self._parts[name])
        assert check is not None
        return check()

    def pid(self, name: str) -> int:
        """The main process of a part; waits for one that is being restarted."""
        return wait_until(lambda: self._pid(name))

    def _pid(self, name: str) -> int | None:
        # A guard still says the pid while it buries its command.
        pid = next(status.pid for status in self._supervisor.status() if status.name == name)
        with suppress(psutil.NoSuchProcess):
            return pid if pid and alive([psutil.Process(pid)]) else None
        return None

    def children(self, name: str) -> list[psutil.Process]:
        """The processes that do the work of a prefork worker."""
        return psutil.Process(self.pid(name)).children()

    def kill(self, name: str) -> None:
        """`kill -9` of a part's main process."""
        os.kill(self.pid(name), signal.SIGKILL)

    def kill_child(self, name: str) -> None:
        """`kill -9` of one child of a worker, once it has one."""
        wait_until(lambda: self.children(name))[0].kill()

    def stored(self) -> int:
        """Entries that are stored; what was known before while the store is away."""
        with suppress(StoreUnavailable):
            self._stored = self.service.identity().stored
        return self._stored

    _stored = 0

    def await_stored(self, count: int, seconds: float = 60.0) -> None:
        """Wait for this number of stored entries."""
        wait_until(lambda: self.stored() >= count, seconds, pause=0.1)

    def await_settled(self, seconds: float = 60.0) -> None:
        """Wait until no entry waits any more."""
        wait_until(self._is_settled, seconds, pause=0.2)

    def _is_settled(self) -> bool:
        with suppress(StoreUnavailable):
            identity = self.service.identity()
            return identity.discovered > 0 and identity.waiting == 0
        return False

    def last_done(self, name: str) -> datetime:
        """When a worker last finished a task, or had started."""
        last = WorkerProgress.of(self.settings.data_dir, name).last()
        assert last is not None
        return last

    def log(self, name: str) -> str:
        """What a part has printed."""
        return (self._log_dir / f"{name}.log").read_text(errors="replace")

    def logs(self, lines: int = 40) -> str:
        """Return the last lines of every part's log, to be shown with a failure."""
        tails = [
            f"== {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
            for log in sorted(self._log_dir.glob("*.log"))
        ]
        return "\n".join([*tails, f"restarts: {self.restarts}", f"identity: {self.service.identity()}"])
