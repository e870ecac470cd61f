"""The checks of `wiredesk doctor`: each reports one thing, and the command that fixes it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis, RedisError

from worker.cli.running.directory import living, servers_file
from worker.cli.running.servers import is_starting, run_seconds
from worker.config.hosts_file import hosts_path, load_hosts
from worker.config.settings import Settings, SettingsError
from worker.deliver import SinkUnavailable
from worker.deliver.sinks import open_sinks
from worker.embedded import EmbeddedError
from worker.embedded.binaries import OLDEST_POSTGRES, postgres_binaries, redis_binary
from worker.fetch.client import Client
from worker.fetch.limits import ANYWHERE, RequestLimits
from worker.fetch.loop import run_async
from worker.fetch.reply import Failure, Reply
from worker.model import SinkKind
from worker.monitor import workers
from worker.monitor.problems import Problem
from worker.services.problems import LEAST_DISK, problems
from worker.store import Store, StoreUnavailable, health, migrate, signs, sinks, stats

LEAST_REDIS = (6, 2)
"""Oldest Redis that is supported (docs/operations.md)."""
STARTING_SECONDS = 120.0
"""Time in which the parts of a run report that they work. A guess: on a slow machine imports take seconds."""
GONE = 410
"""Our callback's answer to a push for an unknown subscription; hardly another server gives it."""
WORST = 3
"""Failing feeds that are named."""
OTHER = "news"
"""The step of all other kinds of problems."""
STEPS = {
    "no-worker": "workers",
    "worker-stuck": "workers",
    "clock": "workers",
    "standstill": "progress",
    "beat": "progress",
    "work-waits": "progress",
    "paused": "progress",
    "identity": OTHER,
    "stream": "delivery",
    "change-log-reset": "delivery",
    "sink-stopped": "sinks",
    "sink": "sinks",
}
"""The step under which a problem is shown, by its kind, in the order of the steps."""
NOTES = ("backup-missing", "feeds", "rule", "sink", "refusals", "change-log-reset", "work-waits", "paused")
"""Kinds that are noted and fail no check: others must act, or nothing is lost meanwhile.
PostgreSQL may be backed up by other means."""
CHECKED = ("store-not-writable", "disk")
"""Kinds for which a separate check here says more."""
CALLBACK_SECONDS = 5.0
"""Time for the callback to answer. A guess."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check; `mend` is the command that fixes it; empty if nothing is wrong.

    `advice` is the command that helps with something that is not Wiredesk's own fault, as a feed that fails.
    `waits`: the part is still starting, so that it is neither well nor wrong.
    """

    step: str
    words: str
    mend: str = ""
    advice: str = ""
    waits: bool = False

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.mend


def diagnose(settings: Settings) -> Iterator[CheckResult]:
    """Run all checks, each after those that it depends on."""
    found = living(settings)
    if found is not None and settings.database_url is None and _answers(found):
        settings = found
    yield from _directory(settings.data_dir)
    yield _contact(settings)
    if settings.websub_callback_url is not None:
        yield _callback(settings.websub_callback_url, settings.user_agent)
    yield _hosts(settings)
    yield from _broker(settings.redis_url)
    starting = is_starting(settings)
    for result in _store(settings.database_url):
        # The run migrates before its parts start.
        migrates = starting and result.step == "migrations" and not result.well
        yield replace(result, mend="", waits=True) if migrates else result
    if starting:
        yield CheckResult("workers", "a run is starting its servers", waits=True)
    elif settings.redis_url:
        results = list(_running(settings))
        since = run_seconds(settings) if settings is found else None
        if since is not None and since < STARTING_SECONDS and not all(one.well for one in results):
            yield CheckResult("workers", f"starting, begun {since:.0f} s ago", waits=True)
        else:
            yield from results
    else:
        yield CheckResult("workers", f"nothing runs with {settings.data_dir}", advice="wiredesk run")


def _directory(directory: Path) -> Iterator[CheckResult]:
    nearest = next(path for path in (directory.absolute(), *directory.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        yield CheckResult("permissions", f"{nearest} cannot be written to", f"chown -R $(id -un) {nearest}")
    elif (exposed := servers_file(directory)).is_file() and exposed.stat().st_mode & 0o077:
        yield CheckResult("permissions", f"others can read {exposed}", f"chmod 600 {exposed}")
    else:
        yield CheckResult("permissions", f"{directory} can be written to")
    free = shutil.disk_usage(nearest).free
    words = f"{free / (1 << 30):.1f} GiB free at {nearest}"
    yield CheckResult("disk", words, "" if free >= LEAST_DISK else "wiredesk --data-dir /larger/disk run")


def _contact(settings: Settings) -> CheckResult:
    if settings.contact:
        return CheckResult("contact", f"requests name {settings.contact}")
    return CheckResult("contact", "publishers cannot reach you; it is polite to set WIREDESK_CONTACT")


def _hosts(settings: Settings) -> CheckResult:
    try:
        path, book = hosts_path(settings), load_hosts(settings)
    except SettingsError as error:
        return CheckResult("hosts", str(error), "$EDITOR config/hosts.toml")
    return CheckResult("hosts", f"{len(book.sections)} in {path}" if path else "no settings for single hosts")


def _callback(url: str, agent: str) -> CheckResult:
    """Post to the callback as a hub would.

    Reaching it from here does not prove that hubs can; where the router does not lead back, failing to reach
    it does not prove the opposite.
    """
    mend = "let the reverse proxy forward /websub/ to `wiredesk web`, or unset WIREDESK_WEBSUB_CALLBACK_URL"
    answer = run_async(_post(f"{url.rstrip('/')}/websub/doctor", agent))
    if answer.status == GONE:
        return CheckResult("websub", f"hubs push to {url}, and Wiredesk answers there")
    if isinstance(answer, Failure) and answer.status is None:
        words = f"{url} cannot be reached from here: {answer.refusal.detail or answer.refusal.reason}"
    else:
        words = f"what answers at {url}/websub/ is not Wiredesk's web server: status {answer.status}"
    return CheckResult("websub", words, mend)


async def _post(url: str, agent: str) -> Reply | Failure:
    # The operator's own address, which may be in a private network as seen from here.
    limits = RequestLimits(
        connect=CALLBACK_SECONDS, read=CALLBACK_SECONDS, total=CALLBACK_SECONDS, networks=ANYWHERE
    )
    async with Client(agent, limits) as client:
        return await client.post(url, {})


def _broker(url: str | None) -> Iterator[CheckResult]:
    if url is None:
        yield _program("broker", lambda: str(redis_binary()), "apt-get install redis-server")
        return
    try:
        with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            said = client.info("server")["redis_version"]
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except RedisError as error:
        yield CheckResult("broker", f"Redis does not answer: {error}", "systemctl start redis-server")
        return
    if tuple(int(part) for part in said.split(".")[:2]) < LEAST_REDIS:
        yield CheckResult("broker", f"Redis {said} is too old, 6.2 is needed", "apt-get install redis-server")
    elif policy != "noeviction":
        words = f"Redis may delete messages: maxmemory-policy is {policy}"
        yield CheckResult("broker", words, "redis-cli config set maxmemory-policy noeviction")
    else:
        yield CheckResult("broker", f"Redis {said} answers")


def _store(url: str | None) -> Iterator[CheckResult]:
    if url is None:
        words = lambda: f"PostgreSQL {postgres_binaries().major} can be started"  # noqa: E731
        yield _program("store", words, "apt-get install postgresql")
        return
    store = Store(url, pool_size=1)
    try:
        with store.begin() as db:
            server = health.server(db)
            off = (datetime.now(UTC) - server.clock).total_seconds()
            has = migrate.applied(db)
        needs = migrate.head()
        yield (_writes(store) if has == needs else None) or _server(server)
        mend = "timedatectl set-ntp true" if abs(off) > workers.CLOCK_SECONDS else ""
        yield CheckResult("clock", f"this clock and the database's are {abs(off):.1f} s apart", mend)
        lacks = "" if has == needs else f", this version needs {needs}"
        schema = f"the schema is {has or 'missing'}{lacks}"
        yield CheckResult("migrations", schema, "" if has == needs else "wiredesk db upgrade")
        if has == needs:
            yield _feeds(store)
    except StoreUnavailable as error:
        yield CheckResult("store", f"PostgreSQL does not answer: {error}", "systemctl start postgresql")
    finally:
        store.close()


def _feeds(store: Store) -> CheckResult:
    """Report the feeds that fail. Usually their publishers are at fault, and may not know it."""
    with store.begin() as db:
        count, worst = stats.failing_feeds(db, limit=WORST)
    if not count:
        return CheckResult("feeds", "none fails")
    named = ", ".join(f"{feed['url']} ({feed['reason']})" for feed in worst)
    words = f"{count} fail{'s' if count == 1 else ''} or {'is' if count == 1 else 'are'} gone: {named}"
    first = worst[0]  # a feed with a successor, if any has one
    if first["successor"] is None:
        return CheckResult("feeds", words, advice="wiredesk feeds list --failing")
    return CheckResult(
        "feeds",
        f"{words}; the site of the first names {first['successor']} now",
        advice=f"wiredesk feeds move {first['id']}",
    )


def _writes(store: Store) -> CheckResult | None:
    """Return what is wrong if the store accepts no writes."""
    if (why := signs.write_error(store)) is None:
        return None
    mend = (
        "make room on its disk, or point WIREDESK_DATABASE_URL at the primary; "
        "psql -c 'SHOW default_transaction_read_only' shows a setting that forbids writes"
    )
    return CheckResult("store", f"PostgreSQL accepts no writes: {why}", mend)


def _server(server: health.Server) -> CheckResult:
    if server.version < OLDEST_POSTGRES:
        words = f"PostgreSQL {server.version} is too old, {OLDEST_POSTGRES} is needed"
        return CheckResult("store", words, "apt-get install postgresql")
    if server.encoding != "UTF8":
        words = f"the database's encoding is {server.encoding}, which lacks most languages"
        return CheckResult("store", words, "createdb --encoding UTF8 --template template0 wiredesk")
    return CheckResult("store", f"PostgreSQL {server.version} answers")


def _running(settings: Settings) -> Iterator[CheckResult]:
    """Check workers, progress and delivery by the list that the pages show, too (`services.problems`)."""
    assert settings.redis_url is not None
    if settings.database_url is None:
        return
    store = Store(settings.database_url, pool_size=1)
    now = datetime.now(UTC)
    try:
        with (
            suppress(StoreUnavailable, RedisError, SinkUnavailable),
            Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3) as client,
        ):
            found = [one for one in problems(store, client, settings, now=now) if one.kind not in CHECKED]
            if any(one.kind in ("broker", "store", "schema") for one in found):
                return
            for step in dict.fromkeys(STEPS.values()):
                those = [one for one in found if STEPS.get(one.kind, OTHER) == step]
                if those or (well := _well(step, store, client, settings, now)) is None:
                    yield from _as_results(step, those)
                else:
                    yield CheckResult(step, well)
    finally:
        store.close()


def _as_results(step: str, found: list[Problem]) -> Iterator[CheckResult]:
    """Return one result for what must be fixed, and one for what is only noted."""
    for is_note in (False, True):
        those = [one for one in found if (one.kind in NOTES) is is_note]
        if not those:
            continue
        words = "; ".join(one.summary for one in those[:WORST])
        if (more := len(those) - WORST) > 0:
            words += f"; {more} more: `wiredesk status`"
        mend, advice = ("", those[0].command) if is_note else (those[0].command, "")
        yield CheckResult(step, words, mend, advice)


def _well(step: str, store: Store, client: Redis, settings: Settings, now: datetime) -> str | None:
    """Return what to say of a step without problems; None if there is nothing to say."""
    if step == "workers":
        seen = workers.listing(client, now)
        return f"{len(seen)} working: {', '.join(worker.name for worker in seen)}"
    with store.begin() as db:
        if step == "progress":
            tick = signs.pulse(db).tick
            handled = None if tick is None else f"a tick was handled {tick:.0f} s ago"
            return handled or "no tick was handled yet, and no work waits"
        if step == "delivery":
            return f"{', '.join(sink.name for sink in open_sinks(settings, client))} follows the change log"
        if step == "sinks":
            count = sum(sink["kind"] != SinkKind.REDIS_STREAM for sink in sinks.listing(db))
            return f"{count} are up to date or paused" if count else None
    return None


def _program(step: str, find: Callable[[], str], mend: str) -> CheckResult:
    try:
        return CheckResult(step, f"{find()} (embedded)")
    except EmbeddedError as error:
        return CheckResult(step, str(error), mend)


def _answers(settings: Settings) -> bool:
    assert settings.database_url is not None
    store = Store(settings.database_url, pool_size=1)
    with suppress(StoreUnavailable):
        store.ping()
        return True
    return False
