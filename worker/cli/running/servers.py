"""The servers of one data directory: embedded ones unless URLs are set.

`run` holds the directory's lock while it lives, and writes the addresses of its servers for its user only
(`directory.servers_file`).

Other commands use the servers of a living run; without one they start the embedded PostgreSQL for as long as
the command takes.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from worker.cli.running.directory import hold, living, servers_file
from worker.cli.terminal.errors import UserError
from worker.config.settings import Settings
from worker.embedded import DataDirectory, Postgres, Redis, Supervisor
from worker.embedded.lock import is_running
from worker.store import migrate

STOP_SECONDS = 3.0
"""Time for the servers to stop, after which they are killed (see `processes.STOP_SECONDS`)."""

Note = Callable[[str], None]


@contextmanager
def servers_of_a_run(settings: Settings, note: Note) -> Iterator[Settings]:
    """Start the servers that have no URL, and migrate; yield the settings with all URLs.

    The caller holds the directory. Raises `EmbeddedError`, `MigrationFailed`, `StoreUnavailable`.
    """
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
        note("migrating the database")
        migrate.upgrade(whole.database_url)
        yield whole
    finally:
        servers_file(settings.data_dir).unlink(missing_ok=True)
        supervisor.drain_and_stop(STOP_SECONDS)


def announce(settings: Settings, status_page: str) -> None:
    """Write the addresses of the servers, for other commands of the same user."""
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
    """Yield the settings with the URL of a database: the one set, a living run's, or one started for now.

    `redis_url` stays None where no Redis is alive. With `create` a data directory without a database gets
    one, and an older one is migrated; otherwise this raises `UserError`.
    """
    if settings.database_url is not None:
        run = living(settings)
        same = run is not None and run.database_url == settings.database_url
        yield _checked(run if run and same else settings)
        return
    if not create and not (settings.data_dir / "postgres").is_dir():
        raise UserError(
            f"there is nothing in {settings.data_dir} yet: "
            "start with `wiredesk run` or `wiredesk feeds add URL`"
        )
    held = hold(settings)
    if isinstance(held, Settings):
        yield held
        return
    server = Postgres(settings.data_dir / "postgres")
    try:
        url = server.start()
        started = settings.model_copy(update={"database_url": url})
        if create:
            migrate.upgrade(url)
        # A command that only looks must not bind the data to this version.
        yield _checked(started)
    finally:
        server.stop()
        held.release()


@contextmanager
def unmigrated(settings: Settings, *, alone: bool) -> Iterator[Settings]:
    """Yield the settings with the URL of a database of any schema, for a backup or a restore.

    With `alone` no run may be alive in the directory, and a missing database is created. Raises `UserError`,
    `EmbeddedError`.
    """
    if settings.database_url is not None:
        yield settings
        return
    if not alone and not (settings.data_dir / "postgres").is_dir():
        raise UserError(f"there is nothing in {settings.data_dir} to back up")
    held = DataDirectory(settings.data_dir) if alone else hold(settings)
    if isinstance(held, Settings):
        yield held
        return
    server = Postgres(settings.data_dir / "postgres")
    try:
        yield settings.model_copy(update={"database_url": server.start()})
    finally:
        server.stop()
        held.release()


def is_starting(settings: Settings) -> bool:
    """Return whether a run in this directory starts its servers, or stops them: it has no servers file."""
    return is_running(settings.data_dir) and living(settings) is None


def addresses(settings: Settings) -> dict[str, str | None]:
    """Return the addresses of the servers in use, as other programs write them, by name.

    Those of a run in this directory, else those that are set; None where there is neither.
    """
    found = living(settings) or settings
    try:
        web = str(json.loads(servers_file(settings.data_dir).read_text())["status_page"])
    except (OSError, ValueError, KeyError, TypeError):
        web = None
    return {
        "postgres": found.database_url and plain_url(found.database_url),
        # redis-cli and many libraries take a URL without a user for one with an empty name.
        "redis": found.redis_url and found.redis_url.replace("://:", "://default:", 1),
        "web": web,
    }


def plain_url(database_url: str, *, user: str | None = None, password: str | None = None) -> str:
    """Return the URL of a database as libpq takes it, without the driver; with `user`, for that user."""
    scheme, _, rest = database_url.partition("://")
    before, at, after = rest.rpartition("@")
    if user is not None:
        before, at = f"{user}:{quote(password, safe='')}" if password else user, "@"
    return f"{'postgresql' if scheme.startswith('postgres') else scheme}://{before}{at}{after}"


def run_seconds(settings: Settings) -> float | None:
    """Return how long ago the run in this directory began; None without a run."""
    try:
        return max(0.0, time.time() - servers_file(settings.data_dir).stat().st_mtime)
    except OSError:
        return None


def _checked(settings: Settings) -> Settings:
    assert settings.database_url is not None
    current, head = migrate.current(settings.database_url), migrate.head()
    if current is not None and not migrate.is_known(current):
        raise UserError(migrate.newer_schema(current))
    if current != head:
        state = "is empty" if current is None else f"has the schema {current}, and this version needs {head}"
        raise UserError(f"the database {state}: run `wiredesk db upgrade`")
    return settings


def _add(supervisor: Supervisor, server: Postgres | Redis) -> str:
    supervisor.add(server, stage=0)
    return server.url
