"""Fetching pages: polite requests, what answers mean, and stored text that stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from tests.services.service import Service
from tests.site import Site, SiteHost, faults, most_at_once, pauses
from worker.demo.reply import DemoReply, send
from worker.services.fetch.decide import next_look
from worker.store import entries, hosts

Make = Callable[..., Service]

CONSENT = """<html><head><title>Before you continue</title></head><body><form>
<p>We and our partners use cookies. Accept all cookies to continue.</p>
<button>Accept all</button></form></body></html>"""
TEXT = "<p>" + "The feed itself carries the whole text of the article, word for word. " * 20 + "</p>"


def published(service: Service, host: SiteHost, *titles: str, **item: Any) -> list[str]:
    """Put articles of these titles into a subscribed feed; return their addresses."""
    feed = host.feed("/feed.xml")
    articles = [host.article(title) for title in titles]
    for article in articles:
        feed.add(article, **item)
    service.subscribe(feed.url)
    return [article.url for article in articles]


def states(service: Service) -> list[object]:
    return [row["state"] for row in service.read("entries", "state")]


def page_hits(site: Site, host: SiteHost) -> list[str]:
    return [hit.target for hit in site.hits(host.home) if hit.target.startswith("/news/")]


# Politeness


def test_requests_to_a_host_are_spaced_and_one_at_a_time(make_service: Make, site: Site) -> None:
    service = make_service(fetch_delay_seconds=0.1)
    host = site.host()
    published(service, host, "One", "Two", "Three")
    service.work()
    service.later(seconds=1)
    service.work()
    hits = site.hits(host.home)[1:]
    assert len(hits) == 4
    assert most_at_once(hits) == 1
    starts = [hit.began for hit in hits]
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.09
    assert min(pauses(hits)) > 0


def test_hosts_are_visited_side_by_side(service: Service, site: Site) -> None:
    for name in ("One", "Two", "Three"):
        host = site.host()
        (url,) = published(service, host, name)
        host.fault(url, faults.slow(0.3))
    service.work()
    assert most_at_once([hit for hit in site.log if hit.target.startswith("/news/")]) == 3


def test_a_page_forbidden_by_robots_txt_is_not_requested(service: Service, site: Site) -> None:
    host = site.host()
    published(service, host, "Private")
    host.robots("User-agent: *\nDisallow: /news/")
    service.work()
    assert service.refusals() == {"robots": 1}
    assert page_hits(site, host) == []


def test_robots_txt_is_read_once_for_many_turns(make_service: Make, site: Site) -> None:
    service = make_service(turn_pages=1)
    host = site.host()
    published(service, host, "One", "Two", "Three")
    service.later(hours=1)
    for _ in range(6):
        service.work()
        service.later(minutes=1)
    assert service.identity().stored == 3
    assert len(site.hits(f"{host.home}/robots.txt")) == 1


def test_while_robots_txt_cannot_be_read_no_page_is_requested_and_entries_wait(
    service: Service, site: Site
) -> None:
    host = site.host()
    published(service, host, "One", "Two")
    host.fault("/robots.txt", faults.status(503))
    service.work()
    assert page_hits(site, host) == []
    assert states(service) == ["waiting", "waiting"]
    assert {row["reason"] for row in service.read("entries", "reason")} == {"robots-unreachable", None}

    host.heal()
    service.later(hours=1)
    service.work()
    assert states(service) == ["stored", "stored"]


def test_too_many_requests_rests_the_host_and_the_other_entries_stay_due(
    service: Service, site: Site
) -> None:
    host = site.host()
    published(service, host, "One", "Two", "Three")
    service.tick()
    service.do(*service.queue.messages.pop(0))
    host.fault_all(faults.status(429, retry_after=3600))
    host.fault("/robots.txt", faults.status(404))
    service.work()

    assert len(page_hits(site, host)) == 1
    found = [(row["errors"], row["attempts"]) for row in service.read("entries", "errors", "attempts")]
    assert sorted(found) == [(0, 0), (0, 0), (1, 0)]
    host.heal()
    service.later(minutes=55)
    service.work()
    assert len(page_hits(site, host)) == 1
    service.later(minutes=10)
    service.work()
    assert states(service) == ["stored"] * 3


# What the answer means


def test_a_redirect_is_followed_and_the_page_is_known_by_where_it_ended(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    (url,) = published(service, host, "Moved")
    target = other.article("Moved")
    host.fault(url, faults.moved(target.url))
    service.work()
    assert service.read("articles", "url") == [{"url": target.url}]
    assert service.read("pages", "url") == [{"url": target.url}]


@pytest.mark.parametrize(
    "fault, reason",
    [
        (faults.status(404), "http-gone"),
        (faults.status(403), "http-forbidden"),
        (faults.status(418), "http-client-error"),
        (faults.redirect_loop(), "too-many-redirects"),
        (faults.bad_gzip(), "bad-encoding"),
    ],
)
def test_a_permanent_failure_is_refused_at_once(
    service: Service, site: Site, fault: faults.Fault, reason: str
) -> None:
    host = site.host()
    (url,) = published(service, host, "Refused")
    host.fault(url, fault)
    service.work()
    assert service.refusals() == {reason: 1}
    assert service.identity().holds


def test_a_temporary_failure_is_retried_with_growing_waits_and_then_refused(
    make_service: Make, site: Site
) -> None:
    service = make_service(fetch_tries=4)
    host = site.host()
    (url,) = published(service, host, "Broken")
    host.fault(url, faults.status(500))
    service.work()
    for errors in (1, 2, 3):
        (row,) = service.read("entries", "state", "errors", "due_at")
        assert (row["state"], row["errors"]) == ("waiting", errors)
        whole = timedelta(seconds=300 * 2 ** (errors - 1))
        assert whole / 2 - timedelta(seconds=5) <= row["due_at"] - service.now() <= whole  # type: ignore[operator]
        service.later(hours=1)
        service.work()
    assert service.refusals() == {"http-server-error": 1}
    assert len(page_hits(site, host)) == 4


def test_a_page_that_is_not_html_is_refused_as_not_html(service: Service, site: Site) -> None:
    host = site.host()
    url = host.put("/report.pdf", b"%PDF-1.7 ...", "application/pdf")
    host.feed("/feed.xml").add(host.article("Report"), link=url)
    service.subscribe(f"{host.home}/feed.xml")
    service.work()
    assert service.refusals() == {"not-html": 1}


@pytest.mark.parametrize("fault", [faults.huge(3_000_000), faults.bomb(3_000_000)])
def test_a_body_beyond_the_limit_is_refused_whether_long_or_inflated(
    make_service: Make, site: Site, fault: faults.Fault
) -> None:
    service = make_service(fetch_max_bytes=1_000_000)
    host = site.host()
    (url,) = published(service, host, "Large")
    host.fault(url, fault)
    service.work()
    assert service.refusals() == {"too-large": 1}


def test_the_feeds_own_text_is_extracted_where_the_page_is_refused(service: Service, site: Site) -> None:
    host = site.host()
    (url,) = published(service, host, "Told in full", content=TEXT)
    host.fault(url, faults.status(403))
    service.work()
    (article,) = service.read("articles", "text", "url", "provenance")
    assert (article["url"], article["provenance"]["blocks"]) == (url, "feed")
    assert "carries the whole text" in str(article["text"])
    assert service.identity().stored == 1


def test_a_feed_text_that_is_too_short_leaves_the_reason_of_the_page(service: Service, site: Site) -> None:
    host = site.host()
    (url,) = published(service, host, "A teaser", content="<p>Read more on our site.</p>")
    host.fault(url, faults.status(403))
    service.work()
    assert service.refusals() == {"http-forbidden": 1}


def test_an_entry_on_which_workers_die_is_refused_after_the_allowed_attempts(
    make_service: Make, site: Site
) -> None:
    service = make_service(attempts=2)
    host = site.host()
    published(service, host, "Poison")
    service.tick()
    service.do(*service.queue.messages.pop(0))
    service.change("entries", {"attempts": 2})
    service.work()
    assert service.refusals() == {"worker-died": 1}
    assert page_hits(site, host) == []


def test_a_turn_whose_lease_was_taken_over_saves_nothing(service: Service, site: Site) -> None:
    host = site.host()
    (url,) = published(service, host, "Slow")

    async def overtaken(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        service.change("hosts", {"lease": 99})
        return send(request, reply)

    host.fault(url, faults.first(1, overtaken))
    service.work()
    assert states(service) == ["waiting"]
    assert service.read("pages") == []

    service.later(minutes=5)
    service.work()
    assert states(service) == ["stored"]


# Second looks


@pytest.mark.parametrize(
    "fault", [faults.status(500), faults.status(403), faults.status(404), faults.truncated()]
)
def test_a_failed_fetch_never_takes_back_a_stored_article(
    make_service: Make, site: Site, fault: faults.Fault
) -> None:
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    (url,) = published(service, host, "Stays")
    service.work()
    host.fault(url, fault)
    service.later(minutes=16)
    service.work()
    assert len(page_hits(site, host)) == 2
    assert states(service) == ["stored"]
    assert service.read("articles", "state", "revision") == [{"state": "live", "revision": 1}]


def test_a_consent_wall_never_takes_back_a_stored_article(make_service: Make, site: Site) -> None:
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    published(service, host, "Stays")
    service.work()
    before = service.read("articles", "text", "revision")

    host.put("/news/1.html", CONSENT)
    service.later(minutes=16)
    service.work()

    assert [row["state"] for row in service.read("pages", "state")] == [
        "extracted",
        "refused",
    ]
    assert service.read("articles", "text", "revision") == before
    assert states(service) == ["stored"]


def test_an_unchanged_page_is_not_kept_again(make_service: Make, site: Site) -> None:
    service = make_service(look_again_seconds=(900.0, 1800.0, 3600.0))
    host = site.host()
    published(service, host, "Same")
    service.work()
    for _ in range(4):
        service.later(hours=1)
        service.work()
    assert len(page_hits(site, host)) == 4
    # The last look is made without validators: an answer of 304 is not believed forever.
    assert [hit.status for hit in site.hits(f"{host.home}/news/")[1:]] == [304, 304, 200]
    assert service.count("pages") == 1
    assert service.read("entries", "looks", "due_at") == [{"looks": 3, "due_at": None}]


def test_a_404_after_other_failures_counts_as_the_first_404(make_service: Make, site: Site) -> None:
    service = make_service(look_again_seconds=(900.0,), fetch_tries=2)
    host = site.host()
    (url,) = published(service, host, "Troubled", content=TEXT)
    host.fault(url, faults.status(500))
    for _ in range(2):
        service.work()
        service.later(minutes=10)
    assert states(service) == ["stored"]

    host.fault(url, faults.status(404))
    service.change("entries", {"due_at": service.now()})
    with service.store.begin() as db:
        hosts.wake(db, [1])
    service.work()

    assert service.read("articles", "state") == [{"state": "live"}]


def test_looks_follow_the_ages_of_the_article() -> None:
    ages = tuple(timedelta(hours=hours) for hours in (1, 4, 24))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [next_look(looks, now=now, ages=ages) for looks in range(4)]
    assert [wait and wait - now for wait in waits] == [timedelta(hours=3), timedelta(hours=20), None, None]


def test_an_entry_put_back_starts_with_no_errors_and_no_attempts(service: Service, site: Site) -> None:
    host = site.host()
    (url,) = published(service, host, "Back")
    host.fault(url, faults.status(404))
    service.work()
    with service.store.begin() as db:
        assert entries.requeue(db, now=service.now(), ids=[1]) == 1
    assert states(service) == ["waiting"]
    host.heal()
    service.work()
    assert states(service) == ["stored"]
    assert service.read("entries", "reason", "errors") == [{"reason": None, "errors": 0}]


def test_an_article_from_the_feeds_text_is_not_removed_when_its_page_is_missing(
    make_service: Callable[..., Service], site: Site
) -> None:
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    article = host.article("Only in the feed")
    host.feed("/feed.xml").add(article, content="<p>" + "What the feed itself says of it. " * 40 + "</p>")
    host.fault(article.url, faults.gone())
    service.subscribe(f"{host.home}/feed.xml")
    service.work()
    for _ in range(3):
        service.later(hours=2)
        service.work()

    assert service.identity().stored == 1
    assert [row["kind"] for row in service.read("changes", "kind")] == ["created"]
