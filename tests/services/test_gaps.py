"""Gaps: a gap is noticed, looked for in the site's archive, and reported with its fill."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.services import archives
from tests.services.archives import RSS, down, news_sitemap, points_to, rss, sitemap_index
from tests.services.service import Service
from tests.site import Site, SiteHost, faults
from worker.services.poll.decide import published_at
from worker.services.poll.next_poll import hurried

Make = Callable[..., Service]


def known_until(service: Service, site: Site, last: int = 5) -> SiteHost:
    """A host whose feed was polled when `last` was its newest entry."""
    host = site.host()
    host.put("/feed.xml", rss(host, down(last, 1)), RSS)
    host.robots("User-agent: *\nDisallow: /private/\n")
    at(service, last + 1)
    service.subscribe(f"{host.home}/feed.xml")
    service.work()
    return host


def at(service: Service, minute: int) -> None:
    """It is so late now."""
    service.ahead += archives.minute(minute) - service.now()


def poll_at(service: Service, minute: int) -> None:
    """Poll at that time, and walk back until nothing more is due."""
    at(service, minute)
    service.change("feeds", {"due_at": service.now()})
    service.change("hosts", {"free_at": service.now(), "poll_due_at": service.now()})
    service.work()


def gap(service: Service) -> dict[str, Any]:
    (row,) = service.read("gaps")
    return row


def titles(service: Service) -> set[int]:
    return {int(str(row["title"]).split()[-1]) for row in service.read("entries", "title")}


def test_the_pages_of_a_wordpress_feed_fill_the_gap_until_a_known_entry(service: Service, site: Site) -> None:
    host = known_until(service, site)
    archives.wordpress(host, 23, path="/feed.xml")
    poll_at(service, 30)

    assert titles(service) == set(range(1, 24))
    assert (gap(service)["fill"], gap(service)["found"], gap(service)["reason"]) == ("filled", 13, "overlap")
    asked = [hit.target for hit in site.hits(f"{host.home}/feed.xml?paged")]
    assert asked == ["/feed.xml?paged=2", "/feed.xml?paged=3", "/feed.xml?paged=4"]
    assert service.identity().holds


def test_archive_documents_fill_the_gap(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, down(20, 16), points_to("prev-archive", "/old/2.xml")), RSS)
    host.put("/old/2.xml", rss(host, range(8, 16), points_to("prev-archive", "/old/1.xml")), RSS)
    host.put("/old/1.xml", rss(host, down(7, 1)), RSS)
    poll_at(service, 30)
    assert (gap(service)["fill"], gap(service)["found"]) == ("filled", 10)
    assert titles(service) == set(range(1, 21))


def test_a_news_sitemap_fills_the_gap_where_the_feed_names_no_archive(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.robots(f"Sitemap: {host.home}/sitemap-pages.xml\nSitemap: {host.home}/sitemap-news.xml\n")
    host.put("/sitemap-news.xml", news_sitemap(host, down(20, 1)), "application/xml")
    host.put("/feed.xml", rss(host, down(20, 16)), RSS)
    poll_at(service, 30)
    assert (gap(service)["fill"], gap(service)["found"]) == ("filled", 10)
    assert titles(service) == set(range(1, 21))


def test_from_a_sitemap_only_pages_that_fit_the_feed_are_taken(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.robots(f"Sitemap: {host.home}/sitemap.xml\n")
    host.put("/sitemap.xml", sitemap_index([f"{host.home}/tags.xml", f"{host.home}/news.xml"]), "text/xml")
    foreign = news_sitemap(host, down(29, 21), section="sport")
    both = news_sitemap(host, down(20, 10)) + foreign
    host.put("/news.xml", re.sub("</urlset>.*<urlset[^>]*>", "", both), "application/xml")
    host.put("/feed.xml", rss(host, down(20, 16)), RSS)
    poll_at(service, 30)
    assert (gap(service)["fill"], gap(service)["found"]) == ("partly", 6)
    assert max(titles(service)) == 20


def test_a_gap_that_nothing_fills_says_why(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, down(20, 16)), RSS)
    poll_at(service, 30)
    assert (gap(service)["fill"], gap(service)["reason"]) == ("unfilled", "no-archive")


def test_an_archive_that_fails_leaves_the_sitemap_to_try(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.robots(f"Sitemap: {host.home}/news.xml\n")
    host.put("/news.xml", news_sitemap(host, down(20, 5)), "application/xml")
    host.put("/feed.xml", rss(host, down(20, 16), points_to("prev-archive", "/gone.xml")), RSS)
    poll_at(service, 30)
    assert (gap(service)["fill"], gap(service)["found"]) == ("filled", 10)


def test_the_archive_is_not_requested_against_robots_txt(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, down(20, 16), points_to("prev-archive", "/private/1.xml")), RSS)
    host.put("/private/1.xml", rss(host, down(15, 1)), RSS)
    poll_at(service, 30)
    assert gap(service)["fill"] == "unfilled"
    assert site.hits(f"{host.home}/private") == []


def test_an_endless_archive_costs_a_bounded_number_of_pages(make_service: Make, site: Site) -> None:
    service = make_service(poll_gap_pages=3)
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, down(2000, 1996), points_to("next", "/page/1")), RSS)
    for page in range(1, 9):
        body = rss(host, down(1996 - page * 5, 1992 - page * 5), points_to("next", f"/page/{page + 1}"))
        host.put(f"/page/{page}", body, RSS)
    poll_at(service, 2010)
    assert (gap(service)["fill"], gap(service)["found"], gap(service)["reason"]) == ("partly", 15, "pages")
    assert len(site.hits(f"{host.home}/page")) == 3


def test_a_walk_in_a_circle_ends(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, down(20, 16), points_to("next", "/a")), RSS)
    host.put("/a", rss(host, down(15, 13), points_to("next", "/b")), RSS)
    host.put("/b", rss(host, down(12, 11), points_to("next", "/a")), RSS)
    host.robots("")
    poll_at(service, 30)
    assert gap(service)["found"] == 5
    assert len(site.hits(f"{host.home}/a")) == 1


def test_trouble_on_the_way_is_waited_out(service: Service, site: Site) -> None:
    host = known_until(service, site)
    archives.wordpress(host, 12, path="/feed.xml")
    host.fault("/feed.xml?paged=2", faults.status(500))
    poll_at(service, 30)
    assert gap(service)["fill"] == "looking"
    host.heal()
    service.later(hours=1)
    service.work()
    assert (gap(service)["fill"], gap(service)["found"]) == ("filled", 2)


def test_a_gap_is_noticed_in_formats_whose_items_are_not_cut(service: Service, site: Site) -> None:
    host = site.host()
    host.put("/news.xml", news_sitemap(host, down(5, 1)), "application/xml")
    at(service, 6)
    service.subscribe(f"{host.home}/news.xml")
    service.work()
    host.put("/news.xml", news_sitemap(host, down(20, 16)), "application/xml")
    poll_at(service, 30)
    assert gap(service)["after"] == "Entry 16"


def test_a_pinned_entry_hides_no_gap(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, [5, *down(20, 16)]), RSS)
    poll_at(service, 30)
    assert gap(service)["after"] == "Entry 16"


def test_a_document_that_grows_at_its_end_has_its_old_entries_on_top(service: Service, site: Site) -> None:
    host = known_until(service, site)
    host.put("/feed.xml", rss(host, [4, 5, 6, 7, 8, 9]), RSS)
    poll_at(service, 30)
    assert service.read("gaps") == []


def test_entries_that_only_another_feed_brought_do_not_count_as_overlap(service: Service, site: Site) -> None:
    host = known_until(service, site)
    other = host.put("/other.xml", rss(host, down(20, 12)), RSS)
    service.subscribe(other)
    service.work()
    host.put("/feed.xml", rss(host, down(20, 16)), RSS)
    poll_at(service, 30)
    assert gap(service)["after"] == "Entry 16"
    assert service.identity().holds


def wait(service: Service) -> float:
    (row,) = service.read("feeds", "due_at", "last_polled_at")
    seconds: float = (row["due_at"] - row["last_polled_at"]).total_seconds()
    return seconds


def test_after_a_gap_the_feed_is_polled_sooner_until_polls_overlap_again(
    service: Service, site: Site
) -> None:
    host = known_until(service, site)
    waits = []
    for minute, newest in ((60, 60), (120, 120), (125, 121)):
        host.put("/feed.xml", rss(host, down(newest, newest - 4)), RSS)
        poll_at(service, minute)
        waits.append(wait(service) / 60)
    first, second, third = waits
    assert first <= 27 + 1
    assert second <= 13.5 + 1
    assert third <= 27 + 1
    (row,) = service.read("feeds", "cadence")
    assert row["cadence"]["hurry"] / 60 == pytest.approx(27, abs=1)


@pytest.mark.parametrize(
    ("before", "missed", "after"),
    [
        (None, None, None),
        (None, 60, 30),
        (30, 60, 15),
        (12, 60, 10),
        (30, None, 60),
        (200, None, None),
        (None, 9000, 360),
    ],
)
def test_the_longest_wait_after_a_gap(before: int | None, missed: int | None, after: int | None) -> None:
    """Minutes: halved while entries are missed, doubled while polls overlap, between floor and cap."""
    found = hurried(
        before * 60.0 if before else None,
        timedelta(minutes=missed) if missed else None,
        floor=timedelta(minutes=10),
        cap=timedelta(minutes=360),
    )
    assert found == (timedelta(minutes=after) if after else None)


def test_entries_without_a_date_came_between_two_polls() -> None:
    now = archives.minute(60)
    published = [archives.minute(50), None, None, archives.minute(99)]
    assert published_at(published, since=archives.minute(0), now=now) == (
        archives.minute(50),
        archives.minute(20),
        archives.minute(40),
    )
    assert published_at(published, since=None, now=now) == (archives.minute(50),)
