"""Some of everything that pages show, and the pages to look at. A room adds its rows and its paths here."""

from datetime import timedelta

from tests.store import rows
from tests.web.browser import article_world, feed_world
from tests.web.conftest import Web
from worker.monitor import workers
from worker.outcome import Reason
from worker.store import audit, gaps
from worker.store.db import run
from worker.web.parts import utc_now

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3
"""A word that fits into no narrow window."""

ARABIC = "وكالة الأنباء: خبر عاجل من العاصمة"
"""A title in a script that runs from right to left."""

PAGES = (
    *("/", "/feeds", "/feeds/1", "/articles", "/articles/1", "/docs", "/login", "/account", "/audit"),
    *article_world.PAGES,
    *("/refusals", "/refusals?reason=consent-wall&host=1", "/hosts", "/hosts?kind=all", "/hosts/1", "/gaps"),
    *("/queues", "/settings", "/find?q=news.example", "/find?q=words", "/entries/3"),
    *feed_world.PAGES,
)
"""The pages that `test_accessible` opens; ids begin at 1."""


def fill(web: Web) -> None:
    """Put rows into the store, each kind with a long word and a text from right to left."""
    now = utc_now()
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, title=f"{LONG} and others", now=now - timedelta(days=2))
        rows.stored_article(db, title=f"Of {LONG}", text="Some words. " * 30, feed_id=feed_id, now=now)
        arabic = rows.added_feed(db, f"https://{'a' * 60}.example/feed.xml", title=ARABIC, now=now)
        rows.stored_article(db, title=ARABIC, text=ARABIC, language="ar", feed_id=arabic, now=now)
        rows.refused_entry(db, feed_id, f"https://news.example/{LONG}", Reason.CONSENT_WALL, now=now)
        rows.discovered_entry(db, feed_id, "https://news.example/soon", now=now)
        audit.record(db, "anna", "feed.set", f"feed:{LONG}", {"title": ARABIC, "labels": [LONG]}, now=now)
        hidden = rows.discovered_entry(db, arabic, "https://news.example/wall", title=ARABIC, now=now)
        rows.refused_page(db, hidden, b"<title>Agree</title><p>We value your privacy", Reason.CONSENT_WALL)
        gaps.record(db, feed_id, noticed_at=now, since=now - timedelta(hours=3), before=LONG, after=ARABIC)
        robots = b"User-agent: *\nCrawl-delay: 2\n" + LONG.encode()
        run(
            db,
            """UPDATE hosts SET robots = :robots, robots_status = 200, errors = 2, reason = 'rate-limited',
                detail = '429', rest_until = :until, free_at = :until WHERE id = 1""",
            robots=robots,
            until=now + timedelta(hours=1),
        )
    workers.report(web.redis, "extract@one", queues=["extract"], last_done=now, now=now, stuck=True)
    feed_world.fill_feeds(web, now=now)
    article_world.fill_articles(web, now=now)
