"""Saving a page of a walk: its entries, where the walk stands then, and what it means for a gap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.config.groups import WalkPolicy
from worker.feeds.archive import Place
from worker.feeds.cadence.backoff import backoff
from worker.fetch.reply import Failure
from worker.model import GapFill, WalkEvent
from worker.outcome import WalkOutcome
from worker.rows.entries import Item, Known
from worker.rows.hosts import Host
from worker.rows.walks import Walk, WalkUpdate
from worker.services.poll import match as poll_items
from worker.services.walk import decide as walk_plan
from worker.services.walk.decide import Step, WalkEnd
from worker.store import Connection, Store, entries, hosts, walks
from worker.urls import host_key

TRIES = 3


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What became of a page: read, ended, postponed, failed or lost (the lease, the walk, the feed)."""

    outcome: WalkOutcome
    reason: str = ""
    detail: str = ""
    entries: int = 0
    new: int = 0


def save(
    store: Store, host: Host, walk: Walk, answer: Step | Failure, now: datetime, policy: WalkPolicy
) -> SavedPage:
    """Save one page in one transaction, if the host's lease is still held. Raises `StoreUnavailable`."""
    step = answer if isinstance(answer, Step) else walk_plan.after_failure(walk, answer)
    found = poll_items.items(step.entries, (), feed_id=walk.feed_id, positions=()) if step else []
    with store.begin() as db:
        after = step.ahead[0].url if step and step.ahead else walk.next_url
        ids = hosts.ensure(db, poll_items.host_keys(found) | {host_key(after)})
    found = [replace(item, host_id=ids[host_key(item.url)]) if item.url else item for item in found]
    with store.begin() as db:
        leases = hosts.lock(db, [host.id, *ids.values()])
        if leases.get(host.id) != host.lease or not walks.lock(db, walk):
            return SavedPage(WalkOutcome.LOST)
        if step is None:
            assert isinstance(answer, Failure)
            return _save_failure(db, walk, answer, now, policy)
        return _save_step(db, walk, step, found, ids, now)


def _save_failure(
    db: Connection, walk: Walk, failure: Failure, now: datetime, policy: WalkPolicy
) -> SavedPage:
    """Wait, a few times; then stop. A walk that was asked for can be resumed, one for a gap is over."""
    reason, detail = failure.refusal.reason, failure.refusal.detail or failure.refusal.reason.words
    again = failure.retryable and walk.errors + 1 < TRIES
    wait = backoff(walk.errors + 1, base=policy.error_base, cap=policy.error_cap, jitter=0.0)
    update = WalkUpdate(
        id=walk.id,
        event=WalkEvent.POSTPONED if again else WalkEvent.FAILED,
        host_id=walk.host_id,
        kind=walk.kind,
        next_url=walk.next_url,
        ahead=walk.ahead,
        seen=walk.seen,
        due_at=_due(walk, now + max(wait, min(failure.retry_after or timedelta(0), policy.error_cap))),
        errors=walk.errors + 1,
        reason=None if again else reason,
        detail=detail,
    )
    walks.save(db, update, now=now)
    if not again:
        _settle(db, walk, str(reason))
    hosts.wake(db, [walk.host_id])
    return SavedPage(WalkOutcome.POSTPONED if again else WalkOutcome.FAILED, reason, detail)


def _save_step(
    db: Connection, walk: Walk, step: Step, found: Sequence[Item], ids: dict[str, int], now: datetime
) -> SavedPage:
    known = entries.known(
        db,
        walk.feed_id,
        keys=[item.key for item in found],
        guid_keys=[item.guid_key for item in found if item.guid_key],
    )
    end = step.end
    if walk.noticed_at is not None:
        found, met = _missed(db, walk, found, known, walk.noticed_at)
        if met or step.reaches_back:
            end = WalkEnd.OVERLAP
    new, seen = _save_entries(db, walk, found, known, now)
    after = step.ahead[0] if step.ahead else walk_plan.here(walk)
    update = WalkUpdate(
        id=walk.id,
        event=_event(end),
        host_id=ids[host_key(after.url)] if step.ahead else walk.host_id,
        kind=after.kind,
        next_url=after.url,
        ahead=_plain(step.ahead[1:]),
        seen=step.seen,
        due_at=_due(walk, now),
        pages=1,
        found=new,
        known=seen - new,
        oldest=walk_plan.oldest(step.entries),
        reason=end,
        detail=end.words if end else None,
    )
    walks.save(db, update, now=now)
    if end:
        _settle(db, walk, end)
    hosts.wake(db, {update.host_id, *(item.host_id for item in found if item.host_id is not None)})
    return SavedPage(
        WalkOutcome.ENDED if end else WalkOutcome.READ, end or "", end.words if end else "", len(found), new
    )


def _plain(places: Sequence[Place]) -> list[dict[str, str]]:
    return [{"kind": place.kind, "url": place.url} for place in places]


def _event(end: WalkEnd | None) -> WalkEvent:
    """More pages can be asked for after the limit; after every other end there is nothing more to find."""
    if end is None:
        return WalkEvent.READ
    return WalkEvent.FAILED if end is WalkEnd.PAGES else WalkEvent.ENDED


def _due(walk: Walk, at: datetime) -> datetime | None:
    """Workers go on with walks for gaps; one that was asked for is its command's."""
    return at if walk.gap_id is not None else None


def _missed(
    db: Connection, walk: Walk, found: Sequence[Item], known: Sequence[Known], noticed_at: datetime
) -> tuple[Sequence[Item], bool]:
    """The items that the gap may hold, and whether the page overlaps with what was known before it."""
    matches = poll_items.match(found, known, feed_id=walk.feed_id)
    before = walks.seen_before(db, walk.feed_id, [number for number, _ in matches.known], before=noticed_at)
    places = [item.position for number, item in matches.known if number in before]
    if walk.kind == "sitemap":
        return found, bool(places)
    wanted, met = walk_plan.until_known(len(found), places)
    return [item for item in found if item.position in wanted], met


def _save_entries(
    db: Connection, walk: Walk, found: Sequence[Item], known: Sequence[Known], now: datetime
) -> tuple[int, int]:
    """New entries and sightings; how many were new, and how many there are. An archive edits nothing: its
    copies are the older ones."""
    matches = poll_items.match(found, known, feed_id=walk.feed_id)
    ids = entries.insert(db, walk.feed_id, matches.new, now=now)
    new = [(ids[item.key], item) for item in matches.new if item.key in ids]
    walks.sight(db, walk.feed_id, [*new, *matches.known], now=now)
    return len(new), len(new) + len(matches.known)


def _settle(db: Connection, walk: Walk, end: str) -> None:
    if walk.gap_id is not None:
        found = walks.found_so_far(db, walk.id)
        walks.of_gap(db, walk.gap_id, walk_plan.fill(end, found=found), found=found, reason=end)


def look_into(
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
        ahead=_plain(rest),
        since=since,
        pages=pages,
        due_at=now,
        gap_id=gap_id,
    )
    walks.of_gap(db, gap_id, GapFill.LOOKING, found=0, reason=None)
    hosts.wake(db, [host_id])
