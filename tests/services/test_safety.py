"""Addresses and documents that strangers write are checked each time they are used."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web

from tests.faults.hostile.documents import page
from tests.servers import saying, serve_raw
from tests.services.service import Service
from tests.site import Site, faults
from worker.demo.reply import DemoReply, send

Make = Callable[..., Service]
ONE_ADDRESS = (ip_network("127.0.0.1/32"),)
"""127.0.0.1 plays the internet, other loopback addresses a private network."""
FEED = "<rss version='2.0'><channel><title>T</title>{}</channel></rss>"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/xml\r\n\r\n%b"


def items(*numbers: int, link: str = "http://127.0.0.1:9/{}") -> str:
    listed = (f"<item><title>Item {n}</title><link>{link.format(n)}</link></item>" for n in numbers)
    return FEED.format("".join(listed))


def of_feed(service: Service) -> dict[str, Any]:
    return service.read("feeds", "url", "reason", "detail", "warning", "errors", "etag")[0]


def polls(service: Service, times: int = 1) -> None:
    """Poll feeds without fetching pages."""
    for _ in range(times):
        service.later(hours=8)
        service.tick()
        messages, service.queue.messages = service.queue.messages, []
        for stage, claims in messages:
            if stage == "poll":
                service.do(stage, claims)


def test_the_new_address_of_a_moved_feed_is_checked_when_it_is_requested(
    make_service: Make, site: Site
) -> None:
    feed = FEED.format("").encode()
    with serve_raw(saying(OK % (len(feed), feed)), address="127.0.0.2") as inside:
        service, host = make_service(), site.host()
        host.fault("/feed.xml", faults.moved(f"{inside}/feed"))
        service.subscribe(f"{host.home}/feed.xml")
        polls(service, 5)
        assert of_feed(service)["url"] == f"{inside}/feed"

        strict = make_service(fetch_allow_networks=ONE_ADDRESS)
        strict.ahead = service.ahead
        polls(strict)
    assert of_feed(strict)["reason"] == "forbidden-address"


def test_the_address_of_a_stored_article_is_checked_when_it_is_fetched_again(
    make_service: Make, site: Site
) -> None:
    with serve_raw(
        saying(OK.replace(b"xml", b"html") % (len(page()), page())), address="127.0.0.2"
    ) as inside:
        again = {"look_again_seconds": (900.0,), "fetch_robots": False}
        service, host = make_service(**again), site.host()
        host.put("/feed.xml", items(1, link=inside + "/{}"))
        service.subscribe(f"{host.home}/feed.xml")
        service.work()
        assert service.identity().stored == 1

        strict = make_service(fetch_allow_networks=ONE_ADDRESS, **again)
        strict.later(hours=1)
        strict.work()
    (entry,) = strict.read("entries", "state", "reason")
    assert entry == {"state": "stored", "reason": "forbidden-address"}


def test_a_user_in_a_link_is_neither_sent_nor_stored(service: Service, site: Site) -> None:
    host = site.host()
    article = host.article("Behind a login")
    link = article.url.replace("//", "//me:secret@")
    host.put("/feed.xml", items(1, link=link))
    service.subscribe(f"{host.home}/feed.xml")

    service.work()

    assert service.read("entries", "url") == [{"url": article.url}]
    assert service.read("articles", "url") == [{"url": article.url}]
    (hit,) = site.hits(article.url)
    assert "Authorization" not in hit.headers


def test_entries_beyond_the_limit_of_a_poll_come_with_the_next_polls(make_service: Make, site: Site) -> None:
    service, host = make_service(poll_max_entries=2), site.host()

    async def tagged(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        response = send(request, reply)
        response.headers["ETag"] = '"always"'
        return response

    host.put("/feed.xml", items(*range(5)), "text/xml")
    host.fault("/feed.xml", tagged)
    service.subscribe(f"{host.home}/feed.xml")

    seen = []
    for _ in range(3):
        polls(service)
        seen.append((service.identity().discovered, of_feed(service)["warning"], of_feed(service)["etag"]))

    assert seen == [
        (2, "3 new entries are left for the next poll, beyond the first 2", None),
        (4, "1 new entries are left for the next poll, beyond the first 2", None),
        (5, None, '"always"'),
    ]


def test_a_feed_with_entries_left_over_is_polled_again_at_the_floor(make_service: Make, site: Site) -> None:
    service, host = make_service(poll_max_entries=2, poll_floor_seconds=60.0), site.host()
    host.put("/feed.xml", items(*range(5)), "text/xml")
    service.subscribe(f"{host.home}/feed.xml")
    polls(service)
    (feed,) = service.read("feeds", "due_at", "last_polled_at")
    assert 60 <= (feed["due_at"] - feed["last_polled_at"]).total_seconds() < 90


def test_all_entries_of_a_host_that_may_not_be_asked_are_refused_at_once(
    service: Service, site: Site
) -> None:
    host = site.host()
    host.put("/feed.xml", items(*range(3), link="http://10.0.0.1/{}"), "text/xml")
    service.subscribe(f"{host.home}/feed.xml")
    service.work(3)
    assert service.refusals() == {"forbidden-address": 3}


@pytest.mark.parametrize("size", [200_000, 400_000])
def test_a_document_that_takes_too_long_to_parse_is_refused_in_every_stage(
    make_service: Make, site: Site, size: int
) -> None:
    service, host = make_service(extract_soft_seconds=0.03), site.host()
    host.put("/feed.xml", "<" * size, "text/xml")
    service.subscribe(f"{host.home}/feed.xml")
    polls(service)
    assert of_feed(service)["reason"] == "too-slow"
