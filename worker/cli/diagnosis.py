"""The doctor's steps: each asks one thing, and says what mends it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis, RedisError

from worker.cli.running.servers import living, servers_file
from worker.config.settings import Settings, SettingsError
from worker.embedded import EmbeddedError
from worker.embedded.binaries import OLDEST_POSTGRES, postgres_binaries, redis_binary
from worker.monitor import queues, workers
from worker.store import Store, StoreUnavailable, health, migrate

LEAST_DISK = 1 << 30
LEAST_REDIS = (6, 2)
CLOCK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step found; `mend` is the command that mends it, empty where all is well."""

    step: str
    words: str
    mend: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.mend


def diagnose(settings: Settings) -> Iterator[Finding]:
    """All steps, in an order in which a later one may depend on an earlier."""
    found = living(settings)
    if found is not None and settings.database_url is None and _answers(found):
        settings = found
    yield from _directory(settings.data_dir)
    yield _contact(settings)
    if settings.websub_callback_url is not None:
        yield _callback(settings.websub_callback_url, settings.user_agent)
    yield _hosts(settings)
    yield from _broker(settings.redis_url)
    yield from _store(settings.database_url)
    if settings.redis_url:
        yield from _workers(settings.redis_url)


def _directory(directory: Path) -> Iterator[Finding]:
    nearest = next(path for path in (directory.absolute(), *directory.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        yield Finding("permissions", f"{nearest} cannot be written to", f"chown -R $(id -un) {nearest}")
    elif (exposed := servers_file(directory)).is_file() and exposed.stat().st_mode & 0o077:
        yield Finding("permissions", f"others can read {exposed}", f"chmod 600 {exposed}")
    else:
        yield Finding("permissions", f"{directory} can be written to")
    free = shutil.disk_usage(nearest).free
    words = f"{free / (1 << 30):.1f} GiB free at {nearest}"
    yield Finding("disk", words, "" if free >= LEAST_DISK else "wiredesk --data-dir /larger/disk run")


def _contact(settings: Settings) -> Finding:
    if settings.contact:
        return Finding("contact", f"publishers are told {settings.contact}")
    return Finding("contact", "publishers cannot reach you (no harm, but polite): set WIREDESK_CONTACT")


def _hosts(settings: Settings) -> Finding:
    from worker.config.hosts_file import hosts_path, load_hosts

    try:
        path, book = hosts_path(settings), load_hosts(settings)
    except SettingsError as error:
        return Finding("hosts", str(error), "$EDITOR config/hosts.toml")
    return Finding("hosts", f"{len(book.sections)} in {path}" if path else "nothing is set for single ones")


def _callback(url: str, agent: str) -> Finding:
    from worker.cli.callback import trouble

    if words := trouble(url, agent):
        mend = "let the reverse proxy hand /websub/ to `wiredesk web`, or unset WIREDESK_WEBSUB_CALLBACK_URL"
        return Finding("websub", words, mend)
    return Finding("websub", f"hubs are told to come to {url}, and Wiredesk answers there")


def _broker(url: str | None) -> Iterator[Finding]:
    if url is None:
        yield _program("broker", lambda: str(redis_binary()), "apt-get install redis-server")
        return
    try:
        with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            said = client.info("server")["redis_version"]
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except RedisError as error:
        yield Finding("broker", f"Redis does not answer: {error}", "systemctl start redis-server")
        return
    if tuple(int(part) for part in said.split(".")[:2]) < LEAST_REDIS:
        yield Finding("broker", f"Redis {said} is too old, 6.2 is needed", "apt-get install redis-server")
    elif policy != "noeviction":
        words = f"Redis may forget messages: maxmemory-policy is {policy}"
        yield Finding("broker", words, "redis-cli config set maxmemory-policy noeviction")
    else:
        yield Finding("broker", f"Redis {said} answers")


def _store(url: str | None) -> Iterator[Finding]:
    if url is None:
        words = lambda: f"PostgreSQL {postgres_binaries().major} is ready to be started"  # noqa: E731
        yield _program("store", words, "apt-get install postgresql")
        return
    store = Store(url, pool_size=1)
    try:
        with store.begin() as db:
            server = health.server(db)
        off = (datetime.now(UTC) - server.clock).total_seconds()
    except StoreUnavailable as error:
        yield Finding("store", f"PostgreSQL does not answer: {error}", "systemctl start postgresql")
        return
    finally:
        store.close()
    yield _server(server)
    mend = "timedatectl set-ntp true" if abs(off) > CLOCK_SECONDS else ""
    yield Finding("clock", f"this clock and that of the database are {abs(off):.1f} s apart", mend)
    has, needs = migrate.current(url), migrate.head()
    words_ = f"the schema is {has or 'missing'}" + ("" if has == needs else f", this version needs {needs}")
    yield Finding("migrations", words_, "" if has == needs else "wiredesk db upgrade")


def _server(server: health.Server) -> Finding:
    if server.version < OLDEST_POSTGRES:
        words = f"PostgreSQL {server.version} is too old, {OLDEST_POSTGRES} is needed"
        return Finding("store", words, "apt-get install postgresql")
    if server.encoding != "UTF8":
        words = f"the database holds {server.encoding}, not every language"
        return Finding("store", words, "createdb --encoding UTF8 --template template0 wiredesk")
    return Finding("store", f"PostgreSQL {server.version} answers")


def _workers(url: str) -> Iterator[Finding]:
    try:
        with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            seen = workers.listing(client, datetime.now(UTC))
    except RedisError:
        return
    served = {queue for worker in seen for queue in worker.queues}
    if missing := [queue for queue in queues.QUEUES if queue not in served]:
        words = f"nobody works on {', '.join(missing)}"
        yield Finding("workers", words, f"wiredesk worker --queues {','.join(missing)}")
    elif stuck := [worker.name for worker in seen if worker.stuck]:
        parts = sorted({name.partition("@")[0] for name in stuck})
        yield Finding("workers", f"stuck: {', '.join(stuck)}", f"docker compose restart {' '.join(parts)}")
    else:
        yield Finding("workers", f"{len(seen)} work: {', '.join(worker.name for worker in seen)}")


def _program(step: str, find: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(step, f"{find()} (embedded)")
    except EmbeddedError as error:
        return Finding(step, str(error), mend)


def _answers(settings: Settings) -> bool:
    assert settings.database_url is not None
    store = Store(settings.database_url, pool_size=1)
    with suppress(StoreUnavailable):
        store.ping()
        return True
    return False
