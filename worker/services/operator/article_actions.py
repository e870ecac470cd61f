"""What an operator does with one article: read its kept pages again, look at it now, purge it.

Each is recorded in the audit log, in the transaction of the change.
"""

from datetime import datetime

from worker.rows.access import Actor
from worker.services.operator.purge import BY_HAND
from worker.services.stories import relate_waiting
from worker.store import Store, article_trail, audit, matching, pages, tombstones


def reextract_article(store: Store, article_id: int, *, actor: Actor, now: datetime) -> int:
    """Let the kept pages of an article be read again without fetching them; return how many wait now."""
    with store.begin() as db:
        ids = article_trail.page_ids(db, article_id)
        count = pages.requeue(db, now=now, ids=ids) if ids else 0
        if count:
            audit.record(
                db, actor.name, "article.reextracted", f"article:{article_id}", {"pages": count}, now=now
            )
    return count


def look_at_article(store: Store, article_id: int, *, actor: Actor, now: datetime) -> int:
    """Let the pages of an article be fetched now rather than when planned; return their number."""
    with store.begin() as db:
        count = article_trail.look_now(db, article_id, now=now)
        if count:
            audit.record(
                db, actor.name, "article.looked-at", f"article:{article_id}", {"pages": count}, now=now
            )
    return count


def purge_article(store: Store, article_id: int, *, actor: Actor, now: datetime) -> bool:
    """Delete an article for good and leave tombstones; return False if it does not exist.

    The audit log gets its id and no text, since nothing of a purged article may stay.
    """
    with store.begin() as db:
        if not matching.exists(db, article_id):
            return False
        audit.record(db, actor.name, "article.purged", f"article:{article_id}", now=now)
        # Last, since it appends to the change log.
        tombstones.purge(db, [article_id], why=BY_HAND, now=now)
    relate_waiting(store, now=now, limit=1)
    return True
