"""The one list of problems names what is wrong and the command that helps; it is empty while all is well."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from redis import Redis

from tests.services.service import Service
from tests.store.rows import added_feed, stored_article
from worker.model import Condition
from worker.monitor import queues, workers
from worker.monitor.problems import Problem
from worker.outcome import Reason
from worker.services.problems import is_dry, problems
from worker.store import Store, backups, feed_conditions, recent, signs
from worker.store.db import run

NOTHING_DUE = "UPDATE hosts SET poll_due_at = NULL, fetch_due_at = NULL"
"""Otherwise the feeds of a test would wait, and work would stand still."""


@pytest.fixture
def service(database_url: str, broker: "Redis") -> Service:
    """A service that has just handled a tick, with a worker for every queue and a beat."""
    service = Service(database_url)
    now = service.now()
    with service.store.begin() as db:
        signs.leave(db, [signs.TICK])
    workers.report(broker, "all@here", queues=queues.QUEUES, last_done=now, now=now)
    workers.report_beat(broker, now)
    return service


def found(service: Service, broker: "Redis | None") -> dict[str, Problem]:
    listed = problems(service.store, broker, service.settings, now=service.now())
    return {problem.kind: problem for problem in listed}


def test_a_service_that_works_has_no_problem(service: Service, broker: "Redis") -> None:
    assert problems(service.store, broker, service.settings, now=service.now()) == []


def silent_beat(service: Service, broker: "Redis") -> None:
    workers.report_beat(broker, service.now() - timedelta(minutes=5))


def no_tick(service: Service, broker: "Redis") -> None:
    with service.store.begin() as db:
        run(db, "UPDATE signs SET at = at - interval '1 hour'")


def no_extraction(service: Service, broker: "Redis") -> None:
    workers.report(broker, "all@here", queues=queues.QUEUES[:3], last_done=None, now=service.now())


def stuck_worker(service: Service, broker: "Redis") -> None:
    now = service.now()
    workers.report(broker, "fetch@b", queues=["fetch"], last_done=now, now=now, stuck=True)


def wrong_clock(service: Service, broker: "Redis") -> None:
    now = service.now()
    workers.report(broker, "fetch@b", queues=["fetch"], last_done=now, now=now, skew=-30.0)


def lost_entry(service: Service, broker: "Redis") -> None:
    with service.store.begin() as db:
        feed = added_feed(db)
        run(db, "UPDATE feeds SET discovered = 1 WHERE id = :id", id=feed)
        run(db, NOTHING_DUE)


def no_network(service: Service, broker: "Redis") -> None:
    visited(service, 5, Reason.DNS_FAILED)


def many_refused(service: Service, broker: "Redis") -> None:
    ended(service, timedelta(hours=5), stored=95, refused=5)
    ended(service, timedelta(minutes=5), stored=40, refused=20)


def old_backup(service: Service, broker: "Redis") -> None:
    with service.store.begin() as db:
        backups.record(db, service.now() - timedelta(days=3))


def no_backup(service: Service, broker: "Redis") -> None:
    ended(service, timedelta(minutes=5), stored=1, refused=0)
    with service.store.begin() as db:
        run(db, "UPDATE feeds SET added_at = :at", at=service.now() - timedelta(days=4))
        run(db, NOTHING_DUE)


def quiet_feed(service: Service, broker: "Redis") -> None:
    with service.store.begin() as db:
        feed = added_feed(db, title="The Ledger", now=service.now() + timedelta(days=1))
        feed_conditions.begin(db, {(feed, Condition.QUIET): "silent for 2 days"}, now=service.now())


@pytest.mark.parametrize(
    ("trouble", "kind", "severity", "words", "command"),
    [
        (no_tick, "standstill", "page", "no tick was handled for", "docker compose restart beat"),
        (silent_beat, "beat", "page", "beat has not looked", "docker compose restart beat"),
        (no_extraction, "no-worker", "page", "serves extract, deliver", "worker --queues extract,deliver"),
        (stuck_worker, "worker-stuck", "page", "stuck: fetch@b", "docker compose restart fetch"),
        (wrong_clock, "clock", "ticket", "fetch@b by -30 s", "timedatectl set-ntp true"),
        (lost_entry, "identity", "page", "1 entries discovered, 0 accounted for", "wiredesk db recount"),
        (no_network, "network", "page", "5 of the 5 hosts visited recently", "wiredesk feeds check URL"),
        (many_refused, "refusals", "ticket", "33% of the entries of the last hour", "wiredesk status"),
        (old_backup, "backup", "ticket", "the last backup is 3 days old", "wiredesk backup"),
        (no_backup, "backup-missing", "ticket", "no backup was ever made", "wiredesk backup FILE.tar"),
        (quiet_feed, "feeds", "ticket", "1 feed is quiet: The Ledger", "wiredesk feeds list --unwell"),
    ],
)
def test_trouble_is_named_once_with_the_command_that_helps(
    service: Service,
    broker: "Redis",
    trouble: Callable[[Service, "Redis"], None],
    kind: str,
    severity: str,
    words: str,
    command: str,
) -> None:
    trouble(service, broker)
    named = found(service, broker)
    assert list(named) == [kind]
    assert named[kind].severity == severity
    assert words in named[kind].summary
    assert command in named[kind].command
    assert named[kind].link.startswith("/")


def test_servers_that_do_not_answer_are_named_both(service: Service, broker: "Redis") -> None:
    away = Store("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    with Redis.from_url("redis://127.0.0.1:1/0") as nothing:
        listed = problems(away, nothing, service.settings, now=service.now())
    assert [problem.kind for problem in listed] == ["store", "broker"]
    # Where nothing runs there is no Redis to miss.
    assert found(service, None) == {}


def test_some_hosts_out_of_reach_are_not_an_outage(service: Service, broker: "Redis") -> None:
    visited(service, 6, Reason.DNS_FAILED)
    visited(service, 3, None)
    assert found(service, broker) == {}


def test_refusals_that_the_operator_wants_do_not_count(service: Service, broker: "Redis") -> None:
    ended(service, timedelta(hours=5), stored=100, refused=0)
    ended(service, timedelta(minutes=5), stored=40, refused=60, reason=Reason.BLOCKED)
    assert found(service, broker) == {}


@pytest.mark.parametrize(
    ("count", "age", "article_age", "expected"),
    [(20, 2, None, True), (20, 2, 3, True), (19, 2, 3, False), (20, 0.5, 3, False), (200, 2, 0.5, False)],
)
def test_a_service_is_dry_when_many_entries_in_an_hour_gave_no_article(
    service: Service, count: int, age: float, article_age: float | None, expected: bool
) -> None:
    def ago(hours: float) -> datetime:
        return now - timedelta(hours=hours)

    now = service.now()
    newest = None if article_age is None else ago(article_age)
    assert is_dry(recent.Unstored(count, ago(age), newest), now) is expected


def test_entries_without_any_article_are_found_in_the_store(service: Service, broker: "Redis") -> None:
    ended(service, timedelta(hours=2), stored=0, refused=25, reason=Reason.BOT_CHALLENGE)
    assert list(found(service, broker)) == ["no-articles"]


def visited(service: Service, count: int, reason: Reason | None) -> None:
    """Visit new hosts just now; they fail if there is a reason."""
    with service.store.begin() as db:
        run(
            db,
            """INSERT INTO hosts (key, last_turn_at, errors, reason)
            SELECT 'https://' || gen_random_uuid() || '.example:443', :now, :errors, :reason
            FROM generate_series(1, :count)""",
            now=service.now(),
            errors=int(reason is not None),
            reason=reason,
            count=count,
        )


def ended(
    service: Service, ago: timedelta, *, stored: int, refused: int, reason: Reason = Reason.PAYWALL
) -> None:
    """End entries of a feed at that time; those that are stored share one article."""
    at = service.now() - ago
    with service.store.begin() as db:
        feed = added_feed(db)
        article = stored_article(db, now=at) if stored else None
        run(
            db,
            """INSERT INTO entries
                (key, feed_id, state, reason, item_hash, discovered_at, finished_at, article_id)
            SELECT gen_random_uuid(), :feed, CASE WHEN n <= :stored THEN 'stored' ELSE 'refused' END,
                CASE WHEN n > :stored THEN :reason END, gen_random_uuid(), :at, :at,
                CASE WHEN n <= :stored THEN CAST(:article AS bigint) END
            FROM generate_series(1, :stored + :refused) n""",
            **{"at": at, "feed": feed, "stored": stored, "refused": refused},
            **{"reason": reason, "article": article},
        )
        run(
            db,
            "UPDATE feeds SET discovered = discovered + :count WHERE id = :id",
            count=stored + refused,
            id=feed,
        )
        run(db, NOTHING_DUE)
