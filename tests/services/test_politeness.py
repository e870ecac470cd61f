"""Politeness: robots.txt of every host on the way, rests, dead hosts, one connection to each host."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from tests.services.service import Service
from tests.services.test_fetch import page_hits, published, states
from tests.site import Site, SiteHost, faults
from tests.site.prose import prose
from worker.demo.reply import DemoReply, send

Make = Callable[..., Service]


def targets(site: Site, host: SiteHost) -> list[str]:
    return [hit.target for hit in site.hits(host.home)]


# A redirect to another host is that host's turn


def moved(service: Service, host: SiteHost, other: SiteHost, title: str = "Moved") -> tuple[str, str]:
    """Make an entry of `host` whose page redirects to `other`; return both addresses."""
    (url,) = published(service, host, title)
    target = other.article(title, path=f"/there/{title.lower()}.html").url
    host.fault(url, faults.moved(target))
    return url, target


def test_robots_txt_of_a_redirects_target_host_is_requested_first(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    moved(service, host, other)
    service.work()
    assert targets(site, other) == ["/robots.txt", "/there/moved.html"]
    assert states(service) == ["stored"]


def test_a_redirect_target_forbidden_by_its_hosts_robots_txt_is_not_requested(
    service: Service, site: Site
) -> None:
    host, other = site.host(), site.host()
    other.robots("User-agent: *\nDisallow: /there/")
    moved(service, host, other)
    service.work()
    assert targets(site, other) == ["/robots.txt"]
    assert service.refusals() == {"robots": 1}
    assert service.identity().holds


def test_many_redirects_to_one_host_share_its_robots_txt_and_its_delay(
    make_service: Make, site: Site
) -> None:
    service = make_service(fetch_delay_seconds=0.1)
    host, other = site.host(), site.host()
    for url in published(service, host, "One", "Two", "Three"):
        host.fault(url, faults.moved(other.article(f"At {url[-6:]}", path=f"/there{url[-7:]}").url))
    for _ in range(4):
        service.work()
        service.later(seconds=2)
    hits = site.hits(other.home)
    assert [hit.target for hit in hits].count("/robots.txt") == 1
    assert states(service) == ["stored"] * 3
    starts = sorted(hit.began for hit in hits)
    # The starts are those that the server saw, some milliseconds early or late.
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.08


def test_while_the_other_host_rests_the_entry_waits_for_it(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    moved(service, host, other)
    other.fault_all(faults.status(429, retry_after=3600))
    service.work()
    service.later(minutes=50)
    service.work()
    # It has been tried at the other host once, and starts again at its own address.
    assert states(service) == ["waiting"]
    assert len(targets(site, other)) == 1
    other.heal()
    service.later(hours=1)
    service.work()
    assert states(service) == ["stored"]


def test_endless_redirects_between_hosts_are_refused(service: Service, site: Site) -> None:
    host, other = site.host(), site.host()
    url, target = moved(service, host, other)
    other.fault(target, faults.moved(url))
    service.work()
    assert service.refusals() == {"too-many-redirects": 1}
    assert len(page_hits(site, host)) + targets(site, other).count("/there/moved.html") == 6
    (entry,) = service.read("entries", "hop_url", "hops", "home_host_id", "host_id")
    assert (entry["hop_url"], entry["hops"], entry["home_host_id"]) == (None, 0, None)
    assert service.read("hosts", "key", id=entry["host_id"]) == [{"key": host.home}]


def test_a_stored_article_that_has_moved_is_fetched_again_at_its_new_address(
    make_service: Make, site: Site
) -> None:
    service = make_service(look_again_seconds=(900.0, 1800.0))
    host, other = site.host(), site.host()
    (url,) = published(service, host, "Moves later")
    service.work()
    text = f"{prose('Moves later')}\n\nAdded after the move."
    article = other.article("Moves later", path="/new/1.html", text=text)
    host.fault(url, faults.moved(article.url))
    service.later(minutes=16)
    service.work()
    assert [row["kind"] for row in service.read("changes", "kind")] == [
        "created",
        "revised",
    ]
    assert service.read("entries", "state", "looks") == [{"state": "stored", "looks": 1}]
    assert service.count("articles") == 1


def test_a_page_gone_after_a_redirect_is_removed_when_it_stays_gone(make_service: Make, site: Site) -> None:
    service = make_service(look_again_seconds=(900.0, 1800.0))
    host, other = site.host(), site.host()
    _, target = moved(service, host, other)
    service.work()
    other.fault(target, faults.gone())
    service.later(minutes=16)
    service.work()
    assert service.read("articles", "state") == [{"state": "live"}]
    for _ in range(3):
        service.later(hours=25)
        service.work()
    assert service.read("articles", "state") == [{"state": "removed"}]


# Rests and dead hosts


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_feed_that_answers_retry_after_rests_the_whole_host(
    service: Service, site: Site, form: str
) -> None:
    host = site.host()
    feeds = [host.feed(f"/{number}.xml", articles=1).url for number in range(3)]
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    host.fault_all(faults.status(503, retry_after=3600 if form == "seconds" else until))
    service.subscribe(*feeds)
    service.work()
    assert len(site.hits(host.home)) == 1
    service.later(minutes=55)
    service.work()
    assert len(site.hits(host.home)) == 1
    host.heal()
    service.later(minutes=10)
    service.work()
    assert service.identity().stored == 3


@contextmanager
def dead_host() -> Iterator[tuple[str, list[float]]]:
    """Run a host that closes each connection; yield its address and a list with an item for each."""
    connections: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                while True:
                    connection, _ = listening.accept()
                    connections.append(0.0)
                    connection.close()
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", connections
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_dead_host_costs_one_connection_in_ten_minutes_not_one_for_each_entry(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", window=60)
    with dead_host() as (base, connections):
        for number in range(50):
            feed.add(host.article(f"Entry {number}"), link=f"{base}/{number}.html", guid=f"{number}")
        service.subscribe(feed.url, *(f"{base}/feed{number}.xml" for number in range(5)))
        for _ in range(6):
            service.work()
            service.later(minutes=10, seconds=70)
    # Over an hour, for feeds and pages together; the first time two are needed to be sure. Where a connection
    # is closed under a request, aiohttp makes one more, since it may have been an old one of a good host.
    ((requests,),) = [row.values() for row in service.read("hosts", "requests", key=base)]
    assert 1 <= requests <= 8
    assert len(connections) <= 2 * requests
    assert service.count("entries", state="waiting") == 50


def test_a_host_that_refuses_connections_is_tried_once_in_ten_minutes(service: Service, site: Site) -> None:
    host = site.host()
    with dead_host() as (base, _):
        pass
    feed = host.feed("/feed.xml", window=60)
    for number in range(20):
        feed.add(host.article(f"Entry {number}"), link=f"{base}/{number}.html", guid=f"{number}")
    service.subscribe(feed.url)
    for _ in range(3):
        service.work()
        service.later(minutes=9)
        service.work()
        service.later(minutes=3)
    assert service.read("hosts", "requests", key=base) == [{"requests": 3}]


def test_a_hosts_pace_is_kept_from_turn_to_turn(service: Service, site: Site) -> None:
    host = site.host()
    (url,) = published(service, host, "Broken")
    host.fault(url, faults.status(500))
    service.work()
    ((first,),) = [row.values() for row in service.read("hosts", "pace")]
    service.later(hours=1)
    service.work()
    ((second, usual),) = [row.values() for row in service.read("hosts", "pace", "answer_seconds")]
    assert 1 < first < second  # type: ignore[operator]
    assert usual


def test_the_connection_to_a_host_ends_with_its_turn(service: Service, site: Site) -> None:
    host = site.host()
    transports: list[Any] = []

    async def note(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        transports.append(request.transport)
        return send(request, reply)

    host.fault_all(note)
    published(service, host, "One", "Two", "Three")
    service.work()
    # The feed in one turn, robots.txt and three pages in the next.
    assert len(transports) == 5
    assert len(set(map(id, transports))) == 2
    assert all(transport.is_closing() for transport in transports[:1])


# robots.txt that cannot be read


def test_after_30_days_of_unreachable_robots_txt_pages_are_requested(service: Service, site: Site) -> None:
    host = site.host()
    published(service, host, "Waits long")
    host.fault("/robots.txt", faults.status(500))
    for _ in range(3):
        service.work()
        service.later(days=9)
    assert states(service) == ["waiting"]
    assert page_hits(site, host) == []
    service.later(days=9)
    service.work()
    assert states(service) == ["stored"]
    host.heal()
    service.later(days=2)
    host.feeds[0].add(host.article("The next"))
    service.work()
    assert service.read("hosts", "robots_failing_since") == [{"robots_failing_since": None}]


def test_obeying_robots_txt_can_be_switched_off(make_service: Make, site: Site) -> None:
    service = make_service(fetch_robots=False)
    host = site.host()
    host.robots("User-agent: *\nDisallow: /")
    published(service, host, "All the same")
    service.work()
    assert states(service) == ["stored"]
    assert "/robots.txt" not in targets(site, host)
