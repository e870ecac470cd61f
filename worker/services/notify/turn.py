"""One look at the problems, and the messages that follow from it.

    does another process do it now?     yes: nothing
    compare the problems with the notices of before
    send one message to every address
    did one of them take it?       no: nothing is saved, and the next look tries again
    save the notices

A worker does it as a task, and the web server in a thread, so each reports that the other is gone.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from redis import Redis

from worker.config.notify_addresses import NotifyAddress
from worker.config.settings import Settings
from worker.monitor.problems import Problem
from worker.services.notify.decide import Decision, compare
from worker.services.notify.message import OperatorMessage
from worker.services.notify.send import send_to
from worker.services.problems import problems
from worker.store import Store, StoreUnavailable, notices

LOOK_SECONDS = 60.0
"""Between two looks of one process. A guess: shorter than the time after which a problem is reported."""


def tell(store: Store, redis: Redis, settings: Settings, *, now: datetime) -> OperatorMessage | None:
    """Look once, and send what is new; return the message. Raises `StoreUnavailable`."""
    addresses = settings.notify_addresses
    if not addresses:
        return None
    found = problems(store, redis, settings, now=now)
    if any(one.kind in ("store", "schema", "store-not-writable") for one in found):
        raise StoreUnavailable(next(one.summary for one in found))
    with store.begin() as db:
        if not notices.try_lock(db):
            return None
        after = timedelta(seconds=settings.notify_after_seconds)
        decision = compare(
            found, notices.listing(db), after=after, severity=settings.notify_severity, now=now
        )
        message = _message(decision, settings.site)
        if message is not None and not to_all(addresses, message, agent=settings.user_agent):
            return None
        notices.save(db, decision.saved)
        notices.forget(db, decision.forgotten)
    return message


def to_all(addresses: Sequence[NotifyAddress], message: OperatorMessage, *, agent: str) -> bool:
    """Send the message to every address; return whether one of them took it."""
    errors = [send_to(address, message, agent=agent) for address in addresses]
    for error in filter(None, errors):
        structlog.get_logger("wiredesk").warning("message not taken", detail=error)
    return None in errors


def _message(decision: Decision, site: str) -> OperatorMessage | None:
    if not decision.begun and not decision.ended:
        return None
    return OperatorMessage(decision.begun, decision.ended, site)


def watch(store: Store, redis: Redis, settings: Settings, stopping: threading.Event) -> None:
    """Look every minute until `stopping` is set; for a thread of the web server."""
    after = timedelta(seconds=settings.notify_after_seconds)
    away = StoreWatch(settings.notify_addresses, after, settings.user_agent)
    while not stopping.wait(LOOK_SECONDS):
        now = datetime.now(UTC)
        try:
            tell(store, redis, settings, now=now)
        except StoreUnavailable as error:
            away.failed(f"PostgreSQL is away, or accepts no writes: {error}", now)
        except Exception:
            # The thread must outlive whatever one look meets.
            structlog.get_logger("wiredesk").exception("problems not looked at")
        else:
            away.answered(now)


@dataclass(slots=True)
class StoreWatch:
    """Reports from memory that the store is away, since notices cannot be saved then."""

    addresses: Sequence[NotifyAddress]
    after: timedelta
    agent: str
    since: datetime | None = None
    told: bool = False

    def failed(self, error: str, now: datetime) -> None:
        """The store did not answer, or accepts no writes."""
        self.since = self.since or now
        if not self.told and now - self.since >= self.after:
            self.told = to_all(self.addresses, OperatorMessage(begun=[self._notice(error)]), agent=self.agent)

    def answered(self, now: datetime) -> None:
        """The store works."""
        if self.told:
            over = self._notice("PostgreSQL was away", gone_since=now)
            to_all(self.addresses, OperatorMessage(ended=[over]), agent=self.agent)
        self.since, self.told = None, False

    def _notice(self, summary: str, gone_since: datetime | None = None) -> notices.Notice:
        assert self.since is not None
        problem = Problem("store", "page", summary, "wiredesk doctor", "/")
        return notices.Notice(
            problem.key,
            problem.severity,
            problem.summary,
            problem.command,
            problem.link,
            self.since,
            gone_since=gone_since,
        )
