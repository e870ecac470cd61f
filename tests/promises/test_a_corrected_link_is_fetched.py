"""A feed that corrects the link of an item that it has shown gets the page at the right address fetched."""

from dataclasses import replace

import pytest

from tests.services.service import Service
from tests.site import Site, SiteFeed, SiteHost, faults


def listed(host: SiteHost, link: str, *, guid: str = "one") -> SiteFeed:
    """A feed with one item that leads to `link`."""
    feed = host.feed("/feed.xml")
    feed.add(host.article("The ferry sails again", path="/right"), guid=guid, link=f"{host.home}{link}")
    return feed


def relinked(service: Service, feed: SiteFeed, link: str, *, hours: float = 49) -> None:
    """The publisher changes the link, and the feed is polled again."""
    feed.items[0] = replace(feed.items[0], link=link)
    service.later(hours=hours)
    service.work()


def test_an_entry_refused_at_a_mistyped_link_is_fetched_at_the_right_one(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = listed(host, "/typo")
    service.subscribe(feed.url)
    service.work()
    assert service.refusals() == {"http-gone": 1}

    relinked(service, feed, f"{host.home}/right")

    assert (service.identity().discovered, service.identity().stored) == (1, 1)
    assert service.read("entries", "url")[0]["url"] == f"{host.home}/right"


def test_a_mistyped_host_is_corrected_too(service: Service, site: Site) -> None:
    host, wrong = site.host(), site.host()
    feed = listed(host, "/right")
    feed.items[0] = replace(feed.items[0], link=f"{wrong.home}/right")
    service.subscribe(feed.url)
    service.work()
    assert service.identity().refused == 1

    relinked(service, feed, f"{host.home}/right")
    assert service.identity().stored == 1


def test_an_entry_that_still_waits_is_fetched_at_the_new_link(service: Service, site: Site) -> None:
    host = site.host()
    host.fault("/typo", faults.status(500))
    feed = listed(host, "/typo")
    service.subscribe(feed.url)
    service.work()
    assert service.identity().waiting == 1

    relinked(service, feed, f"{host.home}/right")
    assert service.identity().stored == 1


def test_a_link_that_led_to_another_article_is_followed_to_the_right_one(
    service: Service, site: Site
) -> None:
    host = site.host()
    other = host.article("Nine wooden horses sold")
    feed = listed(host, "/right")
    feed.items[0] = replace(feed.items[0], link=other.url)
    service.subscribe(feed.url)
    service.work()

    relinked(service, feed, f"{host.home}/right")
    assert site.hits(f"{host.home}/right")


@pytest.mark.parametrize("rotating", ["/right?token={}", "/right?utm_source={}", "/right#n{}"])
def test_a_stored_article_whose_link_rotates_is_not_fetched_again(
    service: Service, site: Site, rotating: str
) -> None:
    host = site.host()
    feed = listed(host, "/right")
    service.subscribe(feed.url)
    service.work()
    before = len(site.hits(f"{host.home}/right"))
    for number in range(5):
        relinked(service, feed, f"{host.home}{rotating.format(number)}")
    assert len(site.hits(f"{host.home}/right")) == before
    assert service.identity().discovered == 1


def test_a_refused_entry_whose_link_rotates_is_fetched_once_a_day_at_most(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = listed(host, "/gone/0")
    service.subscribe(feed.url)
    service.work()
    for number in range(1, 13):
        relinked(service, feed, f"{host.home}/gone/{number}", hours=6)
    asked = [hit for hit in site.log if "/gone/" in hit.url]
    assert 2 <= len(asked) <= 6


def test_a_guid_reused_for_another_article_takes_no_address_away(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", window=1)
    feed.add(host.article("The ferry sails again"), guid="top")
    service.subscribe(feed.url)
    service.work()
    feed.add(host.article("Nine wooden horses sold"), guid="top", published=None, updated=None)
    service.later(days=2)
    service.work()
    assert service.identity().stored == 2
