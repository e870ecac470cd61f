"""A page that the operator tries out is requested as the service would, obeying robots.txt on its way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.fetch.conftest import limits
from tests.site import Site, SiteHost, faults
from worker.config.settings import Settings
from worker.fetch import Failure, Reply, run_async
from worker.fetch.host_book import NOTHING_SET, HostBook, HostScope, HostSettings
from worker.outcome import Reason
from worker.services.operator.visit import fetch_page

TURNS = Settings(fetch_delay_seconds=0.0).turns


def fetched(url: str, *, hosts: HostBook = NOTHING_SET) -> Reply | Failure:
    policy = replace(TURNS, user_agent="wiredesk-test/1.0", limits=limits())
    return run_async(fetch_page(url, policy=policy, book=hosts, now=datetime.now(UTC)))


def reason(answer: Reply | Failure) -> Reason | None:
    return answer.refusal.reason if isinstance(answer, Failure) else None


def moved(host: SiteHost, other: SiteHost) -> str:
    """Redirect a page of `host` to `other`; return its address."""
    url = host.article("Here").url
    host.fault(url, faults.moved(other.article("There", path="/there.html").url))
    return url


def test_the_page_behind_a_redirect_comes_with_its_own_address(site: Site) -> None:
    host, other = site.host(), site.host()
    answer = fetched(moved(host, other))
    assert isinstance(answer, Reply)
    assert answer.url == f"{other.home}/there.html"
    assert [hit.target for hit in site.hits(other.home)] == ["/robots.txt", "/there.html"]


def test_robots_txt_of_every_host_on_the_way_may_forbid_the_page(site: Site) -> None:
    host, other = site.host(), site.host()
    url = moved(host, other)
    other.robots("User-agent: *\nDisallow: /there")
    assert reason(fetched(url)) is Reason.ROBOTS
    assert reason(fetched(url, hosts=HostBook({_place(other): HostSettings(robots=False)}))) is None
    host.robots("User-agent: *\nDisallow: /")
    assert reason(fetched(url)) is Reason.ROBOTS


def test_two_hosts_that_redirect_to_each_other_end_in_a_failure(site: Site) -> None:
    host, other = site.host(), site.host()
    url = moved(host, other)
    other.fault("/there.html", faults.moved(url))
    assert reason(fetched(url)) is Reason.TOO_MANY_REDIRECTS


@pytest.mark.parametrize("url", ["http://", "https://exa mple.org/", "ftp://example.org/"])
def test_an_invalid_address_is_a_failure(url: str) -> None:
    assert reason(fetched(url)) in (Reason.BAD_URL, Reason.FORBIDDEN_SCHEME)


def _place(host: SiteHost) -> HostScope:
    address, port = host.home.removeprefix("http://").split(":")
    return HostScope(address, int(port))
