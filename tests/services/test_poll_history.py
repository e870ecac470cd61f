"""What polls leave behind for the page of their feed, bounded for each feed."""

from datetime import timedelta

from tests.services.service import Service
from tests.site import Site, faults
from tests.store import rows
from tests.store.rows import NOW
from worker.rows.polls import PollAnswer
from worker.store import poll_history
from worker.store.db import run


def test_a_poll_leaves_its_answer_its_day_and_the_document(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=2)
    [feed_id] = service.subscribe(feed.url)
    service.work()
    service.later(hours=12)
    service.work()
    host.fault(feed.url, faults.status(500))
    service.later(hours=12)
    service.work()
    with service.store.begin() as db:
        answers = poll_history.last_answers(db, feed_id)
        days = poll_history.days(db, feed_id, since=service.now() - timedelta(days=14))
        document = poll_history.document(db, feed_id)
    assert [(one["status"], one["reason"], one["new"]) for one in answers] == [
        (500, "http-server-error", 0),
        (answers[1]["status"], None, 0),
        (200, None, 2),
    ]
    assert answers[2]["size"] > 100
    assert answers[2]["seconds"] > 0
    assert (sum(day["polls"] for day in days), sum(day["failed"] for day in days)) == (3, 1)
    assert document is not None
    assert (document.url, document.is_cut) == (feed.url, False)


def test_a_page_given_as_a_feed_is_kept_and_offers_its_feed_after_the_first_poll(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=1)
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed.url}">'
    page = host.put("/page", f"<!doctype html><html><head>{link}</head><body>Front</body></html>")
    [feed_id] = service.subscribe(page)
    service.work()
    with service.store.begin() as db:
        document = poll_history.document(db, feed_id)
        (answer,) = poll_history.last_answers(db, feed_id)
    assert document is not None
    assert answer["reason"] == "not-a-feed"
    assert service.read("feeds", "successor") == [{"successor": feed.url}]


def test_a_large_document_is_cut_and_expires(database_url: str, site: Site) -> None:
    service = Service(database_url, feed_document_max_bytes=200)
    feed = site.host().feed("/feed.xml", articles=3)
    [feed_id] = service.subscribe(feed.url)
    service.work()
    with service.store.begin() as db:
        document = poll_history.document(db, feed_id)
        assert document is not None
        assert document.is_cut
        assert document.size > 200 >= len(document.body)
        assert poll_history.expire_documents(db, before=service.now() + timedelta(days=1)) == 1
        assert poll_history.document(db, feed_id) is None


def test_the_history_of_a_feed_stays_bounded(service: Service) -> None:
    with service.store.begin() as db:
        feed_id = rows.added_feed(db)
        for number in range(41):
            at = NOW + timedelta(hours=12 * number)
            answer = PollAnswer(feed_id=feed_id, at=at, outcome="new", seconds=0.1, reason="timeout")
            poll_history.record(db, [answer])
            run(db, "UPDATE feeds SET polls = polls + 1")
        answers = poll_history.last_answers(db, feed_id)
        days = poll_history.days(db, feed_id, since=NOW - timedelta(days=365))
    assert [one["at"] for one in answers] == [NOW + timedelta(hours=12 * n) for n in range(40, 30, -1)]
    assert len(days) == poll_history.DAYS
    assert all((day["polls"], day["failed"]) == (2, 2) for day in days[1:])
