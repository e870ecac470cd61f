"""What the pages of feeds show: a feed with a history of polls, one in trouble, and the pages to look at."""

from datetime import datetime, timedelta

from tests.store import rows
from tests.web.conftest import Web
from worker.outcome import Reason
from worker.rows.polls import LastDocument, PollAnswer
from worker.store import feed_conditions, gaps, poll_history
from worker.store.db import run

PAGES = (
    *("/feeds?q=harbour&label=sea", "/feeds?q=nowhere", "/feeds/add", "/feeds/import"),
    *("/feeds/3", "/feeds/3?state=refused", "/feeds/4", "/entries/4"),
)
"""The paths; the feeds are the third and the fourth, after those of `world`."""


def fill_feeds(web: Web, *, now: datetime) -> None:
    """Add the feeds."""
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, "https://harbour.example/feed", title="The Harbour Times", now=now)
        for hour in range(0, 300, 7):
            at = now - timedelta(hours=hour)
            rows.discovered_entry(db, feed_id, f"https://harbour.example/{hour}", title=f"Of {hour}", now=at)
            failed = 40 < hour < 60
            answer = PollAnswer(
                feed_id=feed_id,
                at=at,
                outcome="failed" if failed else "new",
                seconds=0.2,
                status=None if failed else 200,
                reason="timeout" if failed else None,
                size=48_000,
                new=1,
            )
            poll_history.record(db, [answer])
            run(db, "UPDATE feeds SET polls = polls + 1 WHERE id = :id", id=feed_id)
        rows.refused_entry(db, feed_id, "https://harbour.example/wall", Reason.CONSENT_WALL, now=now)
        gaps.record(db, feed_id, noticed_at=now, since=now - timedelta(days=1), before="One", after="Two")
        run(db, "UPDATE feeds SET labels = '{sea}' WHERE id = :id", id=feed_id)
        document = LastDocument(
            feed_id=feed_id,
            seen_at=now,
            url="https://harbour.example/feed",
            content_type="text/xml",
            encoding="",
            size=6,
            is_cut=False,
            body=b"<rss/>",
        )
        poll_history.keep_document(db, document)
        page = rows.added_feed(db, "https://page.example/", title="A page, and no feed", now=now)
        rows.polled(db, page, new=0, errors=4, reason="not-a-feed", detail="a web page", ok=False)
        run(db, "UPDATE feeds SET successor = 'https://page.example/feed' WHERE id = :id", id=page)
        feed_conditions.begin(db, {(page, "failing"): "4 polls in a row failed"}, now=now)
