"""Looking again for what a gap may have missed."""

from datetime import datetime

from worker.feeds.archive import Place
from worker.model import GapFill
from worker.services.walk.decide import robots_of
from worker.services.walk.save import begin_gap_walk
from worker.store import Connection, audit, gaps


class NotAgain(Exception):
    """The gap cannot be looked for again now; the message says why."""


def look_again(db: Connection, gap_id: int, *, pages: int, by: str, now: datetime) -> None:
    """Begin a walk for a gap, at its feed's document and its site's sitemaps. Raises `NotAgain`."""
    gap = gaps.lock(db, gap_id)
    if gap is None:
        raise NotAgain(f"there is no gap {gap_id}")
    if gap["fill"] in (GapFill.LOOKING, GapFill.FILLED):
        raise NotAgain("it is being looked for" if gap["fill"] == GapFill.LOOKING else "it is filled")
    places = [Place("feed", gap["url"]), Place("site", robots_of(gap["url"]))]
    begin_gap_walk(db, gap["feed_id"], gap_id, places, since=gap["since"], now=now, pages=pages)
    audit.record(db, by, "gap.looked_for", f"gap:{gap_id}", now=now)
