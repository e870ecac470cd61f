"""The servers of one data directory: embedded ones unless URLs are set.

`run` holds the directory's lock for as long as it lives and writes where its servers are, for its owner only:

    run/servers.json    {"database_url": …, "redis_url": …, "status_page": …}

A command that looks or changes something uses the servers of a living run; where there is none it starts the
embedded PostgreSQL for the moment.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.cli.terminal.errors import Mistake
from worker.config.settings import Settings
from worker.embedded import DataDirectory, EmbeddedError, Postgres, Redis, Supervisor
from worker.store import migrate

STOP_SECONDS = 3.0
BUSY_SECONDS = 15.0
"""How long to wait for another command that has the directory for a moment, or for a run that is starting."""

Note = Callable[[str], None]


def servers_file(data_dir: Path) -> Path:
    """Where a run says where its servers are."""
    return data_dir / "run" / "servers.json"


@contextmanager
def servers_of_a_run(settings: Settings, note: Note) -> Iterator[Settings]:
    """Hold the directory and run the servers that are not set; the settings with their URLs, migrated.

    Raises `EmbeddedError`, `StoreUnavailable`.
    """
    lock = _own(settings)
    supervisor = Supervisor(on_restart=lambda name, reason: note(f"{name} {reason}; it is started again"))
    try:
        found = {}
        if settings.database_url is None:
            note("starting PostgreSQL")
            found["database_url"] = _add(supervisor, Postgres(settings.data_dir / "postgres"))
        if settings.redis_url is None:
            note("starting Redis")
            found["redis_url"] = _add(supervisor, Redis(settings.data_dir / "redis"))
        whole = settings.model_copy(update=found)
        assert whole.database_url is not None
        note("bringing the database up to date")
        migrate.upgrade(whole.database_url)
        yield whole
    finally:
        servers_file(settings.data_dir).unlink(missing_ok=True)
        supervisor.drain_and_stop(STOP_SECONDS)
        lock.release()


def announce(settings: Settings, status_page: str) -> None:
    """Write where the servers are, for other commands of the same user."""
    path = servers_file(settings.data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".new")
    partial.touch(mode=0o600)
    said = {
        "database_url": settings.database_url,
        "redis_url": settings.redis_url,
        "status_page": status_page,
    }
    partial.write_text(json.dumps(said))
    partial.rename(path)


@contextmanager
def attached(settings: Settings, *, create: bool = False) -> Iterator[Settings]:
    """The settings with the URL of a database that answers: the one that is set, a living run's, or our own.

    `redis_url` stays None where no Redis is alive. `create`: where nothing was ever run in the directory a
    database is made, which otherwise is a `Mistake`.
    """
    if settings.database_url is not None:
        run = living(settings)
        same = run is not None and run.database_url == settings.database_url
        yield _checked(run if run and same else settings)
        return
    if not create and not (settings.data_dir / "postgres").is_dir():
        raise Mistake(
            f"there is nothing in {settings.data_dir} yet: `wiredesk run` or `wiredesk feeds add URL` begins"
        )
    held = _hold(settings)
    if isinstance(held, Settings):
        yield held
        return
    server = Postgres(settings.data_dir / "postgres")
    try:
        url = server.start()
        migrate.upgrade(url)
        yield settings.model_copy(update={"database_url": url})
    finally:
        server.stop()
        held.release()


def _hold(settings: Settings) -> DataDirectory | Settings:
    """The lock of the directory, or the settings of the run that has it. Raises `EmbeddedError`.

    Whoever has it and has written down no servers is about to, or has it for a moment only.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            lock = DataDirectory(settings.data_dir)
        except EmbeddedError:
            if found := living(settings):
                return found
            if time.monotonic() > deadline or not (settings.data_dir / "run.lock").is_file():
                raise
            time.sleep(0.1)
        else:
            # Of a run that was killed.
            servers_file(settings.data_dir).unlink(missing_ok=True)
            return lock


def _own(settings: Settings) -> DataDirectory:
    held = _hold(settings)
    # With a run alive in it this raises, and says whose it is.
    return held if isinstance(held, DataDirectory) else DataDirectory(settings.data_dir)


def living(settings: Settings) -> Settings | None:
    """The settings with the servers that a run has written down; None where there is no such file."""
    try:
        said = json.loads(servers_file(settings.data_dir).read_text())
        found = {"database_url": said["database_url"], "redis_url": settings.redis_url or said["redis_url"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return settings.model_copy(update=found)


def _checked(settings: Settings) -> Settings:
    assert settings.database_url is not None
    current, head = migrate.current(settings.database_url), migrate.head()
    if current != head:
        state = "is empty" if current is None else f"has the schema {current}, and this version needs {head}"
        raise Mistake(f"the database {state}: `wiredesk db upgrade` mends it")
    return settings


def _add(supervisor: Supervisor, server: Postgres | Redis) -> str:
    supervisor.add(server, stage=0)
    return server.url
