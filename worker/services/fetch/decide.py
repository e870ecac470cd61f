"""What a fetched page, the way to another host, or the lack of both, means for its entry. Pure.

An entry that waits for its first page: fetched; postponed with a growing wait while the trouble may pass;
refused when it will not, or after so many tries. Where the feed itself carried a text, a refusal is not the
end: a page without body takes its place, and extraction reads what the feed said.

An entry that is stored is looked at again as it ages, for edits. It stays stored whatever comes. That it is
gone is believed when it was seen steadily: 410 twice in a row, 404 three times over six hours. What is gone
is looked for twice more, a day and a week later: some take an article down to mend it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from worker.config.groups import FetchPolicy
from worker.feeds.cadence.backoff import backoff
from worker.fetch.reply import Elsewhere, Failure, Reply, pack
from worker.fetch.reservations import Reserved
from worker.model import ENTRY_MOVES, EntryEvent, EntryState, move
from worker.outcome import FetchOutcome, Reason, Refusal
from worker.rows.entries import Entry, EntryUpdate
from worker.rows.pages import NewPage
from worker.services.engine.poison_rows import poison_refusal
from worker.urls import host_key

GONE_AFTER = {404: 3, 410: 2}
GONE_AGAIN = (timedelta(hours=1), timedelta(hours=5), timedelta(days=1), timedelta(days=6))
"""The waits after each time in a row that a page was gone; after that it is not looked for any more."""

LAST_LOOKS = 2
LAST_LOOK_AGAIN = timedelta(days=1)
"""When trouble spoils the last look of all, there are so many more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an entry: fetched, unchanged, looked-at, postponed, refused, fallback, removed, or
    redirected: handed to another host's turn.

    `page` is to be kept and extracted; `removed` says that its article is gone from its site.
    """

    outcome: FetchOutcome
    update: EntryUpdate
    page: NewPage | None = None
    refusal: Refusal | None = None
    removed: bool = False


def poison_failure(entry: Entry, *, attempts: int) -> Failure | None:
    """The failure of an entry on which workers die; it is not tried again."""
    dead = poison_refusal(entry.attempts, allowed=attempts, how="while they fetched it")
    return Failure(refusal=dead, retryable=False, url=entry.url) if dead else None


def decide(
    entry: Entry,
    answer: Reply | Failure | Elsewhere,
    *,
    now: datetime,
    jitter: float,
    policy: FetchPolicy,
    reserved: Reserved | None = None,
) -> Decision:
    """What `answer` means for `entry`; `reserved` is what the host's files say of the page."""
    if isinstance(answer, Elsewhere):
        if (redirected := _redirected(entry, answer, now, policy)) is not None:
            return redirected
        answer = endless(answer, policy.turn.limits.redirects)
    decision = _decide(entry, answer, now, jitter, policy)
    if decision.page is None or not reserved:
        return decision
    return replace(decision, page=replace(decision.page, reserved=dict(reserved)))


def leads_to(decision: Decision) -> str | None:
    """The key of the host to which an entry is handed on."""
    return host_key(decision.update.hop_url) if decision.update.hop_url else None


def _redirected(entry: Entry, answer: Elsewhere, now: datetime, policy: FetchPolicy) -> Decision | None:
    """Ask at the other host, in its turn and by its robots.txt; None when it has gone on for too long."""
    if entry.hops >= policy.turn.limits.redirects:
        return None
    stored = entry.state is EntryState.STORED
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.LOOKED_AT if stored else EntryEvent.POSTPONED),
        due_at=now,
        errors=entry.errors,
        looks=entry.looks,
        hop_url=answer.url,
        hops=entry.hops + 1,
    )
    return Decision(FetchOutcome.REDIRECTED, update)


def endless(answer: Elsewhere, most: int) -> Failure:
    """The failure of a page that was redirected from host to host more than `most` times."""
    refusal = Refusal(Reason.TOO_MANY_REDIRECTS, f"more than {most} from host to host")
    return Failure(refusal=refusal, retryable=False, url=answer.url, status=answer.status)


def feed_only(entry: Entry) -> Failure:
    """The failure of an entry whose host's pages the operator does not want fetched."""
    return Failure(refusal=Refusal(Reason.FEED_ONLY, Reason.FEED_ONLY.words), retryable=False, url=entry.url)


def _decide(
    entry: Entry, answer: Reply | Failure, now: datetime, jitter: float, policy: FetchPolicy
) -> Decision:
    if entry.state is EntryState.STORED:
        return _second_look(entry, answer, now, policy)
    if isinstance(answer, Reply) and not answer.unchanged:
        return _fetched(entry, answer)
    failure = answer if isinstance(answer, Failure) else _bodiless(answer)
    if failure.retryable and entry.errors + 1 < policy.tries:
        return _postponed(entry, failure, now, jitter, policy)
    return _refused(entry, failure)


def _fetched(entry: Entry, reply: Reply) -> Decision:
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.FETCHED),
        due_at=None,
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        body_hash=_hash(reply),
    )
    return Decision(FetchOutcome.FETCHED, update, page=_page(entry, reply))


def _postponed(entry: Entry, failure: Failure, now: datetime, jitter: float, policy: FetchPolicy) -> Decision:
    wait = backoff(entry.errors + 1, base=policy.error_base, cap=policy.error_cap, jitter=jitter)
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.POSTPONED),
        due_at=now + min(max(wait, failure.retry_after or timedelta(0)), timedelta(days=1)),
        errors=entry.errors + 1,
        reason=failure.refusal.reason,
        detail=failure.refusal.detail,
    )
    return Decision(FetchOutcome.POSTPONED, update, refusal=failure.refusal)


def _refused(entry: Entry, failure: Failure) -> Decision:
    refusal = failure.refusal
    carried = entry.has_text if refusal.reason is Reason.FEED_ONLY else entry.has_content
    event = EntryEvent.FETCHED if carried else EntryEvent.GIVEN_UP
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, event),
        due_at=None,
        errors=entry.errors,
        reason=refusal.reason,
        detail=refusal.detail,
    )
    if not carried:
        return Decision(FetchOutcome.REFUSED, update, refusal=refusal)
    page = NewPage(
        entry_id=entry.id,
        url=entry.url,
        status=None,
        content_type=None,
        headers={},
        body=b"",
        encoding="",
        size=0,
        reason=refusal.reason,
        detail=refusal.detail,
    )
    return Decision(FetchOutcome.FALLBACK, update, page=page, refusal=refusal)


def _second_look(entry: Entry, answer: Reply | Failure, now: datetime, policy: FetchPolicy) -> Decision:
    if isinstance(answer, Reply):
        return _seen_again(entry, answer, now, policy)
    if answer.status in GONE_AFTER:
        return _gone(entry, answer, answer.status, now)
    due_at = next_look(entry.looks, now=now, ages=policy.look_again)
    if due_at is None and answer.retryable and entry.looks + 1 < len(policy.look_again) + LAST_LOOKS:
        due_at = now + LAST_LOOK_AGAIN
    update = _looked_at(entry, due_at, looks=entry.looks + 1, refusal=answer.refusal)
    return Decision(FetchOutcome.LOOKED_AT, update, refusal=answer.refusal)


def _seen_again(entry: Entry, reply: Reply, now: datetime, policy: FetchPolicy) -> Decision:
    changed = None if reply.unchanged else _hash(reply)
    update = replace(
        _looked_at(entry, next_look(entry.looks, now=now, ages=policy.look_again), looks=entry.looks + 1),
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        body_hash=changed,
    )
    # After it was gone it is read again even if it is as it was: its article may have been removed.
    if changed is None or (changed == entry.body_hash and not entry.errors):
        return Decision(FetchOutcome.UNCHANGED, update)
    return Decision(FetchOutcome.LOOKED_AT, update, page=_page(entry, reply))


def _gone(entry: Entry, failure: Failure, status: int, now: datetime) -> Decision:
    times = entry.errors + 1
    wait = GONE_AGAIN[entry.errors] if entry.errors < len(GONE_AGAIN) else None
    removed = times >= GONE_AFTER[status]
    due_at = None if wait is None else now + wait
    update = _looked_at(entry, due_at, looks=entry.looks, errors=times, refusal=failure.refusal)
    return Decision(
        FetchOutcome.REMOVED if removed else FetchOutcome.LOOKED_AT,
        update,
        refusal=failure.refusal,
        removed=removed,
    )


def _looked_at(
    entry: Entry, due_at: datetime | None, *, looks: int, errors: int = 0, refusal: Refusal | None = None
) -> EntryUpdate:
    return EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.LOOKED_AT),
        due_at=due_at,
        looks=looks,
        errors=errors,
        reason=refusal.reason if refusal else None,
        detail=refusal.detail if refusal else None,
    )


def next_look(looks: int, *, now: datetime, ages: tuple[timedelta, ...]) -> datetime | None:
    """When a stored entry that was looked at `looks` times before this one is looked at again; None: no more.

    `ages` are counted from the day it was stored, so the waits are the differences between them.
    """
    if looks + 1 >= len(ages):
        return None
    return now + (ages[looks + 1] - ages[looks])


def _page(entry: Entry, reply: Reply) -> NewPage:
    body, encoding = pack(reply)
    return NewPage(
        entry_id=entry.id,
        url=reply.url,
        status=reply.status,
        content_type=reply.headers.get("content-type"),
        headers=dict(reply.headers),
        body=body,
        encoding=encoding,
        size=reply.size,
    )


def _bodiless(reply: Reply) -> Failure:
    words = f"the host answers {reply.status} to a request without conditions"
    return Failure(
        refusal=Refusal(Reason.HTTP_UNEXPECTED, words), retryable=True, url=reply.url, status=reply.status
    )


def _hash(reply: Reply) -> UUID:
    return UUID(bytes=blake2b(reply.body, digest_size=16).digest())
