"""A feed that is gone: another is sought on its site, offered, and taken by one command."""

import pytest

from tests.services.service import Service
from tests.site import Site, faults
from tests.site.host import SiteHost
from worker.services.operator.subscribe import move_feed

NAMES = (
    '<!doctype html><head><link rel=alternate type="application/rss+xml" href="{}"></head><body>Home</body>'
)


def names(host: SiteHost, url: str) -> None:
    """The home page of the host declares the feed at `url`."""
    host.put("/", NAMES.format(url))


def successor(service: Service) -> str | None:
    found = service.read("feeds", "successor")[0]["successor"]
    return None if found is None else str(found)


def test_a_feed_that_is_gone_for_good_is_retired_and_the_new_one_of_its_site_is_offered(
    service: Service, site: Site
) -> None:
    host = site.host()
    new = host.feed("/new.xml", articles=1)
    host.fault(f"{host.home}/old.xml", faults.status(410))
    names(host, new.url)
    [feed_id] = service.subscribe(f"{host.home}/old.xml")
    service.work()
    assert service.read("feeds", "state")[0]["state"] == "retired"
    assert successor(service) == new.url
    assert move_feed(service.store, feed_id, None, now=service.now()) == new.url
    service.work()
    assert service.identity().stored == 1
    [row] = service.read("feeds", "state", "url", "moved_from", "successor", "errors")
    assert row == {
        "state": "active",
        "url": new.url,
        "moved_from": f"{host.home}/old.xml",
        "successor": None,
        "errors": 0,
    }


@pytest.mark.parametrize("is_page", [True, False], ids=["a page", "404"])
def test_the_site_of_a_failing_feed_is_asked_after_the_third_failure_in_a_row(
    service: Service, site: Site, is_page: bool
) -> None:
    host = site.host()
    new = host.feed("/new.xml", articles=1)
    if is_page:
        host.put("/old.xml", "<p>A page, and no feed</p>")
    else:
        host.fault(f"{host.home}/old.xml", faults.status(404))
    names(host, new.url)
    service.subscribe(f"{host.home}/old.xml")
    for _ in range(2):
        service.work()
        assert successor(service) is None
        service.later(hours=12)
    service.work()
    assert successor(service) == new.url


def test_an_offer_ends_when_the_feed_answers_again(service: Service, site: Site) -> None:
    host = site.host()
    new = host.feed("/new.xml", articles=1)
    host.fault(f"{host.home}/old.xml", faults.status(404))
    names(host, new.url)
    service.subscribe(f"{host.home}/old.xml")
    for _ in range(3):
        service.work()
        service.later(hours=12)
    assert successor(service) == new.url
    host.heal(f"{host.home}/old.xml")
    host.feed("/old.xml", articles=1)
    service.work()
    assert successor(service) is None


def test_nothing_is_offered_that_is_the_same_feed_or_another_subscription(
    service: Service, site: Site
) -> None:
    host = site.host()
    mine = host.feed("/mine.xml", articles=1)
    host.fault(f"{host.home}/old.xml", faults.status(410))
    names(host, mine.url)
    _, old_id = service.subscribe(mine.url, f"{host.home}/old.xml")
    service.work()
    assert service.read("feeds", "successor", id=old_id) == [{"successor": None}]
    with pytest.raises(ValueError, match="names no other feed"):
        move_feed(service.store, old_id, None, now=service.now())
    with pytest.raises(ValueError, match="another feed has the address"):
        move_feed(service.store, old_id, mine.url, now=service.now())
