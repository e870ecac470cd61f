"""What a document shows that was missed: nothing of it stood in the one before.

An entry that only another feed has brought is no overlap, and neither are one or two that stand pinned above
entries that are all new: what scrolled past below them would never be noticed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.fetch.reply import Reply
from worker.rows.entries import Item
from worker.rows.feeds import Feed
from worker.services.poll.decide import Document
from worker.services.poll.match import Matches
from worker.services.walk import decide as walk_plan
from worker.services.walk.save import look_into
from worker.store import Connection, Store, gaps

PINNED = 2
"""Entries that a feed may keep at its top."""
FEWEST_NEW = 3
"""With fewer new entries below them nothing can be told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A document's items: the positions of those that stood in the feed before, and those that did not."""

    known: tuple[int, ...]
    new: tuple[Item, ...]

    @property
    def overlaps(self) -> bool:
        """Whether the document goes on where the one before it ended."""
        return bool(self.known) and not self._is_pinned()

    def _is_pinned(self) -> bool:
        few = len(self.known) <= PINNED and len(self.new) >= FEWEST_NEW
        return few and max(self.known) < min(item.position for item in self.new) and _newest_first(self.new)


def _newest_first(new: Sequence[Item]) -> bool:
    """Whether new items are in the usual order: a document that grows at its end has the old ones on top."""
    ordered = sorted(new, key=lambda item: item.position)
    dates = [item.published for item in ordered if item.published is not None]
    return len(dates) < len(new) or dates[0] > dates[-1]


def seen(document: Document, matches: Matches, here: frozenset[int]) -> Seen:
    """The items of a document, where `here` are the ids of entries that were seen in its feed before."""
    new_at = frozenset(document.new_at)
    cut = [at for at in range(len(document.hashes)) if at not in new_at]
    matched = [item.position for number, item in matches.known if number in here]
    elsewhere = [item for number, item in matches.known if number not in here]
    return Seen(tuple(cut + matched), (*matches.new, *elsewhere))


def notice(db: Connection, feed: Feed, found: Sequence[Item], shown: Seen, *, now: datetime) -> int | None:
    """Record the gap that the document shows; its id, None where there is none."""
    if shown.overlaps or not shown.new or not feed.last_items or feed.last_polled_at is None:
        return None
    after = max(found, key=lambda item: item.position).title
    before = gaps.newest_title(db, feed.id)
    return gaps.record(db, feed.id, noticed_at=now, since=feed.last_polled_at, before=before, after=after)


def look(
    store: Store, feed: Feed, gap_id: int, document: Document, reply: Reply, *, pages: int, now: datetime
) -> None:
    """Begin to look for what was missed.

    In a transaction of its own: it may be another host that is asked, and hosts are locked before feeds.
    """
    if not pages or document.parsed is None or feed.last_polled_at is None:
        return
    places = walk_plan.ways(document.parsed, url=reply.url)
    with store.begin() as db:
        look_into(db, feed.id, gap_id, places, since=feed.last_polled_at, now=now, pages=pages)
