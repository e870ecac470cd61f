"""A supervisor that keeps services running, and stops all of them in a bounded time.

A service that ends by itself is restarted after a pause that doubles with each failure. A service that runs
but does not work is found by its check, killed and restarted: a living process need not be working. One that
fails right after each start is restarted, too, and named by `hopeless`: a restart will not help it.

One thread watches and calls the checks; a check should bound its own time.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.embedded.process import EmbeddedError

LOOK_SECONDS = 0.2
"""Between two looks at the services: short compared with the first pause before a restart."""
STEADY_SECONDS = 60.0
"""A service that ran this long has started, and recovered: its next pause is the shortest again. A guess:
where all parts start at once on one busy core, each takes 20 seconds."""
SERVER_SECONDS = 2.5
"""Seconds of the time for stopping reserved for each later stage. A guess."""
KILL_SECONDS = 0.5
"""Seconds of the time for stopping that are reserved for killing."""

DOUBLINGS = 5
"""How often the patience with a service that fails is doubled: from seconds to minutes. A guess."""

TRIES = 4
"""Failed starts in a row from which a service is hopeless: some ten seconds with the pauses. A guess."""
SHOWN_WORDS = 200
"""Characters shown of the last line that a failed service printed. A guess."""
TRIES_LATER = 25
"""The same for one that has worked: ten minutes, in which a full disk may be emptied. A guess."""

Check = Callable[[], str | None]


class Service(Protocol):
    """What the supervisor needs of a service; `Guarded`, `Postgres` and `Redis` have it."""

    name: str

    @property
    def pid(self) -> int | None: ...
    def start(self) -> object: ...
    def exit_reason(self) -> str | None: ...
    def has_failed(self) -> bool: ...
    def last_words(self) -> str: ...
    def terminate(self) -> None: ...
    def wait(self, seconds: float) -> bool: ...
    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """The state of a service: its `pid` if it runs, and why it was last restarted (`last_exit`)."""

    name: str
    pid: int | None
    restarts: int
    last_exit: str | None


@dataclass(frozen=True, slots=True)
class Hopeless:
    """A service that fails at each start: how often it did in a row, and the last line it printed."""

    name: str
    tries: int
    last_words: str


@dataclass(slots=True)
class _Watched:
    service: Service
    stage: int
    check: Check | None
    check_seconds: float
    patience: float
    check_at: float = 0.0
    started_at: float = 0.0
    restart_at: float | None = None
    failures: int = 0
    failed_starts: int = 0
    has_worked: bool = False
    restarts: int = 0
    last_exit: str | None = None

    @property
    def is_hopeless(self) -> bool:
        return self.failed_starts >= (TRIES_LATER if self.has_worked else TRIES)


class Supervisor:
    """The services of one run, in stages: a stage needs those with lower numbers and is stopped before them.

    The watching thread calls `on_restart(name, reason)` when it decides on a restart; the reason of a service
    that failed ends with the last line it printed.
    """

    def __init__(
        self,
        *,
        on_restart: Callable[[str, str], None] | None = None,
        first_pause: float = 0.5,
        longest_pause: float = 30.0,
    ) -> None:
        self._on_restart = on_restart or (lambda _name, _reason: None)
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._watched: list[_Watched] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def add(
        self,
        service: Service,
        *,
        stage: int = 1,
        check: Check | None = None,
        check_seconds: float = 5.0,
        patience: float = 0.0,
    ) -> None:
        """Start the service unless it runs, and keep it running. Raises `EmbeddedError`.

        `check` is called every `check_seconds` and returns a reason to restart the service, or None. An
        exception counts as None: a check that fails proves nothing. After each start it is not called for
        `patience` seconds, since what it reads may still be left from the previous process; twice as long
        after each failure, since a busy machine may take longer to start one.
        """
        service.start()
        watched = _Watched(service, stage, check, check_seconds, patience)
        self._started(watched)
        with self._lock:
            self._watched.append(watched)
        if self._thread.ident is None:
            self._thread.start()

    def status(self) -> list[ServiceStatus]:
        """Return the state of all services, in the order in which they were added."""
        return [ServiceStatus(w.service.name, w.service.pid, w.restarts, w.last_exit) for w in self._all()]

    def hopeless(self) -> Hopeless | None:
        """Return a service that fails at each start; None while there is hope for all."""
        lost = next((w for w in self._all() if w.is_hopeless), None)
        if lost is None:
            return None
        return Hopeless(lost.service.name, lost.failed_starts, lost.service.last_words())

    def drain_and_stop(self, seconds: float = 10.0) -> list[str]:
        """Stop all services within `seconds`, the highest stage first; return the names of the killed ones.

        All services of a stage get the stop signal at once, in reverse order, and may finish their work until
        their time is up. Nothing is restarted any more.
        """
        deadline = time.monotonic() + max(0.0, seconds - KILL_SECONDS)
        self._stopping.set()
        watched = self._all()
        stages = sorted({w.stage for w in watched}, reverse=True)
        killed: list[str] = []
        for later, stage in zip(reversed(range(len(stages))), stages, strict=True):
            services = [w.service for w in reversed(watched) if w.stage == stage]
            killed += _stop(services, deadline - later * min(SERVER_SECONDS, seconds / 4))
        if self._thread.ident is not None:
            self._thread.join(1.0)
        return killed

    def _all(self) -> list[_Watched]:
        with self._lock:
            return list(self._watched)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for watched in self._all():
                if not self._stopping.is_set():
                    self._look(watched, time.monotonic())

    def _look(self, watched: _Watched, now: float) -> None:
        if watched.restart_at is not None:
            if now >= watched.restart_at:
                self._restart(watched)
            return
        reason = watched.service.exit_reason()
        if reason is None and now >= watched.check_at:
            watched.check_at = now + watched.check_seconds
            reason = _run_check(watched.check)
        if reason is not None and not self._stopping.is_set():
            self._fell(watched, reason)

    def _fell(self, watched: _Watched, reason: str) -> None:
        now = time.monotonic()
        has_failed = watched.service.has_failed()
        at_start = has_failed and now - watched.started_at < STEADY_SECONDS
        watched.failed_starts = watched.failed_starts + 1 if at_start else 0
        words = f" ({watched.service.last_words()[:SHOWN_WORDS]})" if has_failed else ""
        watched.service.kill()
        if now - watched.started_at > STEADY_SECONDS:
            watched.failures, watched.has_worked = 0, True
        watched.restart_at = now + min(self._longest_pause, self._first_pause * 2**watched.failures)
        watched.failures += 1
        watched.restarts += 1
        watched.last_exit = reason
        self._on_restart(watched.service.name, f"{reason}{words}")

    def _restart(self, watched: _Watched) -> None:
        watched.restart_at = None
        try:
            watched.service.start()
        except (EmbeddedError, OSError) as error:
            # OSError: the machine is out of processes, memory or disk, perhaps only for now.
            self._fell(watched, str(error))
        else:
            self._started(watched)
        if self._stopping.is_set():
            watched.service.kill()

    def _started(self, watched: _Watched) -> None:
        watched.started_at = time.monotonic()
        patience = watched.patience * 2 ** min(watched.failures, DOUBLINGS)
        watched.check_at = watched.started_at + max(watched.check_seconds, patience)


def _run_check(check: Check | None) -> str | None:
    try:
        return check() if check else None
    except Exception:
        return None


def _stop(services: Sequence[Service], deadline: float) -> list[str]:
    for service in services:
        service.terminate()
    late = [s for s in services if not s.wait(deadline - time.monotonic())]
    for service in late:
        service.kill()
    return [s.name for s in late]
