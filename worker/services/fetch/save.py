"""Saving what was fetched: the decisions of many turns in one transaction, each under its host's lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from worker.model import ChangeKind
from worker.monitor.events import PageFetched, PageRedirected, emit
from worker.outcome import FetchOutcome
from worker.rows.entries import Entry, EntryUpdate
from worker.rows.pages import PageClaim
from worker.services.engine.turns import Clock
from worker.services.fetch.decide import Decision, leads_to
from worker.services.queue import Queue, QueueUnavailable
from worker.store import Connection, Store, articles, changes, entries, hosts, pages
from worker.store.changes import Change


@dataclass(frozen=True, slots=True)
class Fetched:
    """A decision to save, and the lease under which it was made."""

    host_id: int
    lease: int
    entry: Entry
    decision: Decision
    status: int | None
    seconds: float


class Saver:
    """Saves decisions, and puts the pages that they bring into the queue of extraction, so many a message."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        clock: Clock,
        *,
        retention: timedelta,
        lease: timedelta,
        queue_limit: int,
        message: int,
    ) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._retention = retention
        self._lease = lease
        self._queue_limit = queue_limit
        self._message = message

    def save(self, batch: Sequence[Fetched]) -> list[bool]:
        """Save decisions in one transaction; for each, whether its lease was held.

        Raises `StoreUnavailable`.
        """
        now = self._clock()
        room = self._has_room()
        targets = self._targets(batch)
        with self._store.begin() as db:
            leases = hosts.lock(db, {f.host_id for f in batch} | _others(batch, targets))
            held = [f for f in batch if leases.get(f.host_id) == f.lease]
            # Without room in the queue the pages stay due, and the tick claims them when there is.
            due_at = now + self._lease if room else now
            claims = pages.insert(
                db,
                [f.decision.page for f in held if f.decision.page],
                now=now,
                due_at=due_at,
                expires_at=now + self._retention,
            )
            entries.save(db, [_update(f, targets) for f in held], now=now)
            hosts.wake(db, _others(held, targets))
            changes.append(db, _removals(db, held, now), now=now)
        if room and claims:
            self._send(claims)
        holds = [leases.get(fetched.host_id) == fetched.lease for fetched in batch]
        for fetched, held_still in zip(batch, holds, strict=True):
            emit(event(fetched, held=held_still))
        return holds

    def _targets(self, batch: Sequence[Fetched]) -> dict[str, int]:
        """The ids of the hosts to which entries are handed on, by key."""
        keys = {key for f in batch if (key := leads_to(f.decision))}
        if not keys:
            return {}
        # In a transaction of its own, so that no one waits for this one to learn new hosts' ids.
        with self._store.begin() as db:
            return hosts.ensure(db, keys)

    def _has_room(self) -> bool:
        try:
            return self._queue.depth("extract") < self._queue_limit
        except QueueUnavailable:
            return False

    def _send(self, claims: Sequence[PageClaim]) -> None:
        held = [(claim.id, claim.lease) for claim in claims]
        try:
            for start in range(0, len(held), self._message):
                self._queue.send("extract", held[start : start + self._message])
        except QueueUnavailable as error:
            # The claims end with their lease, and the pages are due again.
            structlog.get_logger("wiredesk").warning("queue away", stage="extract", error=str(error))


def _others(batch: Sequence[Fetched], targets: Mapping[str, int]) -> set[int]:
    """The hosts to which entries are handed on, and those to which they come back."""
    home = {f.entry.home_host_id for f in batch if f.entry.home_host_id is not None}
    return home | {targets[key] for f in batch if (key := leads_to(f.decision))}


def _update(fetched: Fetched, targets: Mapping[str, int]) -> EntryUpdate:
    key = leads_to(fetched.decision)
    update = fetched.decision.update
    return replace(update, host_id=targets[key]) if key else update


def _removals(db: Connection, held: Sequence[Fetched], now: datetime) -> list[Change]:
    gone = [f.entry.article_id for f in held if f.decision.removed and f.entry.article_id is not None]
    removed = [(article_id, articles.remove(db, article_id, now=now)) for article_id in gone]
    return [Change(article_id, ChangeKind.REMOVED, revision) for article_id, revision in removed if revision]


def event(fetched: Fetched, *, held: bool) -> PageFetched | PageRedirected:
    """The event of one fetch: the final one, or that it goes on at another host."""
    decision = fetched.decision
    if held and decision.update.hop_url is not None:
        return PageRedirected(
            outcome=decision.outcome,
            seconds=fetched.seconds,
            entry_id=fetched.entry.id,
            host_id=fetched.host_id,
            url=fetched.entry.url,
            to=decision.update.hop_url,
        )
    return PageFetched(
        outcome=decision.outcome if held else FetchOutcome.LOST,
        reason=decision.refusal.reason if decision.refusal else "",
        detail=decision.refusal.detail if decision.refusal else "",
        seconds=fetched.seconds,
        entry_id=fetched.entry.id,
        host_id=fetched.host_id,
        url=fetched.entry.url,
        status=fetched.status,
        size=decision.page.size if decision.page else 0,
    )
