"""What the operator does to feeds on their pages: pause, resume, labels, interval, removal.

in batches, each in one transaction:
    change the feeds that the change concerns
    record each of them in the audit log
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from worker.services.operator.edit_feeds import BadEdit, checked_label
from worker.store import Connection, Store, audit, feed_batches, feed_pages, feeds
from worker.store.feed_pages import FeedFilter

BATCH = 200
"""Feeds changed in one transaction, during which their hosts wait. A guess: a tenth of a second."""

MOST_AT_ONCE = 10_000
"""Feeds that one action changes: a request must end. A guess: some ten seconds."""

LEAST_SECONDS, MOST_SECONDS = 10.0, 366 * 86400.0
"""Bounds of an interval, as of `wiredesk feeds edit --interval`."""


class FeedAction(StrEnum):
    """What to do; the names are those of the form."""

    PAUSE = "pause"
    RESUME = "resume"
    LABEL = "label"
    UNLABEL = "unlabel"
    INTERVAL = "interval"
    REMOVE = "remove"


RECORDED = {
    FeedAction.PAUSE: "feed.paused",
    FeedAction.RESUME: "feed.resumed",
    FeedAction.LABEL: "feed.labelled",
    FeedAction.UNLABEL: "feed.unlabelled",
    FeedAction.INTERVAL: "feed.edited",
    FeedAction.REMOVE: "feed.removed",
}
"""The action in the audit log."""


@dataclass(frozen=True, slots=True)
class FeedChange:
    """An action with its label, or its interval in seconds (None: by the feed's rhythm)."""

    action: FeedAction
    label: str = ""
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Raise `BadEdit` for a label or an interval that cannot be."""
        if self.action in (FeedAction.LABEL, FeedAction.UNLABEL):
            object.__setattr__(self, "label", checked_label(self.label))
        if self.seconds is not None and not LEAST_SECONDS <= self.seconds <= MOST_SECONDS:
            raise BadEdit("an interval is between 10 seconds and a year")


def chosen(store: Store, which: FeedFilter) -> list[int]:
    """Return the ids of all feeds that match. Raises `BadEdit` if they are too many for one action."""
    with store.begin() as db:
        found = feed_pages.ids(db, which, limit=MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        raise BadEdit(f"more than {MOST_AT_ONCE:,} feeds match: narrow the filter, and take them in parts")
    return found


def change_feeds(
    store: Store, feed_ids: Sequence[int], change: FeedChange, *, actor: str, now: datetime
) -> int:
    """Change these feeds; return how many were not so before. Raises `StoreUnavailable`."""
    changed = 0
    wanted = sorted(set(feed_ids))
    # A removal locks the hosts of hubs, which must come before all feeds of the transaction.
    size = 1 if change.action is FeedAction.REMOVE else BATCH
    for start in range(0, len(wanted), size):
        with store.begin() as db:
            some = wanted[start : start + size]
            urls = feed_batches.urls(db, some)
            done = _change(db, some, change, now)
            for feed_id in done:
                detail = {"url": urls.get(feed_id)} | _detail(change)
                audit.record(db, actor, RECORDED[change.action], f"feed:{feed_id}", detail, now=now)
        changed += len(done)
    return changed


def _change(db: Connection, feed_ids: Sequence[int], change: FeedChange, now: datetime) -> list[int]:
    match change.action:
        case FeedAction.PAUSE:
            return feed_batches.pause(db, feed_ids)
        case FeedAction.RESUME:
            return feed_batches.resume(db, feed_ids, now=now)
        case FeedAction.LABEL:
            return feed_batches.label(db, feed_ids, add=change.label)
        case FeedAction.UNLABEL:
            return feed_batches.label(db, feed_ids, remove=change.label)
        case FeedAction.INTERVAL:
            return feed_batches.set_interval(db, feed_ids, change.seconds, now=now)
        case FeedAction.REMOVE:
            return [feed_id for feed_id in feed_ids if feeds.remove(db, feed_id, now=now)]


def _detail(change: FeedChange) -> dict[str, object]:
    if change.label:
        return {"label": change.label}
    return {"interval": change.seconds} if change.action is FeedAction.INTERVAL else {}
