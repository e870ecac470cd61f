"""Sources without a feed: pages whose links become entries, and indexes of sitemaps."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

from tests.services import archives
from tests.services.archives import down, news_sitemap, sitemap_index
from tests.services.service import Service
from tests.site import Site, SiteHost, faults
from worker.demo import DemoWeb
from worker.feeds import ParsedFeed
from worker.feeds.listing import articles
from worker.services.operator.subscribe import Wish, subscribe


def front(host: SiteHost, titles: list[str], *, selector: str = "h2", extra: str = "") -> str:
    """Put a listing page online that links to an article of each title; return its URL."""
    for title in titles:
        if host.reply(path(title)).status == 404:
            host.article(title, path=path(title))
    listed = "".join(f'<{selector}><a href="{path(title)}">{title}</a></{selector}>' for title in titles)
    nav = '<nav><a href="/about-us-and-our-long-history">About us and our long history</a></nav>'
    return host.put("/", f"<html><title>Front</title><body>{nav}<main>{listed}</main>{extra}</body></html>")


def path(title: str) -> str:
    return f"/2026/{title.lower().replace(' ', '-')}.html"


def wish(service: Service, url: str, selector: str | None = None) -> None:
    subscribe(service.store, [Wish(url, listing=True, selector=selector)], now=service.now())


def poll_again(service: Service) -> None:
    service.later(days=2)
    service.work()


def stored(service: Service) -> set[object]:
    return {row["title"] for row in service.read("entries", "title", state="stored")}


def feed_row(service: Service) -> dict[str, Any]:
    (row,) = service.read("feeds")
    return row


FIRST = ["The bridge is closed", "The mill is rebuilt", "The storm has passed"]


def test_links_of_a_listing_page_become_articles_and_new_links_follow(service: Service, site: Site) -> None:
    host = site.host()
    wish(service, front(host, FIRST))
    service.work()
    assert stored(service) == set(FIRST)
    assert (feed_row(service)["kind"], feed_row(service)["title"]) == ("listing", "Front")

    front(host, ["The festival begins", *FIRST[:2]])
    poll_again(service)
    assert stored(service) == {*FIRST, "The festival begins"}
    assert (feed_row(service)["last_overlap"], service.read("gaps")) == (2, [])
    assert service.identity().holds


def test_a_listing_page_with_the_same_links_is_unchanged_whatever_else_changes(
    service: Service, site: Site
) -> None:
    host = site.host()
    wish(service, front(host, FIRST))
    service.work()
    front(host, FIRST[::-1], extra=f"<p>It is {datetime.now(UTC)}, 12 degrees")
    poll_again(service)
    assert feed_row(service)["polls_unchanged"] == 1


def test_a_changed_link_text_does_not_count_as_an_edit(service: Service, site: Site) -> None:
    host = site.host()
    wish(service, front(host, FIRST))
    service.work()
    pages = len(site.hits(f"{host.home}/2026/"))
    front(host, [*FIRST, "The fourth of them"])
    host.put("/", host.reply("/").body.decode().replace("The bridge is closed<", "Why the bridge is closed<"))
    poll_again(service)
    assert len(site.hits(f"{host.home}/2026/")) == pages + 1


def test_a_selector_restricts_a_listing_page_to_one_list(service: Service, site: Site) -> None:
    host = site.host()
    extra = "".join(
        f"<h3><a href='/offers-for-you-{n}.html'>One of our offers for you</a></h3>" for n in range(4)
    )
    wish(service, front(host, FIRST, selector="h5", extra=extra), "main h5 a")
    service.work()
    assert len(service.read("entries")) == 3


def test_a_listing_page_without_its_list_fails_with_a_reason(service: Service, site: Site) -> None:
    host = site.host()
    wish(service, front(host, FIRST))
    service.work()
    host.put("/", "<html><body><p>We are working on something new.</p></body></html>")
    poll_again(service)
    assert (feed_row(service)["reason"], feed_row(service)["errors"]) == ("not-a-feed", 1)
    assert "no list of articles" in feed_row(service)["detail"]


def test_a_listing_page_is_requested_only_if_robots_txt_allows_it(service: Service, site: Site) -> None:
    host = site.host()
    host.robots("User-agent: *\nDisallow: /\n")
    url = front(host, FIRST)
    feed = host.feed("/feed.xml")
    wish(service, url)
    service.subscribe(feed.url)
    service.work()
    (row,) = service.read("feeds", "reason", url=url)
    assert row["reason"] == "robots"
    assert [hit.target for hit in site.hits(host.home)] == ["/feed.xml", "/robots.txt"]


def test_a_listing_page_whose_robots_txt_cannot_be_read_waits(service: Service, site: Site) -> None:
    host = site.host()
    wish(service, front(host, FIRST))
    host.fault("/robots.txt", faults.status(500))
    service.work()
    assert feed_row(service)["reason"] == "robots-unreachable"
    assert site.hits(f"{host.home}/2026") == []


def test_an_index_of_sitemaps_is_polled_through_its_newest_sitemaps_and_then_the_others(
    service: Service, site: Site
) -> None:
    host = site.host()
    names = [
        f"{host.home}/{name}.xml" for name in ("tags", "images", "posts-1", "posts-2", "posts-3", "news")
    ]
    url = host.put("/sitemap_index.xml", sitemap_index(names), "application/xml")
    for number, name in enumerate(("posts-1", "posts-2", "posts-3")):
        host.put(f"/{name}.xml", news_sitemap(host, [number + 1]), "application/xml")
    host.put("/news.xml", news_sitemap(host, down(20, 11)), "application/xml")
    service.later(hours=1)
    service.subscribe(url)
    service.work()
    asked = [hit.target for hit in site.hits(host.home) if hit.target.endswith(".xml")]
    assert asked == ["/sitemap_index.xml", "/news.xml", "/posts-3.xml", "/posts-2.xml"]
    assert feed_row(service)["kind"] == "sitemap"
    assert len(service.read("entries")) == 12

    poll_again(service)
    assert len(service.read("entries")) == 13, "posts-1"
    poll_again(service)
    assert feed_row(service)["polls_unchanged"] == 1
    host.put("/news.xml", news_sitemap(host, down(22, 13)), "application/xml")
    poll_again(service)
    assert (feed_row(service)["last_overlap"], len(service.read("entries"))) == (8, 15)
    assert service.count("gaps") == 0


def test_a_sitemap_index_without_children_on_its_host_is_not_a_feed(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    url = host.put("/index.xml", sitemap_index([f"{other.home}/news.xml"]), "application/xml")
    service.subscribe(url)
    service.work()
    assert feed_row(service)["reason"] == "not-a-feed"
    assert site.hits(other.home) == []


def test_a_gzipped_sitemap_is_a_feed(service: Service, site: Site) -> None:
    host = site.host()
    packed = gzip.compress(archives.news_sitemap(host, down(3, 1)).encode())
    service.subscribe(host.put("/news.xml.gz", packed, "application/x-gzip"))
    service.work()
    assert len(service.read("entries")) == 3


def test_the_front_pages_of_the_demos_outlets_are_listings() -> None:
    began = datetime.now(UTC)
    with DemoWeb(clock=lambda: began + timedelta(hours=1), began=began) as demo:
        homes = sorted({urljoin(feed, "/") for feed in demo.feeds})
        assert len(homes) >= 5
        for home in homes:
            with urlopen(home) as answer:
                body = answer.read()
            found = articles.read_listing(body, url=home)
            assert isinstance(found, ParsedFeed)
            linked = set(re.findall(r'<li><a href="([^"]+)"', body.decode()))
            assert {entry.link for entry in found.entries} == {
                url for url in linked if not url.endswith(".pdf")
            }
