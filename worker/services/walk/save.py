"""Saving a page of a walk: its entries, where the walk continues, and what it means for a gap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from worker.config.groups import WalkPolicy
from worker.feeds.archive import Place
from worker.fetch.reply import Failure
from worker.model import GapFill
from worker.rows.entries import Item
from worker.rows.hosts import Host
from worker.rows.walks import Walk
from worker.services.engine.fan_out import place_on_hosts
from worker.services.engine.storable_items import storable_items
from worker.services.poll import match as poll_items
from worker.services.walk.decide import (
    ArchivePage,
    WalkDecision,
    decide_failure,
    decide_page,
    gap_fill,
    plain_places,
    without_page,
)
from worker.store import Connection, Store, Unstorable, entries, hosts, walks
from worker.urls import host_key


def save_archive_page(
    store: Store, host: Host, walk: Walk, answer: ArchivePage | Failure, *, now: datetime, policy: WalkPolicy
) -> WalkDecision | None:
    """Save one page in one transaction, and return what was saved. Raises `StoreUnavailable`.

    Items that PostgreSQL refuses become refused entries without their content. Returns None if the host's
    lease, or the walk, is another worker's by now.
    """
    page = answer if isinstance(answer, ArchivePage) else without_page(walk, answer)
    items = poll_items.items_of_entries(page.entries, (), feed_id=walk.feed_id, positions=()) if page else []
    next_url = page.ahead[0].url if page and page.ahead else walk.next_url
    # In a separate transaction, so that no other one waits for this one to learn the ids of new hosts.
    with store.begin() as db:
        places = hosts.ensure_with_lanes(db, poll_items.host_keys(items) | {host_key(next_url)})
    host_ids = {key: host_id for key, (host_id, _) in places.items()}
    items = place_on_hosts(items, places, home=host.id)

    def save(placed: Sequence[Item]) -> WalkDecision | None:
        return _save_page(store, host, walk, answer, page, placed, host_ids, now=now, policy=policy)

    try:
        return save(items)
    except Unstorable:
        kept = storable_items(store, walk.feed_id, items, now=now)
        if kept == tuple(items):
            raise
        return save(kept)


def _save_page(
    store: Store,
    host: Host,
    walk: Walk,
    answer: ArchivePage | Failure,
    page: ArchivePage | None,
    items: Sequence[Item],
    host_ids: dict[str, int],
    *,
    now: datetime,
    policy: WalkPolicy,
) -> WalkDecision | None:
    with store.begin() as db:
        leases = hosts.lock(db, [host.id, *host_ids.values()])
        if leases.get(host.id) != host.lease or not walks.lock(db, walk):
            return None
        if page is not None:
            decision = _decide_page(db, walk, page, items, host_ids, now)
        else:
            assert isinstance(answer, Failure)
            decision = decide_failure(walk, answer, now=now, policy=policy)
        return _save(db, walk, decision, now)


def _decide_page(
    db: Connection,
    walk: Walk,
    page: ArchivePage,
    items: Sequence[Item],
    host_ids: dict[str, int],
    now: datetime,
) -> WalkDecision:
    known = entries.known(
        db,
        walk.feed_id,
        keys=poll_items.keys_of(items),
        guid_keys=poll_items.names_of(items),
    )
    matches = poll_items.match(items, known, feed_id=walk.feed_id)
    seen_before: set[int] = set()
    if walk.noticed_at is not None:
        ids = [entry_id for entry_id, _ in matches.known]
        seen_before = walks.seen_before(db, walk.feed_id, ids, before=walk.noticed_at)
    return decide_page(
        walk, page, matches, items=len(items), seen_before=seen_before, host_ids=host_ids, now=now
    )


def _save(db: Connection, walk: Walk, decision: WalkDecision, now: datetime) -> WalkDecision:
    """Known entries are only sighted: an archive has older copies of them."""
    ids = entries.insert(db, walk.feed_id, decision.new, now=now)
    new = [(ids[item.key], item) for item in decision.new if item.key in ids]
    walks.sight(db, walk.feed_id, [*new, *decision.known], now=now)
    update = replace(decision.update, found=len(new))
    walks.save(db, update, now=now)
    if walk.gap_id is not None and update.reason is not None:
        found = walks.found_so_far(db, walk.id)
        walks.of_gap(db, walk.gap_id, gap_fill(update.reason, found=found), found=found, reason=update.reason)
    items = [*decision.new, *(item for _, item in decision.known)]
    hosts.wake(db, {update.host_id, *(item.host_id for item in items if item.host_id is not None)})
    return replace(decision, update=update)


def begin_gap_walk(
    db: Connection,
    feed_id: int,
    gap_id: int,
    places: Sequence[Place],
    *,
    since: datetime,
    now: datetime,
    pages: int,
) -> None:
    """Begin the walk that is to fill a gap."""
    first, *rest = places
    host_id = hosts.ensure(db, [host_key(first.url)])[host_key(first.url)]
    hosts.lock(db, [host_id])
    walks.begin(
        db,
        feed_id,
        host_id=host_id,
        kind=first.kind,
        url=first.url,
        ahead=plain_places(rest),
        since=since,
        pages=pages,
        due_at=now,
        gap_id=gap_id,
    )
    walks.of_gap(db, gap_id, GapFill.LOOKING, found=0, reason=None)
    hosts.wake(db, [host_id])
