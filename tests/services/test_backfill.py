"""Walking back through archives on request: page by page in turns of the host, resumable at any page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.services import archives
from tests.services.archives import RSS, down, points_to, rss
from tests.services.service import Service
from tests.site import Site, faults, pauses
from worker.services.walk.backfill import Progress, continue_walk, open_walk
from worker.store import hosts

Make = Callable[..., Service]


def walk_back(service: Service, url: str, *, stop_at: int = 10**6, **options: Any) -> Progress:
    """Subscribe to `url` if it is unknown, and walk back; stop after `stop_at` pages."""
    service.subscribe(url)
    (feed,) = service.read("feeds", "id", url=url)
    wanted = {"since": None, "pages": 100} | options
    walk_id, _ = open_walk(service.store, int(str(feed["id"])), url, **wanted)
    seen = [0]
    return continue_walk(
        service.store,
        walk_id,
        clock=service.now,
        policy=service.settings.archives,
        book=service.hosts,
        patience=timedelta(seconds=5),
        stopping=lambda: seen[0] >= stop_at,
        watch=lambda now: seen.__setitem__(0, now.pages),
        pause=lambda _: service.later(seconds=1),
    )


def numbers(service: Service) -> set[int]:
    return {int(str(row["title"]).split()[-1]) for row in service.read("entries", "title")}


def test_a_wordpress_feed_is_read_page_by_page_to_its_end(service: Service, site: Site) -> None:
    url = archives.wordpress(site.host(), 23)
    done = walk_back(service, url)
    assert (done.state, done.reason, done.found) == ("done", "archive-end", 23)
    assert numbers(service) == set(range(1, 24))
    assert done.oldest == archives.minute(1)
    assert service.identity().holds


def test_archive_documents_are_read_from_the_newest_to_the_oldest(service: Service, site: Site) -> None:
    host = site.host()
    url = host.put("/feed.xml", rss(host, down(30, 25), points_to("prev-archive", "/2.xml")), RSS)
    host.put("/2.xml", rss(host, range(10, 25), "<fh:archive/>" + points_to("prev-archive", "/1.xml")), RSS)
    host.put("/1.xml", rss(host, range(1, 10), "<fh:archive/>"), RSS)
    assert walk_back(service, url).found == 30


def test_a_json_feed_is_read_by_its_next_url(service: Service, site: Site) -> None:
    host = site.host()
    page = '{{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{}]{}}}'
    item = '{{"id": "{0}", "url": "/{0}", "title": "Entry {0}"}}'
    url = host.put(
        "/feed.json", page.format(item.format(2), ', "next_url": "/older.json"'), "application/json"
    )
    host.put("/older.json", page.format(item.format(1), ""), "application/json")
    assert walk_back(service, url).found == 2


def test_a_feed_that_says_that_it_is_complete_is_one_page(service: Service, site: Site) -> None:
    host = site.host()
    extra = f"<fh:complete/>{archives.WORDPRESS}"
    url = host.put("/feed.xml", rss(host, down(3, 1), extra), RSS)
    done = walk_back(service, url)
    assert (done.pages, done.found, done.reason) == (1, 3, "archive-end")


def test_a_walk_of_a_feed_without_an_archive_ends_with_that_reason(service: Service, site: Site) -> None:
    host = site.host()
    url = host.put("/feed.xml", rss(host, down(3, 1)), RSS)
    done = walk_back(service, url)
    assert (done.state, done.reason, done.found) == ("done", "no-archive", 3)


def test_a_walk_with_a_start_date_takes_no_older_entry(service: Service, site: Site) -> None:
    host = site.host()
    url = archives.wordpress(host, 23)
    done = walk_back(service, url, since=archives.minute(11))
    assert done.reason == "since"
    assert numbers(service) == set(range(11, 24))
    assert len(site.hits(f"{url}?paged")) == 3


def test_a_walk_stops_at_its_page_limit_and_continues_when_run_again(service: Service, site: Site) -> None:
    url = archives.wordpress(site.host(), 23)
    first = walk_back(service, url, pages=2)
    assert (first.state, first.reason, first.found) == ("stopped", "pages", 10)
    second = walk_back(service, url, pages=2)
    assert (second.id, second.pages, second.found) == (first.id, 4, 20)
    assert (last := walk_back(service, url)).reason == "archive-end"
    assert last.found == 23
    assert len(site.hits(url)) == 6


def test_an_interrupted_walk_continues_where_it_stopped(service: Service, site: Site) -> None:
    url = archives.wordpress(site.host(), 23)
    stopped = walk_back(service, url, stop_at=2)
    assert (stopped.state, stopped.pages) == ("open", 2)
    assert numbers(service) == set(range(14, 24))
    done = walk_back(service, url)
    assert (done.id, done.found) == (stopped.id, 23)
    assert [hit.target for hit in site.hits(url)].count("/feed/?paged=2") == 1


def test_a_walk_keeps_to_the_hosts_delay_and_robots_txt(make_service: Make, site: Site) -> None:
    service = make_service(fetch_delay_seconds=0.05)
    host = site.host()
    url = archives.wordpress(host, 23)
    host.robots("User-agent: *\nDisallow: /feed/?paged=4\n")
    done = walk_back(service, url)
    assert (done.state, done.reason, done.found) == ("stopped", "robots", 15)
    assert min(pauses(site.hits(host.home))) >= 0.04


def test_a_server_that_ignores_page_numbers_ends_the_walk_as_a_loop(service: Service, site: Site) -> None:
    host = site.host()
    url = host.put("/feed/", rss(host, down(5, 1), archives.WORDPRESS), RSS)
    done = walk_back(service, url)
    assert (done.state, done.reason, done.pages) == ("done", "loop", 2)


def test_a_failing_page_is_retried_and_then_stops_the_walk_with_its_reason(
    service: Service, site: Site
) -> None:
    host = site.host()
    url = archives.wordpress(host, 23)
    host.fault("/feed/?paged=3", faults.status(500))
    stopped = walk_back(service, url)
    assert (stopped.state, stopped.reason, stopped.found) == ("stopped", "http-server-error", 10)
    host.heal()
    assert walk_back(service, url).found == 23


def test_a_walk_can_read_the_sitemaps_of_the_site(service: Service, site: Site) -> None:
    host = site.host()
    url = host.put("/feed.xml", rss(host, down(23, 20)), RSS)
    host.robots(f"Sitemap: {host.home}/index.xml\n")
    names = [f"{host.home}/posts-{number}.xml" for number in (1, 2)]
    host.put("/index.xml", archives.sitemap_index(names), "text/xml")
    host.put("/posts-1.xml", archives.news_sitemap(host, down(10, 1)), "text/xml")
    host.put("/posts-2.xml", archives.news_sitemap(host, down(20, 11)), "text/xml")
    done = walk_back(service, url, sitemaps=True)
    assert (done.state, done.found) == ("done", 20)


def test_entries_of_an_archive_change_neither_the_cadence_nor_known_entries(
    service: Service, site: Site
) -> None:
    host = site.host()
    url = archives.wordpress(host, 8)
    service.subscribe(url)
    service.work()
    before = service.read("feeds", "cadence", "last_new_at", "item_hashes")
    first_page = positions(service)
    host.put(
        "/feed/?paged=2", rss(host, down(3, 1), archives.WORDPRESS).replace("Entry", "Older title of"), RSS
    )
    assert walk_back(service, url).found == 3
    assert service.read("feeds", "cadence", "last_new_at", "item_hashes") == before
    assert positions(service)[:5] == first_page


def positions(service: Service) -> list[int]:
    return sorted(row["position"] for row in service.read("sightings", "position"))


@pytest.mark.parametrize("bad", ["ftp://example.org/1.xml", "javascript:alert(1)", "https://"])
def test_a_link_to_older_entries_that_cannot_be_fetched_ends_the_walk(
    service: Service, site: Site, bad: str
) -> None:
    host = site.host()
    url = host.put("/feed.xml", rss(host, down(3, 1), points_to("prev-archive", bad)), RSS)
    assert walk_back(service, url).state == "done"


def test_each_requested_page_of_an_archive_emits_one_event(service: Service, site: Site) -> None:
    url = archives.wordpress(site.host(), 23)
    with capture_logs() as lines:
        done = walk_back(service, url)
    told = [line for line in lines if line["event"] == "archive read"]
    assert [line["outcome"] for line in told] == ["read"] * 5 + ["ended"]
    assert len(told) == done.pages
    assert sum(line["new"] for line in told) == done.found == service.identity().discovered
    assert all(line["stage"] == "walk" and line["seconds"] >= 0 for line in told)


def test_a_walk_waits_while_a_worker_holds_the_host(service: Service, site: Site) -> None:
    url = archives.wordpress(site.host(), 8)
    service.subscribe(url)
    with service.store.begin() as db:
        (host,) = hosts.claim(db, "poll", now=service.now(), lease=timedelta(seconds=3), limit=1)
    began = service.now()
    done = walk_back(service, url)
    assert done.state == "done"
    assert service.now() - began >= timedelta(seconds=3)
    assert host.id == service.read("hosts", "id")[0]["id"]


def test_an_archive_on_another_host_is_requested_in_that_hosts_turn(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    other.robots("User-agent: *\nDisallow: /closed/\n")
    older = other.put("/1.xml", rss(host, down(4, 3), points_to("prev-archive", "/closed/0.xml")), RSS)
    url = host.put("/feed.xml", rss(host, down(6, 5), points_to("prev-archive", older)), RSS)
    done = walk_back(service, url)
    assert (done.state, done.reason, done.found) == ("stopped", "robots", 4)
    assert [hit.target for hit in site.hits(other.home)] == ["/robots.txt", "/1.xml"]
    assert [hit.target for hit in site.hits(host.home)] == ["/feed.xml"]


def test_the_walk_for_a_gap_continues_on_another_host(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    host.put("/feed.xml", rss(host, down(5, 1)), RSS)
    service.later(minutes=10)
    service.subscribe(f"{host.home}/feed.xml")
    service.work()
    older = other.put("/1.xml", rss(host, down(9, 1)), RSS)
    host.put("/feed.xml", rss(host, down(14, 10), points_to("prev-archive", older)), RSS)
    service.later(days=1)
    service.work()
    assert service.read("gaps", "fill", "found") == [{"fill": "filled", "found": 4}]
