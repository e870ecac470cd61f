"""Design: a turn takes fewest errors first, then the newest; what fails is tried again, and never lost."""

from collections.abc import Callable

import pytest

from tests.services.service import Service
from tests.site import Site, SiteHost, faults

Make = Callable[..., Service]

HANGING = 20
GOOD = 5


@pytest.fixture
def service(make_service: Make) -> Service:
    """A service that waits only briefly for pages that hang."""
    return make_service(
        fetch_read_seconds=0.5, fetch_total_seconds=0.6, fetch_tries=2, turn_seconds=5.0, fetch_robots=False
    )


def published(host: SiteHost, hangs: Callable[[int], bool], articles: int = HANGING + GOOD) -> None:
    """Publish articles, the newest last; those hang whose number says so."""
    feed = host.feed("/feed.xml", window=100, articles=articles)
    for number, item in enumerate(reversed(feed.items)):
        if hangs(number):
            host.fault(item.link, faults.slow(5.0))


def turns_until_stored(service: Service, most: int) -> int:
    """Work turn by turn, each when the host has rested; return how many it takes to store the good pages."""
    for turn in range(1, most + 1):
        service.work()
        if service.identity().stored == GOOD:
            return turn
        service.later(minutes=21)
    raise AssertionError(f"after {most} turns: {service.identity()}")


@pytest.mark.parametrize(
    ("hangs", "most"),
    [
        (lambda number: number < HANGING, 1),
        (lambda number: number >= GOOD, 6),
        (lambda number: number % 5 != 0, 20),
    ],
    ids=["older ones hang", "newer ones hang", "four of five hang"],
)
def test_five_good_pages_of_a_host_are_stored_though_twenty_others_hang(
    service: Service, site: Site, hangs: Callable[[int], bool], most: int
) -> None:
    host = site.host()
    published(host, hangs)
    service.subscribe(host.feeds[0].url)
    assert turns_until_stored(service, most) <= most


def test_every_page_that_hangs_is_tried_again_and_ends_refused(service: Service, site: Site) -> None:
    host = site.host()
    published(host, lambda number: number >= GOOD, articles=GOOD + 6)
    service.subscribe(host.feeds[0].url)
    for _ in range(16):
        service.work()
        service.later(hours=7)
    identity = service.identity()
    assert (identity.stored, identity.refused, identity.waiting) == (GOOD, 6, 0)
    assert service.refusals() == {"timeout": 6}


def test_retries_keep_their_share_of_a_turn_though_new_pages_never_end(
    make_service: Make, site: Site
) -> None:
    service = make_service(turn_pages=4, fetch_robots=False)
    host = site.host()
    feed = host.feed("/feed.xml", window=100, articles=1)
    host.fault("/news/1.html", faults.first(1, faults.status(500)))
    service.subscribe(feed.url)
    service.work()
    assert service.identity().stored == 0

    service.later(hours=7)
    for number in range(12):
        feed.add(host.article(f"New {number}"))
    service.change("feeds", {"due_at": service.now()})
    service.tick()
    while service.queue.messages and service.queue.depth("fetch") == 0:
        service.do(*service.queue.messages.pop(0))
        service.tick()
    service.do(*next(each for each in service.queue.messages if each[0] == "fetch"))
    assert [hit.target for hit in site.hits(host.home)].count("/news/1.html") == 2


def test_a_feed_that_hangs_hides_no_other_feed_of_its_host(service: Service, site: Site) -> None:
    host = site.host()
    feeds = [host.feed(f"/feed{number}.xml", articles=1) for number in range(8)]
    for feed in feeds[:5]:
        host.fault(feed.url, faults.slow(5.0))
    service.subscribe(*(feed.url for feed in feeds))
    for _ in range(8):
        service.work()
        service.later(minutes=21)
    assert service.identity().discovered == 3
