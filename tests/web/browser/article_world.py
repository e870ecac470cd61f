"""Articles, stories, sinks and searches for the tests in a browser, with all that their pages show."""

from datetime import datetime, timedelta

from tests.store import rows
from tests.texts import made_up
from tests.web.conftest import Web
from worker.deliver.answer import Verdict
from worker.extract.fingerprints import minhash
from worker.filters import parse_text
from worker.rows.sinks import DeadLetter, PendingLine, SinkOptions, SinkTry
from worker.services.sinks.new import new_sink
from worker.services.stories import relate
from worker.store import pages, searches, sinks
from worker.store.db import run

ARTICLE = 3
"""The id of the article with everything; `world` stores two before."""

PAGES = (
    "/articles?q=ferry&language=en&kind=article",
    "/articles?q=nothing",
    f"/articles/{ARTICLE}",
    f"/articles/{ARTICLE}/diff",
    f"/articles/{ARTICLE}/explanation",
    f"/articles/{ARTICLE}/revisions/1",
    "/stories",
    "/stories?publisher=nobody.example",
    "/stories/1",
    f"/stories/1/diff?from={ARTICLE}&to={ARTICLE + 1}",
    "/sinks",
    "/sinks/hook",
    "/sinks/redis-stream",
    "/sinks/new",
    "/searches",
)
"""The pages of these rows."""

KEPT = b"""<html lang=en><title>Ferry</title><body onload=alert(1)><header>Menu</header><main>
<h1>Ferry resumes service</h1><p>After three days the <a href=https://else.example/>ferry</a> runs again.</p>
<img src=https://else.example/p.jpg alt="The ferry in the harbour"><script>alert(1)</script></main>"""
"""The page that the article was read from."""


def fill_articles(web: Web, *, now: datetime) -> None:
    """Store the articles, and put the sinks and searches next to them."""
    text = "\n\n".join(made_up("an agency's report"))
    ids = []
    for number, site in enumerate(("harbour.example", "zeitung.example", "journal.example")):
        url = f"https://{site}/ferry"
        published = (now - timedelta(hours=5 - number)).isoformat()
        with web.store.begin() as db:
            feed_id = rows.added_feed(db, f"https://{site}/feed.xml", title=f"News of {site}", now=now)
            ids.append(
                rows.stored_article(
                    db,
                    title="Ferry resumes service after the storm",
                    text=text + f"\n\nThe ferry, as {site} has it.",
                    url=url,
                    feed_id=feed_id,
                    now=now,
                    site_name=site.partition(".")[0].title(),
                    published=published,
                    agencies=["AFP"] if number == 0 else [],
                    signature=minhash(text),
                    **(_parts() if number == 0 else {}),
                )
            )
    assert ids[0] == ARTICLE
    relate(web.store, ids, now=now)
    with web.store.begin() as db:
        values = {
            "url": "https://harbour.example/ferry",
            "title": "Ferry resumes service",
            "text": f"{text} Edited.",
        }
        rows.revised_article(
            db,
            ARTICLE,
            changed=("title", "text"),
            **values,
            **_parts(),
            agencies=["AFP"],
            signature=minhash(text),
        )
    _keep_page(web, now)
    _add_sinks(web, now)


def _parts() -> dict[str, object]:
    """Return blocks of every kind, pictures and a correction."""
    return {
        "summary": "The ferry runs again.",
        "section": "Local",
        "tags": ["ferry", "storm"],
        "correction": "An earlier version named the wrong harbour.",
        "blocks": [
            {"kind": "paragraph", "text": "After three days the ferry runs again."},
            {"kind": "heading", "text": "The storm", "level": 2},
            {"kind": "quote", "text": "We waited long.", "attribution": "The captain"},
            {"kind": "list_item", "text": "first", "level": 1, "ordered": True},
            {"kind": "table", "text": "Day\tCrossings\nMonday\t4"},
            {"kind": "footnote", "text": "Times are local."},
        ],
        "images": [
            {
                "url": "https://harbour.example/p.jpg",
                "caption": "The ferry in the harbour",
                "credit": "Ada Lens",
                "lead": True,
            },
            {"url": "https://harbour.example/q.jpg", "caption": "The crew", "credit": None},
        ],
        "rights": {"robots": ["noarchive"], "licence": "https://licence.example/"},
    }


def _keep_page(web: Web, now: datetime) -> None:
    with web.store.begin() as db:
        entry_id = db.exec_driver_sql(f"SELECT id FROM entries WHERE article_id = {ARTICLE}").scalar_one()
        page = rows.new_page(entry_id, KEPT, url="https://harbour.example/ferry")
        times = {"now": now, "due_at": now, "expires_at": now + timedelta(days=9)}
        (claim,) = pages.insert(db, [page], **times)
        run(db, "UPDATE pages SET state = 'extracted', due_at = NULL WHERE id = :id", id=claim.id)
        sql = "UPDATE revisions SET page_id = :page WHERE article_id = :article"
        run(db, sql, page=claim.id, article=ARTICLE)
        sql = "UPDATE entries SET due_at = :due, looks = 1 WHERE id = :id"
        run(db, sql, due=now + timedelta(hours=1), id=entry_id)


def _add_sinks(web: Web, now: datetime) -> None:
    with web.store.begin() as db:
        searches.add(db, "ferries", parse_text('q="ferry service" language=en'), now=now)
        options = SinkOptions(batch=10)
        made = new_sink(
            "hook",
            "https://desk.example/T0KEN",
            options,
            filter="search=ferries",
            secret=None,
            cursor=2,
        )
        assert sinks.add(db, made)
        sink = sinks.get(db, "hook")
        assert sink is not None
        answer = {"at": now, "seconds": 0.31, "first_id": 3, "last_id": 3, "lines": 1}
        sinks.record(db, sink.id, [SinkTry(outcome=Verdict.REFUSED, status=500, said="x" * 200, **answer)])
        sinks.set_aside(db, sink.id, [PendingLine(4, ARTICLE, now + timedelta(minutes=3), 2, now)])
        letter = DeadLetter(3, ARTICLE, 12, now - timedelta(days=3), "http-500", "the answer was 500")
        sinks.bury(db, sink.id, [letter], now=now)
        sql = "UPDATE sinks SET reason = 'http-500', detail = 'the answer was 500', errors = 3 WHERE id = :id"
        run(db, sql, id=sink.id)
