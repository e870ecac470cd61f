"""What the answer to a page's request means for its entry. Pure.

A waiting entry is fetched, postponed with growing waits while the failure may be temporary, or refused when
it is permanent or has been tried too often. A refusal is not final where the feed itself carried a text: a
page without a body takes the place of the fetched one, and extraction reads what the feed said.

A stored entry is fetched again as it ages, for edits, and stays stored whatever comes. Its page counts as
gone after two answers of 410 in a row, or three of 404 over six hours. After that it is requested twice more,
a day and a week later, since some publishers take an article down to correct it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from worker.config.groups import FetchPolicy
from worker.feeds.cadence.backoff import backoff
from worker.fetch.reply import Elsewhere, Failure, Reply, pack
from worker.fetch.reservations import Reserved
from worker.model import ENTRY_MOVES, EntryEvent, EntryState, LookState, move
from worker.outcome import FetchOutcome, Reason, Refusal
from worker.rows.entries import Entry, EntryUpdate
from worker.rows.pages import NewPage
from worker.services.engine.poison_rows import poison_refusal
from worker.services.engine.second_look import AGAIN
from worker.urls import host_key

GONE_AFTER = {404: 3, 410: 2}
"""Answers in a row after which a page counts as gone: a 404 may be a mistake, a 410 is meant."""

GONE_AGAIN = (timedelta(hours=1), timedelta(hours=5), timedelta(days=1), timedelta(days=6))
"""Waits after each answer in a row that a page is gone; then it is not requested any more. Guesses."""

LAST_LOOKS = 2
LAST_LOOK_AGAIN = timedelta(days=1)
"""Retries, and the wait before each, when the last look at a stored entry fails. Guesses."""

WHOLE_LOOK_EVERY = 3
"""With five looks the second and the last are without conditions. A guess between delay and traffic."""

LONGEST_WAIT = timedelta(days=1)
"""A longer Retry-After is not believed. A guess."""


@dataclass(frozen=True, slots=True)
class FetchDecision:
    """What becomes of an entry.

    `page` is to be stored and extracted; `removed` means that the article is gone from its site.
    """

    outcome: FetchOutcome
    update: EntryUpdate
    page: NewPage | None = None
    refusal: Refusal | None = None
    removed: bool = False

    @property
    def next_host(self) -> str | None:
        """The key of the host in whose turn a redirected entry continues."""
        return host_key(self.update.hop_url) if self.update.hop_url else None


def turn_order(due: Sequence[Entry], *, host_errors: int) -> list[Entry]:
    """Return the entries in the order of a turn; `due` has the fewest errors first, then the newest.

    After turns that ended in trouble (`host_errors` in a row) the first tries are taken from both ends, with
    the oldest first in every second turn: pages that hang are often neighbours, and would hide the others.
    """
    untried = sum(1 for entry in due if entry.errors == 0)
    if not host_errors or untried < 3:
        return list(due)
    first_tries, retries = list(due[:untried]), due[untried:]
    take_oldest = host_errors % 2 == 1
    order = []
    while first_tries:
        order.append(first_tries.pop(-1 if take_oldest else 0))
        take_oldest = not take_oldest
    return [*order, *retries]


def known_failure(entry: Entry, *, full_text: bool, attempts: int) -> Failure | None:
    """Return why no request is made for an entry: workers died on it, or only its feed's text is wanted."""
    refusal = poison_refusal(entry.attempts, allowed=attempts, how="while they fetched it")
    if refusal is None and not full_text:
        refusal = Refusal(Reason.FEED_ONLY, Reason.FEED_ONLY.words)
    return Failure(refusal=refusal, retryable=False, url=entry.url) if refusal else None


def wants_whole(entry: Entry, *, looks: int) -> bool:
    """Whether a page is requested without conditions, at one of `looks`: the last, and every third before it.

    Some hosts answer 304 whatever has changed. An edit that they hide is found two looks later at most.
    """
    left = looks - 1 - entry.looks
    return left <= 0 or left % WHOLE_LOOK_EVERY == 0


def decide_fetch(
    entry: Entry,
    answer: Reply | Failure | Elsewhere,
    *,
    now: datetime,
    jitter: float,
    policy: FetchPolicy,
    reserved: Reserved | None = None,
) -> FetchDecision:
    """Decide what `answer` means for `entry`; `reserved` is what the host's files reserve for the page."""
    if isinstance(answer, Elsewhere):
        if entry.hops < policy.turn.limits.redirects:
            return _redirected(entry, answer, now)
        answer = too_many_redirects(answer, policy.turn.limits.redirects)
    if entry.state is EntryState.STORED:
        decision = _second_look(entry, answer, now, policy)
    else:
        decision = _first_look(entry, answer, now, jitter, policy)
    if decision.page is None or not reserved:
        return decision
    return replace(decision, page=replace(decision.page, reserved=dict(reserved)))


def _redirected(entry: Entry, answer: Elsewhere, now: datetime) -> FetchDecision:
    """Continue in the other host's turn, under its robots.txt."""
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
    return FetchDecision(FetchOutcome.REDIRECTED, update)


def too_many_redirects(answer: Elsewhere, limit: int) -> Failure:
    """Return the failure of a page that was redirected from host to host more than `limit` times."""
    refusal = Refusal(Reason.TOO_MANY_REDIRECTS, f"more than {limit} from host to host")
    return Failure(refusal=refusal, retryable=False, url=answer.url, status=answer.status)


def _first_look(
    entry: Entry, answer: Reply | Failure, now: datetime, jitter: float, policy: FetchPolicy
) -> FetchDecision:
    if isinstance(answer, Reply) and not answer.unchanged:
        return _fetched(entry, answer)
    failure = answer if isinstance(answer, Failure) else _unexpected(answer)
    if failure.retryable and entry.errors + 1 < policy.tries:
        return _postponed(entry, failure, now, jitter, policy)
    return _refused(entry, failure)


def _unexpected(reply: Reply) -> Failure:
    refusal = Refusal(Reason.NOT_MODIFIED, "the host answers 304 for a page that was never read")
    return Failure(refusal=refusal, retryable=True, url=reply.url, status=reply.status)


def _fetched(entry: Entry, reply: Reply) -> FetchDecision:
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.FETCHED),
        due_at=None,
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        body_hash=_hash(reply),
    )
    return FetchDecision(FetchOutcome.FETCHED, update, page=_page(entry, reply))


def _postponed(
    entry: Entry, failure: Failure, now: datetime, jitter: float, policy: FetchPolicy
) -> FetchDecision:
    wait = backoff(entry.errors + 1, base=policy.error_base, cap=policy.error_cap, jitter=jitter)
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.POSTPONED),
        due_at=now + min(max(wait, failure.retry_after or timedelta(0)), LONGEST_WAIT),
        errors=entry.errors + 1,
        reason=failure.refusal.reason,
        detail=failure.refusal.detail,
    )
    return FetchDecision(FetchOutcome.POSTPONED, update, refusal=failure.refusal)


def _refused(entry: Entry, failure: Failure) -> FetchDecision:
    refusal = failure.refusal
    feed_has_text = _feed_has_text(entry, refusal)
    update = EntryUpdate(
        id=entry.id,
        state=move(ENTRY_MOVES, entry.state, EntryEvent.FETCHED if feed_has_text else EntryEvent.GIVEN_UP),
        due_at=None,
        errors=entry.errors,
        reason=refusal.reason,
        detail=refusal.detail,
    )
    if not feed_has_text:
        return FetchDecision(FetchOutcome.REFUSED, update, refusal=refusal)
    page = NewPage.bodiless(entry.id, entry.url, refusal)
    return FetchDecision(FetchOutcome.FALLBACK, update, page=page, refusal=refusal)


def _feed_has_text(entry: Entry, refusal: Refusal) -> bool:
    return entry.has_text if refusal.reason is Reason.FEED_ONLY else entry.has_content


def _second_look(entry: Entry, answer: Reply | Failure, now: datetime, policy: FetchPolicy) -> FetchDecision:
    if entry.text_from_feed and isinstance(answer, Failure):
        never_fetched = entry.body_hash is None
        if never_fetched or answer.refusal.reason is Reason.FEED_ONLY:
            return _read_feed_again(entry, answer.refusal)
    looks = entry.looks
    is_check = entry.look is not LookState.GOOD and entry.look_times <= len(AGAIN)
    if isinstance(answer, Reply) and is_check and looks:
        # A look that only checks one that was not good does not count as one of the planned ones.
        looks -= 1
    due_at = next_look(looks, now=now, ages=policy.look_again)
    if isinstance(answer, Reply):
        return _seen_again(entry, answer, due_at, looks=looks + 1)
    if answer.status in GONE_AFTER:
        return _gone(entry, answer.refusal, answer.status, now)
    if due_at is None and answer.retryable and entry.looks + 1 < len(policy.look_again) + LAST_LOOKS:
        due_at = now + LAST_LOOK_AGAIN
    update = _looked_at(entry, due_at, looks=entry.looks + 1, refusal=answer.refusal)
    return FetchDecision(FetchOutcome.LOOKED_AT, update, refusal=answer.refusal)


def _read_feed_again(entry: Entry, refusal: Refusal) -> FetchDecision:
    """Read the text of the feed again, of which the article was made: the feed may have edited it.

    There was no page when it was stored, so that there is still none does not remove the article.
    """
    update = _looked_at(entry, None, looks=entry.looks + 1, refusal=refusal)
    page = NewPage.bodiless(entry.id, entry.url, refusal) if _feed_has_text(entry, refusal) else None
    return FetchDecision(FetchOutcome.LOOKED_AT, update, page=page, refusal=refusal)


def _seen_again(entry: Entry, reply: Reply, due_at: datetime | None, *, looks: int) -> FetchDecision:
    body_hash = None if reply.unchanged else _hash(reply)
    update = replace(
        _looked_at(entry, due_at, looks=looks),
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        body_hash=body_hash,
    )
    # A page that was gone is extracted again even if it is unchanged: its article may have been removed. So
    # is one that was not good, since whether its text stays decides, and one that shows too little: the text
    # comes from the feed, which may have edited it.
    is_settled = not entry.errors and not entry.text_from_feed and entry.look is LookState.GOOD
    if body_hash is None or (body_hash == entry.body_hash and is_settled):
        return FetchDecision(FetchOutcome.UNCHANGED, update)
    return FetchDecision(FetchOutcome.LOOKED_AT, update, page=_page(entry, reply))


def _gone(entry: Entry, refusal: Refusal, status: int, now: datetime) -> FetchDecision:
    times = entry.errors + 1
    due_at = now + GONE_AGAIN[entry.errors] if entry.errors < len(GONE_AGAIN) else None
    removed = times >= GONE_AFTER[status]
    update = _looked_at(entry, due_at, looks=entry.looks, errors=times, refusal=refusal)
    outcome = FetchOutcome.REMOVED if removed else FetchOutcome.LOOKED_AT
    return FetchDecision(outcome, update, refusal=refusal, removed=removed)


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
    """Return when a stored entry is fetched again after `looks` earlier looks and this one; None: never.

    `ages` count from the day it was stored, so the waits are the differences between them.
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


def _hash(reply: Reply) -> UUID:
    return UUID(bytes=blake2b(reply.body, digest_size=16).digest())
