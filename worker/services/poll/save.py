"""Loading what the store knows of polls, and saving what was decided, under the leases of their hosts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from worker.config.groups import PollPolicy
from worker.feeds.entry_filters import EntryFacts, EntryFilters, blocking
from worker.fetch.reply import Failure, Reply, pack, pack_plain
from worker.outcome import PollOutcome, Reason
from worker.rows.entries import Item
from worker.rows.feeds import Feed, FeedUpdate
from worker.rows.hosts import Host
from worker.rows.polls import LastDocument, PollAnswer
from worker.services.engine.fan_out import place_on_hosts
from worker.services.engine.storable_items import storable_items
from worker.services.poll.decide import (
    STEADY,
    LoadedPoll,
    NewAddress,
    PollDecision,
    decide_poll,
    permanent_redirect,
)
from worker.services.poll.match import host_keys, items_of_entries, keys_of, names_of
from worker.services.poll.read import Document, offered_by
from worker.services.walk import decide as walk_plan
from worker.services.walk.save import begin_gap_walk
from worker.store import Connection, Store, Unstorable, entries, feeds, gaps, hosts, poll_history, sightings
from worker.urls import canonical_or_none, host_key

LONGEST_TYPE = 200
"""Characters of a content type that are kept; longer ones are mistakes."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll to save: `document` is None when the answer is a failure, and when the feed has not changed.

    `unread` is an answer that holds no feed; `answer` is then a failure.
    """

    host: Host
    feed: Feed
    answer: Reply | Failure
    document: Document | None
    now: datetime
    jitter: float
    started: float
    unread: Reply | None = None


@dataclass(frozen=True, slots=True)
class SavedPoll:
    """What became of a poll or a push; LOST: the lease of its host, or the feed, is no longer ours.

    `next_in` is in seconds, None: never. `later` of the new entries wait, since they lead to too many hosts
    that were never asked. `pushes_missed`: the poll found what a hub should have pushed. `created` are the
    ids of the new entries.
    """

    outcome: PollOutcome
    items: int = 0
    new: int = 0
    later: int = 0
    edited: int = 0
    repeated: int = 0
    overlap: int = 0
    gap_id: int | None = None
    next_in: float | None = None
    pushes_missed: bool = False
    created: Sequence[int] = ()


def settle(store: Store, polls: Sequence[Polled], *, policy: PollPolicy) -> list[SavedPoll]:
    """Decide polls and save them in one transaction, those whose host's lease is still held.

    Items that PostgreSQL refuses become refused entries without their content. Raises `StoreUnavailable`.
    """
    placed = [
        place_items(store, poll.feed, poll.document, filters=policy.filters, moving_to=_moving_to(poll))
        for poll in polls
    ]
    try:
        return _settle(store, polls, placed, policy=policy)
    except Unstorable:
        if len(polls) > 1:
            return [one for poll in polls for one in settle(store, [poll], policy=policy)]
        (poll,), (known,) = polls, placed
        items = storable_items(store, poll.feed.id, known.items, now=poll.now)
        if items == known.items:
            raise
        return _settle(store, polls, [replace(known, items=items)], policy=policy)


def _settle(
    store: Store, polls: Sequence[Polled], placed: Sequence[LoadedPoll], *, policy: PollPolicy
) -> list[SavedPoll]:
    saved: dict[int, SavedPoll] = {}
    with store.begin() as db:
        targets = [item.host_id for one in placed for item in one.items if item.host_id is not None]
        leases = hosts.lock(db, [*(poll.host.id for poll in polls), *targets])
        active = feeds.lock(db, [poll.feed.id for poll in polls])
        updates: dict[int, FeedUpdate] = {}
        for at, (poll, known) in enumerate(zip(polls, placed, strict=True)):
            if leases.get(poll.host.id) != poll.host.lease or poll.feed.id not in active:
                continue
            loaded = load_known(
                db, known, feed=poll.feed, is_document=poll.document is not None, saved=updates.values()
            )
            decision = decide_poll(
                loaded, poll.answer, poll.document, now=poll.now, jitter=poll.jitter, policy=policy
            )
            saved[at], updates[poll.feed.id] = save_decision(db, poll.feed, decision, now=poll.now)
        done = [(polls[at], one) for at, one in saved.items()]
        poll_history.record(db, [answer_of(poll, one) for poll, one in done])
        for poll, _ in done:
            if policy.document_bytes and (document := document_of(poll, most=policy.document_bytes)):
                poll_history.keep_document(db, document)
        feeds.save(db, updates, now=max(poll.now for poll in polls))
        for poll, _ in done:
            if poll.unread is not None and (url := offered_by(poll.unread)):
                feeds.offer(db, poll.feed.id, url)
        hosts.wake(db, [update.host_id for update in updates.values() if update.host_id is not None])
    for at, one in saved.items():
        if one.gap_id is not None:
            _look_for_missed(store, polls[at], one.gap_id, pages=policy.gap_pages)
    return [saved.get(at, SavedPoll(PollOutcome.LOST)) for at in range(len(polls))]


def answer_of(poll: Polled, saved: SavedPoll) -> PollAnswer:
    """Return what the poll was answered."""
    seen = poll.unread or poll.answer
    failure = poll.answer if isinstance(poll.answer, Failure) else None
    return PollAnswer(
        feed_id=poll.feed.id,
        at=poll.now,
        outcome=saved.outcome,
        seconds=seen.elapsed,
        status=seen.status,
        reason=failure.refusal.reason if failure else None,
        size=seen.size if isinstance(seen, Reply) else 0,
        items=saved.items,
        new=saved.new,
    )


def document_of(poll: Polled, *, most: int) -> LastDocument | None:
    """Return the document to keep, at most `most` bytes of it; None if the poll brought no document."""
    reply = poll.unread or (poll.answer if isinstance(poll.answer, Reply) and poll.document else None)
    if reply is None or reply.unchanged:
        return None
    body, encoding = pack(reply)
    is_cut = len(body) > most
    if is_cut:
        body, encoding = pack_plain(reply.content()[:most])
    return LastDocument(
        feed_id=poll.feed.id,
        seen_at=poll.now,
        url=reply.url,
        content_type=(reply.headers.get("content-type") or "")[:LONGEST_TYPE] or None,
        encoding=encoding,
        size=reply.size,
        is_cut=is_cut,
        body=body,
    )


def place_items(
    store: Store,
    feed: Feed,
    document: Document | None,
    *,
    filters: EntryFilters = (),
    moving_to: str | None = None,
) -> LoadedPoll:
    """Return the items of a document, and the address to which its feed moves, with the ids of their hosts.

    In a separate transaction, so that no poll waits for another to learn the ids of new hosts.
    """
    items = items_of(feed, document)
    if not items and not moving_to:
        return LoadedPoll(feed)
    with store.begin() as db:
        keys = host_keys(items) | ({host_key(moving_to)} if moving_to else set())
        places = hosts.ensure_with_lanes(db, keys)
    placed = tuple(
        _filtered(item, feed, filters) for item in place_on_hosts(items, places, home=feed.host_id)
    )
    address = NewAddress(moving_to, places[host_key(moving_to)][0], taken=False) if moving_to else None
    return LoadedPoll(feed, placed, new_address=address)


def _filtered(item: Item, feed: Feed, filters: EntryFilters) -> Item:
    """Refuse an item, in case that it is new, which a filter of the operator keeps out."""
    found = blocking(filters, EntryFacts(item.url, item.title, feed.labels)) if filters else None
    return replace(item, reason=Reason.BLOCKED, detail=found.name) if found else item


def _moving_to(poll: Polled) -> str | None:
    """The address of a permanent redirect that was seen steadily enough to be believed."""
    if isinstance(poll.answer, Failure):
        return None
    to, seen = permanent_redirect(poll.feed, poll.answer)
    return to if to and seen >= STEADY and canonical_or_none(to) else None


def items_of(feed: Feed, document: Document | None) -> list[Item]:
    """Return the items of a document that were not known; their hosts have no ids yet."""
    if document is None:
        return []
    return items_of_entries(document.entries, document.new_hashes, feed_id=feed.id, positions=document.new_at)


def load_known(
    db: Connection, placed: LoadedPoll, *, feed: Feed, is_document: bool, saved: Collection[FeedUpdate] = ()
) -> LoadedPoll:
    """Add what the store knows of the items, and whether another feed has the new address.

    `feed` is the current row; `saved` are the updates of feeds that the same transaction has made, whose
    addresses count as taken.
    """
    address = placed.new_address
    if address is not None:
        taken = any(update.url == address.url for update in saved) or feeds.url_taken(
            db, address.url, by_other_than=feed.id
        )
        address = replace(address, taken=taken)
    if not is_document:
        return replace(placed, feed=feed, new_address=address)
    known = entries.known(
        db,
        feed.id,
        keys=keys_of(placed.items),
        guid_keys=names_of(placed.items),
    )
    return replace(placed, feed=feed, new_address=address, known=tuple(known))


def save_decision(
    db: Connection, feed: Feed, decision: PollDecision, *, now: datetime
) -> tuple[SavedPoll, FeedUpdate]:
    """Save the entries and the gap of one decision; what became of it, and the update to save with its feed.

    Another feed may have brought an entry since it was loaded: the counts are corrected by who won.
    """
    gap_id = None
    if gap := decision.gap:
        # Before the sightings change: they still show the top of the previous document.
        before = gaps.newest_title(db, feed.id)
        gap_id = gaps.record(db, feed.id, noticed_at=now, since=gap.since, before=before, after=gap.after)
    created = save_entries(db, feed.id, decision, now=now)
    update, outcome = decision.feed_update, decision.outcome
    if decision.matches.new:
        update = replace(update, new=len(created))
        outcome = PollOutcome.NEW if created else PollOutcome.NOTHING_NEW
    due_at = decision.next_poll.due_at
    return SavedPoll(
        outcome=outcome,
        items=update.items or 0,
        new=len(created),
        later=decision.later,
        edited=decision.matches.edits,
        repeated=decision.matches.repeated,
        overlap=update.overlap or 0,
        gap_id=gap_id,
        next_in=(due_at - now).total_seconds() if due_at else None,
        pushes_missed=update.pushes_missed,
        created=created,
    ), update


def save_entries(db: Connection, feed_id: int, decision: PollDecision, *, now: datetime) -> list[int]:
    """Save new entries, edits and sightings; return the entries that this feed was the first to bring."""
    matches = decision.matches
    ids = entries.insert(db, feed_id, matches.new, now=now)
    created, lost = list(ids.values()), [item for item in matches.new if item.key not in ids]
    if lost:
        # Another feed brought them since they were loaded: in this one they are only seen.
        since = entries.known(db, feed_id, keys=[item.key for item in lost], guid_keys=[])
        ids |= {entry.key: entry.id for entry in since}
    entries.edit(db, matches.edited, now=now)
    entries.renew(db, matches.renewed)
    entries.readdress(db, [(m.entry_id, m.item, m.first, m.look) for m in matches.moved], now=now)
    new = [(ids[item.key], item) for item in matches.new if item.key in ids]
    sightings.see(db, feed_id, [*new, *matches.known], now=now)
    sightings.see_again(db, feed_id, decision.seen_again, now=now)
    changed = [*matches.new, *(item for _, item in matches.edited), *(move.item for move in matches.moved)]
    hosts.wake(db, {item.host_id for item in changed if item.host_id is not None})
    return created


def _look_for_missed(store: Store, poll: Polled, gap_id: int, *, pages: int) -> None:
    """Begin to look for what a gap hides.

    In a separate transaction: the walk may lead to another host, and hosts are locked before feeds.
    """
    document, reply, since = poll.document, poll.answer, poll.feed.last_polled_at
    if not pages or document is None or document.parsed is None or since is None:
        return
    assert isinstance(reply, Reply)
    places = walk_plan.archive_places(document.parsed, url=reply.url)
    with store.begin() as db:
        begin_gap_walk(db, poll.feed.id, gap_id, places, since=since, now=poll.now, pages=pages)
