"""The problems of the service: the one list that the overview, `doctor`, `status` and notifications show.

    the store does not answer, or has another schema?   that, and what Redis says; nothing else can be known
    servers: writable, Redis, disk, backup
    work: standstill, beat, workers, paused and waiting stages
    news: the identity, the network, articles, refusals, feeds, rules
    delivery: the change log and the sinks

Each check reads a bounded number of rows. The same thing is reported once: a stage that stands still is not
also reported as waiting.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from redis import Redis, RedisError

from worker.config.settings import Settings
from worker.deliver import SinkUnavailable
from worker.deliver.position import Standing
from worker.deliver.sinks import open_sinks
from worker.model import Condition, SinkKind
from worker.monitor import queues, workers
from worker.monitor.problems import Problem, worst_first
from worker.monitor.standstill import Pulse, idle_stages, standstill
from worker.outcome import Owner, Reason
from worker.services.deliver import look_at, trouble_of
from worker.services.sinks.trouble import trouble_with
from worker.store import (
    Connection,
    Store,
    StoreUnavailable,
    backups,
    changes,
    feed_conditions,
    health,
    migrate,
    pauses,
    recent,
    rule_misses,
    signs,
    sinks,
    stats,
)
from worker.store.recent import Reach, Settled, Unstored

UNREACHABLE = (Reason.DNS_FAILED, Reason.CONNECT_FAILED, Reason.TIMEOUT, Reason.ROBOTS_UNREACHABLE)
"""Reasons with which every host fails when this machine has no connection to the internet."""

LEAST_HOSTS, OUTAGE_SHARE = 5, 0.8
"""Recently visited hosts, and the share of them out of reach, from which on our network is blamed. A guess:
with fewer hosts a single dead site would count, and some hosts are always away."""

LEAST_UNSTORED, UNSTORED_FOR = 20, timedelta(hours=1)
"""Entries in a row, and the time, without one stored article. A guess: many publishers' pages in one hour."""

LEAST_ENDED, REFUSED_SHARE, REFUSED_RATIO = 50, 0.2, 3.0
"""A jump in refusals: of at least 50 entries of the last hour more than a fifth were refused, and three times
the share of the day before. A guess: one site's wall in a list of thirty stays below it."""

LEAST_DISK = 1 << 30
"""Bytes free that the data directory should have. A guess."""

BACKUP_AGE = timedelta(days=2)
"""Age of the last backup from which on it is reported: a daily one was missed, with a day of slack."""

NEVER_BACKED_UP = timedelta(days=3)
"""Time with articles and without any backup; as in the alert `WiredeskBackupMissing`."""

WORK_WAITS = timedelta(minutes=30)
"""Time for which the oldest row of a stage may be due; as in the alert `WiredeskWorkWaits`."""

RESET_SHOWN = timedelta(days=1)
"""How long a restored database is reported: its operator knows, its readers may not. A guess."""

NAMED = 3
"""Feeds, workers or rules that one sentence names."""

MANY_QUIET, MANY_QUIET_SHARE = 3, 0.1
"""Quiet feeds, and their share of all, from which on our own polling is suspected; as in the alert
`WiredeskManyFeedsQuiet`."""

INTENDED = tuple(reason for reason in Reason if reason.owner is Owner.OPERATOR)


def problems(store: Store, redis: Redis | None, settings: Settings, *, now: datetime) -> list[Problem]:
    """Return what is wrong, the worst first. Without `redis` (nothing runs) only what the store knows."""
    # Redis first: an operator who loses both servers should read of both.
    broker = [] if redis is None else list(_of_broker(redis))
    try:
        with store.begin() as db:
            applied = migrate.applied(db)
        if applied != migrate.head():
            words = f"the database is at migration {applied or 'none'}, this version needs {migrate.head()}"
            return [Problem("schema", "page", words, "wiredesk db upgrade", "/"), *broker]
        found = [*broker, *_of_store(store, settings, now)]
        with store.begin() as db:
            pulse = signs.pulse(db)
            found += _of_news(db, now)
            found += _of_feeds(db, now)
            found += _of_pauses(db)
        if redis is not None and not broker:
            found += _of_work(redis, settings, pulse, now)
        found += _of_delivery(store, redis if not broker else None, settings, now)
    except StoreUnavailable as error:
        words = f"PostgreSQL does not answer: {error}"
        found = [Problem("store", "page", words, "systemctl start postgresql", "/"), *broker]
    return worst_first(found)


def _of_broker(redis: Redis) -> Iterator[Problem]:
    try:
        redis.ping()
    except RedisError as error:
        words = f"Redis does not answer: {error}; work waits in the database"
        yield Problem("broker", "page", words, "systemctl start redis-server", "/queues")


def _of_store(store: Store, settings: Settings, now: datetime) -> Iterator[Problem]:
    if why := signs.write_error(store):
        yield Problem(
            "store-not-writable",
            "page",
            f"PostgreSQL accepts no writes: {why}",
            "make room on its disk, or point WIREDESK_DATABASE_URL at the primary; "
            "psql -c 'SHOW default_transaction_read_only' shows a setting that forbids writes",
            "/",
        )
    free = free_bytes(settings)
    if free is not None and free < LEAST_DISK:
        words = f"only {free / (1 << 20):.0f} MiB are free at {settings.data_dir.absolute()}"
        yield Problem("disk", "page", words, "wiredesk --data-dir /larger/disk run", "/settings")
    with store.begin() as db:
        backup = backups.newest(db)
        unprotected = backups.missing_since(db)
        reset = changes.last_reset(db)
    if backup is not None and now - backup > BACKUP_AGE:
        words = f"the last backup is {_span(now - backup)} old"
        yield Problem("backup", "ticket", words, "wiredesk backup FILE.tar", "/settings")
    if unprotected is not None and now - unprotected > NEVER_BACKED_UP:
        words = f"no backup was ever made with `wiredesk backup`, in {_span(now - unprotected)}"
        yield Problem("backup-missing", "ticket", words, "wiredesk backup FILE.tar", "/settings")
    if reset is not None and now - reset.at < RESET_SHOWN:
        words = (
            f"the database was restored at {reset.at:%Y-%m-%d %H:%M} UTC, and a new epoch of the change log "
            f"began: changes {reset.void_after + 1} to {reset.id - 1} are void"
        )
        yield Problem(f"change-log-reset:{reset.id}", "ticket", words, "wiredesk sinks list", "/sinks")


def free_bytes(settings: Settings) -> int | None:
    """Return the bytes free on the disk of the data directory; None before the directory exists."""
    try:
        return shutil.disk_usage(settings.data_dir).free
    except OSError:
        return None


def _of_work(redis: Redis, settings: Settings, pulse: Pulse, now: datetime) -> Iterator[Problem]:
    try:
        waiting = queues.depths(redis, ["schedule"])["schedule"]
        beat = workers.last_beat(redis)
        seen = workers.listing(redis, now)
    except RedisError:
        return
    limits = settings.standstill_limits
    idle = idle_stages(pulse, limits)
    if still := standstill(pulse, limits):
        if pulse.tick is not None and pulse.tick <= limits.tick:
            part = f"worker-{idle[0]}"
        else:
            # Ticks that wait were sent: then the worker that handles them is to blame.
            part = "worker-schedule" if waiting else "beat"
        yield Problem("standstill", "page", "; ".join(still), f"docker compose restart {part}", "/queues")
    elif beat is not None and (silent := (now - beat).total_seconds()) > settings.standstill_seconds:
        words = f"beat has not looked at its schedule for {silent:.0f} s"
        yield Problem("beat", "page", words, "docker compose restart beat", "/queues")
    for stage, waits in pulse.waits.items():
        if waits is not None and waits > WORK_WAITS.total_seconds() and stage not in idle:
            words = f"rows of {stage} have been due for {_span(timedelta(seconds=waits))}: scale the stage"
            yield Problem(f"work-waits:{stage}", "ticket", words, "wiredesk queues list", "/queues")
    yield from _of_workers(seen, now)


def _of_pauses(db: Connection) -> Iterator[Problem]:
    for one in pauses.listing(db).values():
        words = f"{one.stage} is paused since {one.since:%Y-%m-%d %H:%M} UTC by {one.by}"
        yield Problem(
            f"paused:{one.stage}", "ticket", words, f"wiredesk queues resume {one.stage}", "/queues"
        )


def _of_workers(seen: Sequence[workers.WorkerSeen], now: datetime) -> Iterator[Problem]:
    if missing := [queue for queue, count in workers.by_queue(seen, now).items() if not count]:
        words, named = f"no worker serves {', '.join(missing)}", ",".join(missing)
        yield Problem(f"no-worker:{named}", "page", words, f"wiredesk worker --queues {named}", "/queues")
    if stuck := [worker.name for worker in seen if worker.stuck]:
        parts = " ".join(sorted({name.partition("@")[0] for name in stuck}))
        words = f"stuck: {_named(stuck)}; messages wait in its queues and it finishes nothing"
        yield Problem(
            f"worker-stuck:{','.join(stuck)}", "page", words, f"docker compose restart {parts}", "/queues"
        )
    if skewed := [worker for worker in seen if worker.is_skewed]:
        clocks = _named([f"{worker.name} by {worker.skew:+.0f} s" for worker in skewed])
        words = f"clocks differ from the database's: {clocks}"
        fix = "timedatectl set-ntp true, on the machines of these workers"
        yield Problem("clock", "ticket", words, fix, "/queues")


def _of_news(db: Connection, now: datetime) -> Iterator[Problem]:
    whole = stats.identity(db)
    if not whole.holds:
        ended = whole.stored + whole.duplicate + whole.refused + whole.waiting
        words = f"the counts do not add up: {whole.discovered} entries discovered, {ended} accounted for"
        yield Problem("identity", "page", words, "wiredesk db recount", "/")
    reach = recent.reach(db, UNREACHABLE, now=now)
    if is_outage(reach):
        words = f"{reach.unreachable} of the {reach.visited} hosts visited recently cannot be reached"
        yield Problem(
            "network", "page", words, "wiredesk feeds check URL, and look at DNS and proxy", "/hosts"
        )
    found = recent.unstored(db)
    if is_dry(found, now):
        last = f"since {found.newest_article_at:%Y-%m-%d %H:%M} UTC" if found.newest_article_at else "yet"
        words = f"no article was stored {last}, although polls find entries"
        yield Problem("no-articles", "page", words, "wiredesk status", "/refusals")
    latest, before = recent.settled(db, INTENDED, now=now)
    if is_jump(latest, before):
        words = (
            f"{latest.share:.0%} of the entries of the last hour were refused, "
            f"{before.share:.0%} of those of the day before"
        )
        yield Problem("refusals", "ticket", words, "wiredesk status", "/refusals")


def is_outage(reach: Reach) -> bool:
    """Return whether most hosts cannot be reached, so that the cause is our own network."""
    return reach.visited >= LEAST_HOSTS and reach.unreachable >= OUTAGE_SHARE * reach.visited


def is_dry(found: Unstored, now: datetime) -> bool:
    """Return whether entries are found, and for long none of them became an article."""
    return (
        found.count >= LEAST_UNSTORED
        and found.since is not None
        and now - found.since > UNSTORED_FOR
        and (found.newest_article_at is None or now - found.newest_article_at > UNSTORED_FOR)
    )


def is_jump(latest: Settled, before: Settled) -> bool:
    """Return whether far more entries are refused than usually."""
    return (
        min(latest.ended, before.ended) >= LEAST_ENDED
        and latest.share > REFUSED_SHARE
        and latest.share > REFUSED_RATIO * before.share
    )


def _of_feeds(db: Connection, now: datetime) -> Iterator[Problem]:
    counted = feed_conditions.counts(db)
    newest = feed_conditions.lasting(db, limit=recent.ENTRIES) if counted else []
    quiet = counted.get(Condition.QUIET, 0)
    if quiet >= MANY_QUIET and quiet > MANY_QUIET_SHARE * health.feeds(db).active:
        words = f"{quiet} feeds are silent for longer than their rhythms allow: look at our own polling"
        yield Problem("many-feeds-quiet", "page", words, "wiredesk doctor", "/feeds?condition=quiet")
    for condition, count in counted.items():
        if condition == Condition.MOVED:
            continue  # it is followed by itself
        named = _named([one.feed for one in newest if one.condition == condition], count)
        words = f"{count} feed{' is' if count == 1 else 's are'} {condition}: {named}"
        link = f"/feeds?condition={condition}"
        yield Problem(f"feeds:{condition}", "ticket", words, "wiredesk feeds list --unwell", link)
    for rule in rule_misses.stopped(db, now=now):
        words = (
            f"{rule.selector} of the rule {rule.file} matched nothing on the last {rule.pages} pages "
            f"of {rule.host}"
        )
        key = f"rule:{rule.file}:{rule.selector}:{rule.host}"
        yield Problem(key, "ticket", words, f"wiredesk rules test {rule.url}", "/")


def _of_delivery(store: Store, redis: Redis | None, settings: Settings, now: datetime) -> Iterator[Problem]:
    for sink in open_sinks(settings, redis) if redis is not None else ():
        with suppress(SinkUnavailable):
            found = look_at(store, sink)
            if words := trouble_of(sink, found):
                is_foreign = found is Standing.FOREIGN
                fix = sink.emptying() if is_foreign else "wiredesk worker --queues deliver"
                yield Problem("stream", "page" if is_foreign else "ticket", words, fix, "/sinks")
    with store.begin() as db:
        listed = [sink for sink in sinks.listing(db) if sink["kind"] != SinkKind.REDIS_STREAM]
    for each in listed:
        if trouble := trouble_with(each, now=now):
            kind = "sink-stopped" if trouble.urgent else "sink"
            yield Problem(f"{kind}:{each['name']}", "ticket", trouble.words, trouble.mend, "/sinks")


def _named(names: Sequence[str], count: int | None = None) -> str:
    """Return the first names, and how many more there are."""
    more = (count or len(names)) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _span(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes >= 2 * size:
            return f"{minutes / size:.0f} {unit}"
    return f"{minutes:.0f} minutes"
