"""Saving polls: entries, sightings, gaps and the feeds' next polls, under the leases of their hosts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from worker.config.groups import PollPolicy
from worker.fetch.reply import Failure, Reply
from worker.model import FeedState
from worker.rows.entries import Item
from worker.rows.feeds import Feed, FeedUpdate
from worker.rows.hosts import Host
from worker.services.poll import decide as poll_plan
from worker.services.poll import gap as poll_gap
from worker.services.poll import match as poll_items
from worker.services.poll.decide import Document
from worker.services.poll.match import Matches
from worker.services.websub import decide as websub_plan
from worker.store import Connection, Store, entries, feeds, hosts
from worker.urls import BadUrl, canonical, host_key


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a poll: new, nothing-new, unchanged, failed, retired, or lost (the lease, the feed).

    `pushes_missed`: it found what a hub should have brought.
    """

    outcome: str
    items: int = 0
    new: int = 0
    edited: int = 0
    overlap: int = 0
    gap_id: int | None = None
    next_in: float | None = None
    pushes_missed: bool = False


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll to save: `document` None when the answer is a failure, or the feed unchanged."""

    host: Host
    feed: Feed
    answer: Reply | Failure
    document: Document | None
    now: datetime
    jitter: float
    started: float


def save(store: Store, polls: Sequence[Polled], *, limits: PollPolicy) -> list[Saved]:
    """Save polls in one transaction, those whose host's lease is still held. Raises `StoreUnavailable`."""
    found = placed(store, [items_of(poll.feed, poll.document) for poll in polls])
    with store.begin() as db:
        targets = [item.host_id for items in found for item in items if item.host_id is not None]
        leases = hosts.lock(db, [*(poll.host.id for poll in polls), *targets])
        active = feeds.lock(db, [poll.feed.id for poll in polls])
        saved: list[Saved] = []
        updates: dict[int, FeedUpdate] = {}
        for poll, items in zip(polls, found, strict=True):
            if leases.get(poll.host.id) != poll.host.lease or poll.feed.id not in active:
                saved.append(Saved("lost"))
                continue
            update, one = _decide(db, poll, items, limits)
            update = _put_off(poll, update, one, limits)
            update = _spread(poll, update)
            update = _move(db, poll.feed, update, beside=updates.values())
            next_in = (update.due_at - poll.now).total_seconds() if update.due_at else None
            saved.append(replace(one, next_in=next_in))
            updates[poll.feed.id] = update
        feeds.save(db, updates, now=max(poll.now for poll in polls))
        hosts.wake(db, [update.host_id for update in updates.values() if update.host_id is not None])
    for poll, one in zip(polls, saved, strict=True):
        if one.gap_id is not None and poll.document and isinstance(poll.answer, Reply):
            poll_gap.look(
                store,
                poll.feed,
                one.gap_id,
                poll.document,
                poll.answer,
                pages=limits.gap_pages,
                now=poll.now,
            )
    return saved


def _decide(
    db: Connection, poll: Polled, items: Sequence[Item], limits: PollPolicy
) -> tuple[FeedUpdate, Saved]:
    feed, answer, now = poll.feed, poll.answer, poll.now
    if isinstance(answer, Failure):
        update = poll_plan.after_failure(feed, answer, now=now, jitter=poll.jitter, limits=limits)
        saved = Saved("retired" if update.state is FeedState.RETIRED else "failed")
    elif poll.document is None:
        update = poll_plan.after_unchanged(feed, answer, now=now, limits=limits)
        saved = Saved("unchanged")
    else:
        update, saved = save_document(db, feed, answer, poll.document, items, now, limits)
    return update, saved


def _put_off(poll: Polled, update: FeedUpdate, saved: Saved, limits: PollPolicy) -> FeedUpdate:
    """A feed whose pushes come is polled less often; one whose pushes do not, as any other."""
    if update.due_at is None or not update.ok:
        return update
    until = None if saved.pushes_missed else poll.feed.pushed_until
    polls = limits.websub.polls if limits.websub else None
    due_at = websub_plan.next_poll(update.due_at, until, since=poll.now, polls=polls)
    return replace(update, due_at=due_at, pushes_missed=saved.pushes_missed)


def _spread(poll: Polled, update: FeedUpdate) -> FeedUpdate:
    """The update with its next poll at no round instant; the wait after a failure is spread already."""
    if update.due_at is None or not update.ok:
        return update
    return replace(update, due_at=poll_plan.spread(update.due_at, now=poll.now, jitter=poll.jitter))


def placed(store: Store, found: Sequence[Sequence[Item]]) -> list[list[Item]]:
    """The items of documents with the ids of their pages' hosts."""
    if not any(found):
        return [list(items) for items in found]
    with store.begin() as db:
        # In a transaction of its own, so that no one waits for the other to learn new hosts' ids.
        ids = hosts.ensure(db, {key for items in found for key in poll_items.host_keys(items)})
    return [
        [replace(item, host_id=ids[host_key(item.url)]) if item.url else item for item in items]
        for items in found
    ]


def items_of(feed: Feed, document: Document | None) -> list[Item]:
    """The items of a document that were not known."""
    if document is None:
        return []
    return poll_items.items(document.entries, document.new_hashes, feed_id=feed.id, positions=document.new_at)


def save_document(
    db: Connection,
    feed: Feed,
    reply: Reply,
    document: Document,
    found: Sequence[Item],
    now: datetime,
    limits: PollPolicy,
    *,
    whole: bool = True,
) -> tuple[FeedUpdate, Saved]:
    """Save the items of a document, and what it means for its feed; not `whole`: it may be a part of it."""
    known = entries.known(
        db,
        feed.id,
        keys=[item.key for item in found],
        guid_keys=[item.guid_key for item in found if item.guid_key],
    )
    matches = poll_items.match(found, known, feed_id=feed.id)
    if "listing" in feed.settings:
        # A front words its links as it likes, from hour to hour: that is no edit of the article.
        matches = replace(matches, edited=())
    shown = poll_gap.seen(document, matches, frozenset(entry.id for entry in known if entry.here))
    gap_id = poll_gap.notice(db, feed, found, shown, now=now) if whole else None
    created = _save_items(db, feed, matches, now)
    entries.see_again(db, feed.id, document.known, now=now)
    published = [item.published or item.updated for item in created]
    update = poll_plan.after_document(
        feed,
        reply,
        document,
        new=len(created),
        overlap=len(shown.known),
        seen=poll_plan.seen_at(published, since=feed.last_polled_at, now=now),
        now=now,
        limits=limits,
        missed=now - feed.last_polled_at if gap_id and feed.last_polled_at else None,
    )
    timed, waited = poll_plan.waits(published, since=feed.last_polled_at, now=now)
    update = replace(update, timed=timed, waited=waited)
    return update, Saved(
        outcome="new" if created else "nothing-new",
        items=update.items or 0,
        new=len(created),
        edited=len(matches.edited),
        overlap=len(shown.known),
        gap_id=gap_id,
        pushes_missed=websub_plan.pushes_missed(feed.pushed_until, published, now=now),
    )


def _save_items(db: Connection, feed: Feed, matches: Matches, now: datetime) -> list[Item]:
    """New entries, edits and sightings; the items that became new entries."""
    ids = entries.insert(db, feed.id, matches.new, now=now)
    missed = [item for item in matches.new if item.key not in ids]
    if missed:
        # Another feed brought them in this very moment: here they are only seen.
        since = entries.known(db, feed.id, keys=[item.key for item in missed], guid_keys=[])
        others = {entry.key: entry.id for entry in since}
        missed = [item for item in missed if item.key in others]
    else:
        others = {}
    entries.edit(db, matches.edited, now=now)
    new = [(ids[item.key], item) for item in matches.new if item.key in ids]
    entries.see(db, feed.id, [*new, *((others[item.key], item) for item in missed), *matches.known], now=now)
    edited = [item for _, item in matches.edited]
    hosts.wake(db, {item.host_id for item in [*matches.new, *edited] if item.host_id is not None})
    return [item for _, item in new]


def _move(db: Connection, feed: Feed, update: FeedUpdate, *, beside: Iterable[FeedUpdate]) -> FeedUpdate:
    """The update with the feed's new address, when a permanent redirect has been seen steadily.

    Not when the address is another feed's already, or becomes that of one saved `beside` this.
    """
    if not poll_plan.has_moved(update) or update.moved_to is None:
        return update
    try:
        url, key = canonical(update.moved_to), host_key(update.moved_to)
    except BadUrl:
        return update
    moving = {other.url for other in beside}
    if update.moved_to in moving or feeds.url_taken(db, update.moved_to, by_other_than=feed.id):
        return replace(update, detail=f"it has moved to {url}, which is a feed of its own here")
    new_host = hosts.ensure(db, [key])[key]
    return replace(update, url=update.moved_to, host_id=new_host, moved_to=None, moved_seen=0)
