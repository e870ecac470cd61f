"""`feeds discover`: from a site's address to its offers, each of them read."""

from datetime import UTC, datetime

import pytest

from tests.cli.terminal import wiredesk
from tests.services import archives
from tests.services.archives import RSS, down, news_sitemap, rss, sitemap_index
from tests.site import Site, SiteHost, faults
from tests.store import tables
from worker.store import Store

pytestmark = pytest.mark.usefixtures("loopback")


def page(host: SiteHost, path: str, body: str = "", head: str = "") -> str:
    return host.put(path, f"<html><head><title>Front</title>{head}</head><body>{body}</body></html>")


def declared(href: str, title: str = "News") -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'


def offers(url: str, *options: str) -> list[tuple[str, str, str]]:
    """Return path, kind and `how` of each offer."""
    found = wiredesk("feeds", "discover", url, "--json", *options).json
    return [
        (offer["url"].partition("//")[2].partition("/")[2], offer["kind"], offer["how"])
        for offer in found["offers"]
    ]


def test_declared_feeds_are_read_and_listed(site: Site) -> None:
    host = site.host()
    url = page(host, "/", head=declared("/feed.xml") + declared("/comments.xml", "Comments"))
    # The clock of the archives is two hours ahead; these entries are of the past.
    host.put("/feed.xml", rss(host, down(-121, -125)), RSS)
    host.put("/comments.xml", rss(host, down(9, 8)), RSS)

    said = wiredesk("feeds", "discover", url)

    assert said.code == 0
    first, second = said.out.splitlines()[1:3]
    assert "feed.xml" in first
    assert first.split()[:2] == ["rss", "5"]
    assert "declared" in first
    assert "comments.xml" in second
    newest = wiredesk("feeds", "discover", url, "--json").json["offers"][0]["newest"]
    assert datetime.fromisoformat(newest) <= datetime.now(UTC)


def test_a_declared_address_that_is_not_a_feed_is_reported(site: Site) -> None:
    host = site.host()
    url = page(host, "/", head=declared("/gone.xml") + declared("/page.xml") + declared("/feed.xml"))
    page(host, "/page.xml")
    host.put("/feed.xml", rss(host, [1]), RSS)
    said = wiredesk("feeds", "discover", url)
    assert f"not usable (http-gone, declared): {host.home}/gone.xml" in said.out
    assert f"not usable (not-a-feed, declared): {host.home}/page.xml" in said.out
    assert [offer[0] for offer in offers(url)] == ["feed.xml"]


def test_feeds_with_the_same_entries_are_offered_once(site: Site) -> None:
    host = site.host()
    url = page(host, "/", head=declared("/a.xml") + declared("/b.xml"))
    for path in ("/a.xml", "/b.xml"):
        host.put(path, rss(host, down(5, 1)), RSS)
    assert [offer[0] for offer in offers(url)] == ["a.xml"]


def test_a_page_that_sends_its_readers_on_is_followed(site: Site) -> None:
    host = site.host()
    url = page(host, "/", head='<meta http-equiv="Refresh" content="0; url=/news/">')
    page(host, "/news/", head="<meta http-equiv=refresh content=\"0; URL='/home'\">")
    page(host, "/home", head=declared("/feed.xml"))
    host.put("/feed.xml", rss(host, [1]), RSS)
    assert offers(url) == [("feed.xml", "rss", "declared")]


@pytest.mark.parametrize(
    "refresh",
    [
        '<meta http-equiv="refresh" content="300">',
        '<meta http-equiv="refresh" content="300; url=/other">',
        '<noscript><meta http-equiv="refresh" content="0; url=/other"></noscript>',
    ],
)
def test_a_page_that_only_renews_itself_is_read(site: Site, refresh: str) -> None:
    host = site.host()
    url = page(host, "/", head=refresh + declared("/feed.xml"))
    page(host, "/other")
    host.put("/feed.xml", rss(host, [1]), RSS)
    assert offers(url) == [("feed.xml", "rss", "declared")]


@pytest.mark.parametrize("wrong", ["empty", "foreign", "comments"])
@pytest.mark.parametrize("right", ["declared", "linked", "common path"])
def test_a_wrong_declared_feed_does_not_win_over_the_right_one(site: Site, wrong: str, right: str) -> None:
    host, other = site.host(), site.host()
    bad = {
        "empty": host.put("/old.xml", rss(host, []), RSS),
        "foreign": other.put("/theme.xml", rss(other, [1]), RSS),
        "comments": host.put("/comments/feed.xml", rss(host, [5]), RSS),
    }[wrong]
    host.put("/rss.xml", rss(host, [2]), RSS)
    link = '<a href="/rss.xml" type="application/rss+xml">Subscribe</a>' if right == "linked" else ""
    url = page(
        host, "/", body=link, head=declared(bad) + (declared("/rss.xml") if right == "declared" else "")
    )
    assert offers(url)[0] == ("rss.xml", "rss", right)


def test_the_feed_of_a_section_comes_first_on_its_page(site: Site) -> None:
    host = site.host()
    url = page(host, "/sport/", head=declared("/feed.xml") + declared("/sport/feed.xml"))
    host.put("/feed.xml", rss(host, down(3, 1)), RSS)
    host.put("/sport/feed.xml", rss(host, [1]), RSS)
    assert offers(url)[0][0] == "sport/feed.xml"


def test_a_feed_in_the_language_of_the_page_comes_first(site: Site) -> None:
    host = site.host()
    languages = {"en": [1], "de": [2]}
    for name, numbers in languages.items():
        host.put(f"/{name}.xml", rss(host, numbers, f"<language>{name}</language>"), RSS)
    head = "".join(declared(f"/{name}.xml") for name in languages)
    url = host.put("/", f"<html lang='de-CH'><head>{head}</head></html>")
    assert [path for path, _, _ in offers(url)] == ["de.xml", "en.xml"]


def test_an_index_of_sitemaps_is_offered_itself(site: Site) -> None:
    host = site.host()
    months = [f"{host.home}/2026-{month:02}.xml" for month in (10, 11)]
    for month in (10, 11):
        listed = f"<urlset><url><loc>{host.home}/a/{month}</loc></url></urlset>"
        host.put(f"/2026-{month:02}.xml", listed, "text/xml")
    url = host.put("/sitemap.xml", sitemap_index(months), "text/xml")
    found = wiredesk("feeds", "discover", url, "--json").json["offers"]
    assert [(offer["url"], offer["kind"], offer["entries"]) for offer in found] == [(url, "sitemap", 2)]


def test_a_linked_page_that_lists_feeds_is_followed(site: Site) -> None:
    host = site.host()
    url = page(host, "/", body='<a href="/rss">RSS</a>')
    page(host, "/rss", body='<a href="/sport.rss">Sport</a><a href="/world.rss">World</a>')
    host.put("/sport.rss", rss(host, [1]), RSS)
    host.put("/world.rss", rss(host, [2]), RSS)
    assert {offer[0] for offer in offers(url)} == {"sport.rss", "world.rss"}


def test_usual_addresses_are_tried_when_the_page_declares_no_feed(site: Site) -> None:
    host = site.host()
    url = page(host, "/", body="<p>Hello</p>")
    host.put("/atom.xml", rss(host, [1]), RSS)
    assert offers(url) == [("atom.xml", "rss", "common path")]
    assert "not usable" not in wiredesk("feeds", "discover", url).out


def test_sitemaps_follow_feeds_and_news_sitemaps_come_first(site: Site) -> None:
    host = site.host()
    url = page(host, "/", head=declared("/feed.xml"))
    host.put("/feed.xml", rss(host, [1]), RSS)
    host.robots(f"Sitemap: {host.home}/pages.xml\nSitemap: /index.xml\n")
    host.put("/pages.xml", "<urlset><url><loc>/about</loc></url></urlset>", "text/xml")
    names = [f"{host.home}/tags.xml", f"{host.home}/news.xml"]
    host.put("/index.xml", sitemap_index(names), "text/xml")
    host.put("/news.xml", news_sitemap(host, down(5, 1)), "text/xml")
    assert offers(url) == [
        ("feed.xml", "rss", "declared"),
        ("news.xml", "news sitemap", "robots.txt, in an index"),
        ("pages.xml", "sitemap", "robots.txt"),
    ]


def test_a_site_without_a_feed_is_offered_as_a_list_of_links(store: Store, site: Site) -> None:
    host = site.host()
    body = "".join(
        f'<h2><a href="/the-bridge-is-closed-{n}">The bridge is closed {n}</a></h2>' for n in range(4)
    )
    url = page(host, "/", body=body)
    assert offers(url) == [("", "listing", "its links")]

    said = wiredesk("feeds", "discover", url, "--add", "best")
    assert said.err == "1 subscribed\n"
    (feed,) = wiredesk("feeds", "list", "--json").json
    assert feed["url"] == url
    with store.begin() as db:
        assert tables.read(db, "feeds", "settings") == [{"settings": {"listing": {}}}]


def test_add_subscribes_to_the_best_offer_or_to_all(store: Store, site: Site) -> None:
    host = site.host()
    url = page(host, "/", head=declared("/a.xml") + declared("/b.xml"))
    host.put("/a.xml", rss(host, [1]), RSS)
    host.put("/b.xml", rss(host, [2]), RSS)
    assert wiredesk("feeds", "discover", url, "--add", "best", "--label", "world").err == "1 subscribed\n"
    assert wiredesk("feeds", "discover", url, "--add", "all").err == "1 subscribed, 1 known before\n"
    assert {feed["url"] for feed in wiredesk("feeds", "list", "--json").json} == {
        f"{host.home}/a.xml",
        f"{host.home}/b.xml",
    }


def test_an_address_without_a_scheme_is_tried_with_https_and_http(site: Site) -> None:
    url = site.host().feed("/feed.xml", articles=2).url
    assert offers(url.removeprefix("http://")) == [("feed.xml", "rss", "itself")]


def test_the_address_of_a_feed_is_offered_itself(site: Site) -> None:
    url = site.host().feed("/feed.xml", articles=2).url
    assert offers(url) == [("feed.xml", "rss", "itself")]


def test_dates_in_the_future_do_not_count_as_the_newest_entry(site: Site) -> None:
    host = site.host()
    url = host.put("/feed.xml", rss(host, [10**6]), RSS)
    assert archives.minute(10**6) > datetime.now(UTC)
    assert wiredesk("feeds", "discover", url, "--json").json["offers"][0]["newest"] is None


def test_discover_obeys_robots_txt_and_the_limit_on_requests(site: Site) -> None:
    host = site.host()
    url = page(host, "/", head="".join(declared(f"/{n}.xml") for n in range(9)) + declared("/private/1.xml"))
    for number in range(9):
        host.put(f"/{number}.xml", rss(host, [number]), RSS)
    host.robots("User-agent: *\nDisallow: /private/\n")
    said = wiredesk("feeds", "discover", url, "--requests", "4")
    assert "further addresses were not tried; --requests allows more" in said.out
    assert len(site.hits(host.home)) == 5  # robots.txt is one of them
    assert "not usable (robots, declared)" in wiredesk("feeds", "discover", url).out
    assert site.hits(f"{host.home}/private") == []


def test_a_site_without_offers_is_one_line_that_names_the_selector_option(site: Site) -> None:
    host = site.host()
    url = page(host, "/", body="<p>Hello</p>")
    said = wiredesk("feeds", "discover", url)
    assert (said.code, said.out.count("\n")) == (1, 1)
    assert "--selector" in said.out


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense://x", "http://[::1", "no host here"])
def test_an_unreachable_address_is_reported_in_one_line(url: str) -> None:
    said = wiredesk("feeds", "discover", url)
    assert said.code == 1
    assert said.out.startswith("Nothing found: ")
    assert said.out.count("\n") == 1


def test_a_failing_site_is_reported_in_one_line(site: Site) -> None:
    host = site.host()
    url = page(host, "/")
    host.fault("/", faults.status(503))
    assert wiredesk("feeds", "discover", url).out.startswith("Nothing found: ")
