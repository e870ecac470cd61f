"""Polling: what an answer of the publisher means for the feed, and what a document means for its entries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from tests.services.service import Service
from tests.site import Site, SiteHost, faults
from worker.demo.reply import DemoReply, send
from worker.model import FeedEvent
from worker.store import feeds

Make = Callable[..., Service]


def feed_row(service: Service, path: str = "") -> dict[str, Any]:
    """Return the only feed whose URL ends in `path`, with the time to its next poll."""
    (row,) = [row for row in service.read("feeds") if row["url"].endswith(path)]
    return {**row, "wait": row["due_at"] - row["last_polled_at"] if row["due_at"] else None}


def poll(service: Service, times: int = 1, **later: float) -> list[dict[str, Any]]:
    """Poll the only feed so often, at times when it is surely due; its row after each."""
    found = []
    for _ in range(times):
        service.work()
        found.append(feed_row(service))
        service.later(**(later or {"days": 2}))
    return found


def rss(*items: str, extra: str = "") -> str:
    """A document of these items, as XML."""
    body = "".join(f"<item>{one}</item>" for one in items)
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title>{extra}{body}</channel></rss>"


def xml_feed(host: SiteHost, *items: str, extra: str = "") -> str:
    return host.put("/feed.xml", rss(*items, extra=extra), "application/rss+xml")


# What the answer means for the feed


def test_a_permanent_redirect_is_believed_when_it_was_seen_five_times_in_a_row(
    service: Service, site: Site
) -> None:
    old, new = site.host(), site.host()
    target = new.feed("/new.xml", articles=1)
    service.subscribe(old.feed("/old.xml").url)
    old.fault("/old.xml", faults.moved(target.url))

    seen = poll(service, 4)
    assert [row["moved_seen"] for row in seen] == [1, 2, 3, 4]
    assert seen[-1]["url"] == f"{old.home}/old.xml"
    (moved,) = poll(service, 1)

    assert (moved["url"], moved["moved_seen"], moved["moved_to"]) == (target.url, 0, None)
    asked = len(site.hits(old.home))
    poll(service, 1)
    assert len(site.hits(old.home)) == asked
    assert service.identity().stored == 1


def test_a_redirect_that_is_not_steady_or_not_permanent_moves_nothing(service: Service, site: Site) -> None:
    old, new = site.host(), site.host()
    target = new.feed("/new.xml", articles=1)
    service.subscribe(old.feed("/old.xml", articles=1).url)
    for kind in (True, True, False, True, True, True):
        old.fault("/old.xml", faults.moved(target.url, permanently=kind))
        (row,) = poll(service, 1)
    assert (row["url"], row["moved_seen"]) == (f"{old.home}/old.xml", 3)


def test_a_feed_that_moved_onto_another_of_ours_stays_and_says_so(service: Service, site: Site) -> None:
    host = site.host()
    target = host.feed("/new.xml")
    service.subscribe(host.feed("/old.xml").url, target.url)
    host.fault("/old.xml", faults.moved(target.url))
    for _ in range(5):
        service.work()
        service.later(days=2)
    assert "a separate feed here" in feed_row(service, "/old.xml")["detail"]


def test_of_two_feeds_that_move_to_one_address_one_moves(service: Service, site: Site) -> None:
    host = site.host()
    target = host.feed("/new.xml", articles=1)
    service.subscribe(host.feed("/old.xml").url, host.feed("/older.xml").url)
    for path in ("/old.xml", "/older.xml"):
        host.fault(path, faults.moved(target.url))
    for _ in range(6):
        service.work()
        service.later(days=2)
    urls = {row["url"] for row in service.read("feeds", "url")}
    assert len(urls & {f"{host.home}/old.xml", f"{host.home}/older.xml"}) == 1
    assert target.url in urls


def test_gone_for_good_retires_the_feed_and_it_is_not_asked_again(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml").url)
    host.fault("/feed.xml", faults.gone())
    (row,) = poll(service, 1)
    assert (row["state"], row["reason"], row["due_at"]) == ("retired", "http-gone", None)
    poll(service, 1)
    assert len(site.hits(f"{host.home}/feed.xml")) == 1


@pytest.mark.parametrize(
    "fault, reason",
    [
        (faults.status(404), "http-gone"),
        (faults.status(500), "http-server-error"),
        (faults.status(403), "http-forbidden"),
        (faults.disconnected(), "disconnected"),
        (faults.redirect_loop(), "too-many-redirects"),
    ],
)
def test_a_failing_feed_waits_longer_each_time_and_is_never_given_up(
    service: Service, site: Site, fault: faults.Fault, reason: str
) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=1).url)
    host.fault("/feed.xml", fault)

    rows = poll(service, 11)

    assert [row["errors"] for row in rows] == list(range(1, 12))
    assert {(row["state"], row["reason"]) for row in rows} == {("active", reason)}
    for errors, row in enumerate(rows):
        whole = min(timedelta(seconds=300 * 2**errors), timedelta(days=1))
        assert whole / 2 - timedelta(seconds=1) <= row["wait"] <= whole + timedelta(seconds=1)

    host.heal()
    (healed,) = poll(service, 1)
    assert (healed["errors"], healed["reason"]) == (0, None)
    assert service.identity().stored == 1


def test_a_host_that_does_not_answer_in_time_is_left_alone_for_a_while(
    make_service: Make, site: Site
) -> None:
    service = make_service(fetch_read_seconds=0.1, fetch_total_seconds=0.2)
    host = site.host()
    service.subscribe(*(host.feed(f"/{n}.xml").url for n in range(4)))
    host.fault_all(faults.slow(5))

    service.work()

    # Two late answers in a row: the other two feeds are as due as before, and wait for the host.
    assert len(site.log) <= 2
    assert (service.count("feeds", reason="timeout"), service.count("feeds", reason=None)) == (2, 2)
    (row,) = service.read("hosts", "rest_until", "reason")
    assert row["rest_until"] > service.now() + timedelta(minutes=9)
    assert row["reason"] == "timeout"


def test_too_many_requests_rests_the_host_for_as_long_as_it_wishes(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(*(host.feed(f"/{n}.xml", articles=1).url for n in range(3)))
    host.fault_all(faults.first(1, faults.status(429, retry_after=7200)))

    service.work()
    assert len(site.log) == 1
    service.later(minutes=119)
    service.work()
    assert len(site.log) == 1

    service.later(minutes=2)
    service.work()
    assert service.identity().stored == 3


def test_a_wish_to_be_left_alone_for_years_does_not_lose_the_feed(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=1).url)
    host.fault_all(faults.first(1, faults.status(503, retry_after=999_999_999)))
    (row,) = poll(service, 1)
    assert row["wait"] <= timedelta(days=1)
    poll(service, 1)
    assert service.identity().stored == 1


def test_a_document_that_is_not_a_feed_fails_and_says_so(service: Service, site: Site) -> None:
    service.subscribe(site.host().put("/feed.xml", "<html><body><p>Welcome</p></body></html>"))
    (row,) = poll(service, 1)
    assert (row["state"], row["reason"], row["errors"]) == ("active", "not-a-feed", 1)


def test_the_publishers_ttl_is_a_lower_bound_also_after_an_unchanged_answer(
    service: Service, site: Site
) -> None:
    service.subscribe(xml_feed(site.host(), extra="<ttl>300</ttl>"))
    first, second = poll(service, 2)
    assert second["polls_unchanged"] == 1
    assert min(first["wait"], second["wait"]) >= timedelta(minutes=300)


def test_cache_control_is_a_lower_bound(service: Service, site: Site) -> None:
    async def cached(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        response = send(request, reply)
        response.headers["Cache-Control"] = "max-age=18000"
        return response

    host = site.host()
    service.subscribe(xml_feed(host))
    host.fault("/feed.xml", cached)
    assert poll(service, 1)[0]["wait"] >= timedelta(seconds=18000)


def test_a_publisher_may_request_longer_waits_than_ours_but_not_years(
    make_service: Callable[..., Service], site: Site
) -> None:
    service = make_service(poll_cap_seconds=3600.0)
    service.subscribe(xml_feed(site.host(), extra="<ttl>720</ttl>"))
    service.subscribe(xml_feed(site.host(), extra="<ttl>999999</ttl>"))
    service.work()
    rows = service.read("feeds", "due_at", "last_polled_at")
    for row, wished in zip(rows, (timedelta(hours=12), timedelta(days=1)), strict=True):
        assert wished <= row["due_at"] - row["last_polled_at"] <= wished + timedelta(minutes=1)


def test_a_feed_paused_or_removed_in_the_middle_of_its_poll_keeps_nothing_of_it(
    service: Service, site: Site
) -> None:
    def during(act: Callable[[Any, int], object], feed_id: int) -> faults.Fault:
        async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
            with service.store.begin() as db:
                act(db, feed_id)
            return send(request, reply)

        return answer

    host = site.host()
    paused, removed = service.subscribe(
        host.feed("/a.xml", articles=2).url, host.feed("/b.xml", articles=2).url
    )
    host.fault(
        "/a.xml", during(lambda db, id: feeds.turn(db, id, FeedEvent.PAUSE, now=service.now()), paused)
    )
    host.fault("/b.xml", during(lambda db, id: feeds.remove(db, id, now=service.now()), removed))

    service.work()

    assert service.read("feeds", "state", "discovered") == [{"state": "paused", "discovered": 0}]
    assert (service.identity().discovered, service.identity().holds) == (0, True)


def test_a_malformed_feed_that_can_be_read_is_read_with_a_warning(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=3).url)
    host.fault("/feed.xml", faults.malformed_xml())
    (row,) = poll(service, 1)
    assert row["warning"]
    assert service.identity().stored == 3

    host.heal()
    (row,) = poll(service, 1)
    assert row["warning"] is None
    assert service.identity().discovered == 3


# What the document means for its entries


def test_a_document_without_anything_known_is_a_gap(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", window=2, articles=2)
    service.subscribe(feed.url)
    poll(service, 1)
    for title in ("Third", "Fourth", "Fifth"):
        feed.add(host.article(title))

    (row,) = poll(service, 1)

    assert row["last_overlap"] == 0
    (gap,) = service.read("gaps")
    assert (gap["before"], gap["after"]) == (feed.items[3].title, "Fourth")
    assert gap["noticed_at"] > gap["since"]


def test_one_item_that_is_known_closes_the_gap(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", window=3, articles=3)
    service.subscribe(feed.url)
    poll(service, 1)
    for title in ("Fourth", "Fifth"):
        feed.add(host.article(title))
    (row,) = poll(service, 1)
    assert (row["last_overlap"], row["last_items"]) == (1, 3)
    assert service.count("gaps") == 0


def test_a_guid_that_is_given_to_another_article_hides_nothing(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", window=1)
    feed.add(host.article("The ferry sails again"), guid="top-story")
    service.subscribe(feed.url)
    poll(service, 1)
    later = feed.items[0].published + timedelta(days=1) if feed.items[0].published else None
    feed.add(host.article("Nine wooden horses sold"), guid="top-story", published=later)
    poll(service, 1)
    assert service.identity().stored == 2


def test_an_item_that_moved_under_its_guid_is_the_same_entry(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml")
    feed.add(host.article("The ferry sails again"), guid="one")
    service.subscribe(feed.url)
    poll(service, 1)
    feed.items[0] = replace(feed.items[0], link=host.article("The ferry sails again", path="/moved").url)
    poll(service, 1)
    assert service.identity().discovered == 1


@pytest.mark.parametrize("guid", ["", "always-the-same"])
def test_items_without_a_unique_guid_are_distinguished_by_their_links(
    service: Service, site: Site, guid: str
) -> None:
    host = site.host()
    items = [
        f"<title>{n}</title><link>{host.article(str(n)).url}</link><guid isPermaLink='false'>{guid}</guid>"
        for n in range(3)
    ]
    service.subscribe(xml_feed(host, *items))
    poll(service, 1)
    xml_feed(host, *items[:2])
    poll(service, 1)
    assert (service.identity().discovered, service.identity().stored) == (3, 3)


def test_an_entry_without_a_date_is_stored_without_one(service: Service, site: Site) -> None:
    host = site.host()
    host.feed("/feed.xml").add(host.article("Undated"), published=None, updated=None)
    service.subscribe(f"{host.home}/feed.xml")
    poll(service, 1)
    assert service.read("entries", "published", "updated") == [{"published": None, "updated": None}]


def test_a_date_that_cannot_be_read_stays_unknown(service: Service, site: Site) -> None:
    host = site.host()
    link = host.article("Odd").url
    service.subscribe(
        xml_feed(host, f"<title>Odd</title><link>{link}</link><pubDate>the other day</pubDate>")
    )
    poll(service, 1)
    assert service.read("entries", "published") == [{"published": None}]


def test_an_edit_in_the_feed_makes_its_page_be_looked_at_again_at_once(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml")
    article = host.article("The council decides")
    feed.add(article)
    service.subscribe(feed.url)
    poll(service, 1)

    article.edit(title="The council has decided")
    feed.items[0] = replace(feed.items[0], title="The council has decided")
    poll(service, 1)

    assert [row["title"] for row in service.read("articles", "title")] == ["The council has decided"]
    assert [row["kind"] for row in service.read("changes", "kind")] == ["created", "revised"]


def test_another_feed_that_words_it_differently_edits_nothing(service: Service, site: Site) -> None:
    host = site.host()
    article = host.article("The council decides")
    host.feed("/a.xml").add(article)
    host.feed("/b.xml").add(article, title="COUNCIL DECIDES!")
    service.subscribe(f"{host.home}/a.xml")
    service.work()
    service.subscribe(f"{host.home}/b.xml")
    service.work()
    assert service.read("entries", "title") == [{"title": "The council decides"}]
    assert len(site.hits(article.url)) == 1


@pytest.mark.parametrize("format", ["rss", "rdf", "atom", "json", "sitemap"])
def test_every_format_brings_its_entries(service: Service, site: Site, format: str) -> None:
    service.subscribe(site.host().feed("/feed", format, articles=2).url)
    poll(service, 1)
    assert service.identity().stored == 2
