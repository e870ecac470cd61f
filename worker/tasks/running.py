"""Running a worker or beat."""

import gc
import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import redis
import structlog
from celery.beat import Service
from celery.platforms import SecurityWarning
from celery.signals import worker_process_shutdown, worker_ready

from worker.config.settings import Settings, SettingsError
from worker.monitor import logging, metrics, traces, workers
from worker.monitor.events import WorkerStuck, emit
from worker.monitor.health import HealthFile
from worker.monitor.progress import NAME_VARIABLE, WorkerProgress
from worker.outcome import WatchdogOutcome
from worker.services.watchdog import BEAT, broker_client, check_worker
from worker.store import Store, StoreUnavailable, health
from worker.tasks import stages
from worker.tasks.app import make_app
from worker.tasks.beat import TickScheduler
from worker.tasks.remote import accept_drain
from worker.tasks.stopping import StopFlag, stop_in_time
from worker.tasks.usage import active_tasks, memory_bytes

if TYPE_CHECKING:
    from worker.extract import Rules
    from worker.fetch.host_book import HostBook

REPORT_SECONDS = 5.0
"""Pause between two reports; `monitor.workers` expects one within 30 seconds."""
CLOCK_PAUSE_SECONDS = 15.0
"""Pause between two comparisons of the clocks. A guess: clocks drift slowly, and are set now and then."""
_YOUNG = 5_000
"""Objects from which the garbage collector looks at the young ones, by default 700. A page makes several
thousand that are in no cycle: extraction takes 2 to 3 % less (184 pages), and no less with 20,000."""


def run_worker(
    settings: Settings,
    *,
    name: str,
    queues: Sequence[str],
    pool: str,
    concurrency: int,
    sends_ticks: bool = False,
) -> int:
    """Work on `queues` until SIGTERM, after which work in progress gets a few seconds; return the exit code.

    With `sends_ticks` a thread of the worker is the beat. Raises `SettingsError` if the rules of sites (to
    extract) or the settings of hosts (to make requests) are wrong.
    """
    os.environ[NAME_VARIABLE] = name
    logging.configure(form=settings.log_format, level=settings.log_level)
    # The start counts as progress, so that a new worker is not stuck at once.
    progress = WorkerProgress.of(settings.data_dir, name)
    progress.mark()
    HealthFile.of(settings.data_dir, settings.health_dir, name).touch()
    # Root is common in a container; the warning is about pickle, and our messages are JSON.
    warnings.filterwarnings(
        "ignore", message="You're running the worker with superuser", category=SecurityWarning
    )
    if settings.metrics_port:
        metrics.serve(settings.web_host, settings.metrics_port)
    _trace(settings)
    stages.preload(queues)
    # Read now, so that a mistake in them ends the worker before it takes any work.
    rules = _rules(settings) if "extract" in queues else None
    hosts = hosts_of(settings) if {"poll", "fetch"} & set(queues) else None
    if {"poll", "extract"} & set(queues):
        settings.entry_filters  # noqa: B018 - read now for the same reason
    stopping = StopFlag()
    stop_in_time(stopping)
    accept_drain()
    app = make_app(settings, stopping=stopping, rules=rules, hosts=hosts)
    concurrency = concurrency or os.cpu_count() or 1
    # Keep the garbage collector from walking through what is loaded by now (docs of `gc.freeze`).
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    worker = app.Worker(
        hostname=_node(name),
        queues=list(queues),
        pool=pool,
        concurrency=concurrency,
        loglevel=settings.log_level.upper(),
        optimization="fair",
        without_mingle=True,
        without_gossip=True,
        quiet=True,
    )
    is_ready = threading.Event()
    threading.Thread(
        target=_report_forever,
        args=(settings, name, tuple(queues), concurrency, is_ready),
        name="reporter",
        daemon=True,
    ).start()

    def ready(**_: Any) -> None:
        progress.mark()
        is_ready.set()

    worker_ready.connect(ready, weak=False)
    if sends_ticks:
        beat = Service(app, scheduler_cls=_ticking(settings))
        threading.Thread(target=_beat_forever, args=(beat,), name="beat", daemon=True).start()
    worker.start()
    with suppress(redis.RedisError), broker_client(settings) as client:
        workers.forget(client, _node(name))
    return int(worker.exitcode or 0)


def _trace(settings: Settings) -> None:
    """Send traces if there is a collector. Raises `SettingsError` without the extra `otel`."""
    if settings.otel_endpoint is None:
        return
    try:
        traces.start(settings.otel_endpoint, "wiredesk")
    except ImportError:
        raise SettingsError("otel_endpoint needs the extra otel: pip install 'wiredesk[otel]'") from None
    # A child of a worker ends without the exit handlers of Python.
    worker_process_shutdown.connect(lambda **_: traces.flush(), weak=False)


def _rules(settings: Settings) -> "Rules":
    from worker.config.rule_files import load_rules

    return load_rules(settings)


def hosts_of(settings: Settings) -> "HostBook":
    """Read the settings of single hosts; warn if publishers have no address to write to."""
    from worker.config.hosts_file import load_hosts

    if not settings.contact:
        structlog.get_logger("wiredesk").warning(
            "no contact", detail="publishers cannot reach you: set WIREDESK_CONTACT to an address or URL"
        )
    return load_hosts(settings)


def run_beat(settings: Settings) -> int:
    """Send the ticks until stopped."""
    logging.configure(form=settings.log_format, level=settings.log_level)
    app = make_app(settings)
    beat = app.Beat(scheduler_cls=_ticking(settings), loglevel=settings.log_level.upper(), quiet=True)
    # Celery's own handler raises SystemExit; while beat reads from Redis, that becomes an error which beat
    # logs and survives.
    beat.install_sync_handler = _exit_on_signal
    beat.run()
    return 0


def _ticking(settings: Settings) -> Callable[..., TickScheduler]:
    """Return what makes the scheduler of a beat that starts now."""
    progress = WorkerProgress.of(settings.data_dir, BEAT)
    # The start counts as progress, as with a worker.
    progress.mark()
    file = HealthFile.of(settings.data_dir, settings.health_dir, BEAT)
    return partial(TickScheduler, progress=progress, health=file, report=BeatReport(settings))


def _beat_forever(beat: Any) -> None:
    """Run a beat in a thread; if it fails, end the worker, so that both are started again."""
    try:
        beat.start()
    except BaseException:
        structlog.get_logger("wiredesk").exception("beat failed")
        # The rows of abandoned tasks are due again when their leases end.
        os._exit(1)


class BeatReport:
    """Reports beat in Redis, at most once in `REPORT_SECONDS`; nothing depends on it."""

    def __init__(self, settings: Settings) -> None:
        self._client, self._next = broker_client(settings), 0.0

    def __call__(self) -> None:
        """Report that beat looked at its schedule."""
        if (now := time.monotonic()) >= self._next:
            self._next = now + REPORT_SECONDS
            with suppress(redis.RedisError):
                workers.report_beat(self._client, datetime.now(UTC))


def _exit_on_signal(_service: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))


class StoreClock:
    """The difference between this machine's clock and the database's."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self.skew: float | None = None
        """Seconds by which our clock is ahead; None: not measured yet, or the database is away."""

    def measure(self, store: Store) -> None:
        """Compare the clocks once; the answer is taken to have been given halfway between two readings."""
        try:
            before = self._clock()
            with store.begin() as db:
                theirs = health.server(db).clock
            self.skew = (before + (self._clock() - before) / 2 - theirs).total_seconds()
        except StoreUnavailable:
            self.skew = None

    def watch(self) -> None:
        """Compare the clocks forever, in a thread for this alone: a database may hang for minutes."""
        assert self._settings.database_url is not None
        store, pause = Store(self._settings.database_url, pool_size=1), threading.Event()
        while True:
            self.measure(store)
            pause.wait(CLOCK_PAUSE_SECONDS)


def _node(name: str) -> str:
    """Return a name that is unique: containers of one service share `name`, but not the host name."""
    return f"{name}@{socket.gethostname()}"


def _report_forever(
    settings: Settings, name: str, queues: tuple[str, ...], concurrency: int, is_ready: threading.Event
) -> None:
    """Judge every few seconds whether the worker is stuck; touch its health file unless it is.

    Once it `is_ready`, that is connected to the broker, report it, too.
    """
    client, started_at = broker_client(settings), datetime.now(UTC)
    health_file = HealthFile.of(settings.data_dir, settings.health_dir, name)
    pause = threading.Event()
    was_stuck = False
    clock = StoreClock(settings, lambda: datetime.now(UTC))
    threading.Thread(target=clock.watch, name="store clock", daemon=True).start()
    while not pause.wait(REPORT_SECONDS):
        words = check_worker(settings, name=name, stages=queues)
        if words and not was_stuck:
            emit(WorkerStuck(outcome=WatchdogOutcome.STUCK, worker=name, detail=words))
        was_stuck = bool(words)
        if not was_stuck:
            health_file.touch()
        if not is_ready.is_set():
            continue
        try:
            workers.report(
                client,
                _node(name),
                queues=queues,
                last_done=WorkerProgress.of(settings.data_dir, name).last(),
                now=datetime.now(UTC),
                stuck=was_stuck,
                skew=clock.skew,
                started_at=started_at,
                processes=concurrency,
                active=active_tasks(),
                rss=memory_bytes(),
            )
        except redis.RedisError:
            continue
