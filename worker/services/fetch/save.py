"""Saving fetches: the decisions of many turns in one transaction, each under its host's lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from worker.config.groups import FetchPolicy
from worker.fetch.reply import Failure
from worker.model import ChangeKind
from worker.monitor.events import PageFetched, PageRedirected, emit
from worker.outcome import FetchOutcome, Reason, Refusal
from worker.rows.entries import Entry, EntryUpdate
from worker.rows.pages import PageClaim
from worker.services.engine.turns import Clock
from worker.services.fetch.decide import FetchDecision, decide_fetch
from worker.services.queue import Queue, QueueUnavailable
from worker.store import Connection, Store, Unstorable, articles, changes, entries, hosts, pages, pauses
from worker.store.changes import Change


@dataclass(frozen=True, slots=True)
class Fetched:
    """A decision to save, and the lease under which it was made."""

    host_id: int
    lease: int
    entry: Entry
    decision: FetchDecision
    status: int | None
    seconds: float


class Saver:
    """Saves decisions, and sends their pages to extraction at once, in messages of at most `policy.batch`."""

    def __init__(self, store: Store, queue: Queue, clock: Clock, policy: FetchPolicy) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._policy = policy

    def save(self, batch: Sequence[Fetched]) -> list[bool]:
        """Save decisions in one transaction; return for each whether its lease was held.

        If PostgreSQL refuses what one of them holds, that page is refused and the others are saved. Raises
        `StoreUnavailable`.
        """
        try:
            return self._save(batch)
        except Unstorable as error:
            if len(batch) > 1:
                return [held for fetched in batch for held in self.save([fetched])]
            (fetched,) = batch
            if fetched.decision.refusal and fetched.decision.refusal.reason is Reason.UNSTORABLE:
                raise
            return self.save([self._refused(fetched, str(error))])

    def _refused(self, fetched: Fetched, words: str) -> Fetched:
        refusal = Refusal(Reason.UNSTORABLE, words[:500])
        failure = Failure(
            refusal=refusal, retryable=False, url=fetched.entry.url or "", status=fetched.status
        )
        decision = decide_fetch(fetched.entry, failure, now=self._clock(), jitter=0.0, policy=self._policy)
        return replace(fetched, decision=decision)

    def _save(self, batch: Sequence[Fetched]) -> list[bool]:
        now, policy = self._clock(), self._policy
        has_room = self._has_room()
        targets = self._target_hosts(batch)
        with self._store.begin() as db:
            leases = hosts.lock(db, {f.host_id for f in batch} | _other_hosts(batch, targets))
            held = [f for f in batch if leases.get(f.host_id) == f.lease]
            claims = pages.insert(
                db,
                [f.decision.page for f in held if f.decision.page],
                now=now,
                # Without room in the queue the pages are due at once, and a later tick claims them.
                due_at=now + policy.claim_lease if has_room else now,
                expires_at=now + policy.page_retention,
            )
            entries.save(db, [_update(f, targets) for f in held], now=now)
            hosts.wake(db, _other_hosts(held, targets))
            changes.append(db, _removals(db, held, now), now=now)
        if has_room and claims:
            self._send(claims)
        are_held = [leases.get(fetched.host_id) == fetched.lease for fetched in batch]
        for fetched, is_held in zip(batch, are_held, strict=True):
            emit(_event(fetched, held=is_held))
        return are_held

    def _target_hosts(self, batch: Sequence[Fetched]) -> dict[str, int]:
        """Return the ids of the hosts in whose turns redirected entries continue, by key."""
        keys = {key for f in batch if (key := f.decision.next_host)}
        if not keys:
            return {}
        # In a separate transaction, so that no other one waits for this one to learn the ids of new hosts.
        with self._store.begin() as db:
            return hosts.ensure(db, keys)

    def _has_room(self) -> bool:
        with self._store.begin() as db:
            if pauses.is_paused(db, "extract"):
                return False
        try:
            return self._queue.depth("extract") < self._policy.queue_limit
        except QueueUnavailable:
            return False

    def _send(self, claims: Sequence[PageClaim]) -> None:
        message = [(claim.id, claim.lease) for claim in claims]
        try:
            for start in range(0, len(message), self._policy.batch):
                self._queue.send("extract", message[start : start + self._policy.batch])
        except QueueUnavailable as error:
            # The claims end with their lease, and the pages are due again.
            structlog.get_logger("wiredesk").warning("queue away", stage="extract", error=str(error))


def _other_hosts(batch: Sequence[Fetched], targets: Mapping[str, int]) -> set[int]:
    """Return the hosts in whose turns entries continue, and the home hosts to which they return."""
    home = {f.entry.home_host_id for f in batch if f.entry.home_host_id is not None}
    return home | {targets[key] for f in batch if (key := f.decision.next_host)}


def _update(fetched: Fetched, targets: Mapping[str, int]) -> EntryUpdate:
    update, key = fetched.decision.update, fetched.decision.next_host
    return replace(update, url=fetched.entry.url, host_id=targets[key] if key else update.host_id)


def _removals(db: Connection, held: Sequence[Fetched], now: datetime) -> list[Change]:
    gone = [f.entry.article_id for f in held if f.decision.removed and f.entry.article_id is not None]
    removed = [(article_id, articles.remove(db, article_id, now=now)) for article_id in gone]
    return [
        Change(article_id, ChangeKind.REMOVED, revision, ("state",))
        for article_id, revision in removed
        if revision
    ]


def _event(fetched: Fetched, *, held: bool) -> PageFetched | PageRedirected:
    decision, entry = fetched.decision, fetched.entry
    if held and decision.update.hop_url is not None:
        return PageRedirected(
            outcome=decision.outcome,
            seconds=fetched.seconds,
            entry_id=entry.id,
            host_id=fetched.host_id,
            url=entry.url,
            to=decision.update.hop_url,
        )
    return PageFetched(
        outcome=decision.outcome if held else FetchOutcome.LOST,
        reason=decision.refusal.reason if decision.refusal else "",
        detail=decision.refusal.detail if decision.refusal else "",
        seconds=fetched.seconds,
        entry_id=entry.id,
        host_id=fetched.host_id,
        url=entry.url,
        status=fetched.status,
        size=decision.page.size if decision.page else 0,
    )
