"""Requests are made with the settings of their host: login, robots.txt, delay, full text."""

import base64
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.services.service import Service
from tests.services.test_fetch import TEXT, page_hits, published, states
from tests.site import Site

Make = Callable[..., Service]


def set_up(make_service: Make, tmp_path: Path, text: str, **settings: Any) -> Service:
    (tmp_path / "hosts.toml").write_text(text)
    return make_service(hosts_file=tmp_path / "hosts.toml", **settings)


def test_feeds_and_pages_are_requested_with_the_settings_of_their_host(
    make_service: Make, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXAMPLE_PASSWORD", "hunter2")
    host, other = site.host(), site.host()
    service = set_up(
        make_service,
        tmp_path,
        f'["{host.home}"]\nuser = "me"\npassword = {{ env = "EXAMPLE_PASSWORD" }}\n'
        'headers = { X-A = "b" }\ncookies = { c = "d" }\nuser_agent = "Guest/1"',
    )
    published(service, host, "One")
    published(service, other, "Two")
    service.work()
    assert states(service) == ["stored"] * 2
    login = "Basic " + base64.b64encode(b"me:hunter2").decode()
    for hit in site.hits(host.home):
        sent = (
            hit.headers["Authorization"],
            hit.headers["X-A"],
            hit.headers["Cookie"],
            hit.headers["User-Agent"],
        )
        assert sent == (login, "b", "c=d", "Guest/1")
    for hit in site.hits(other.home):
        assert {"Authorization", "X-A", "Cookie"}.isdisjoint(hit.headers)


def test_robots_txt_is_read_for_the_user_agent_of_the_host(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    host.robots("User-agent: Guest\nDisallow: /news/\n\nUser-agent: *\nAllow: /\n")
    service = set_up(make_service, tmp_path, f'["{host.home}"]\nuser_agent = "Guest/1"')
    published(service, host, "One")
    service.work()
    assert service.refusals() == {"robots": 1}


def test_the_delay_set_for_a_host_is_kept(make_service: Make, site: Site, tmp_path: Path) -> None:
    host = site.host()
    service = set_up(make_service, tmp_path, f'["{host.home}"]\ndelay_seconds = 0.3')
    published(service, host, "One", "Two")
    service.work()
    service.later(seconds=1)
    service.work()
    starts = [hit.began for hit in site.hits(host.home)][1:]
    assert len(starts) == 3
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.25


def test_robots_txt_is_not_requested_from_a_host_where_it_is_switched_off(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    host.robots("User-agent: *\nDisallow: /")
    service = set_up(make_service, tmp_path, f'["{host.home}"]\nrobots = false')
    published(service, host, "One")
    service.work()
    assert states(service) == ["stored"]
    assert not site.hits(f"{host.home}/robots.txt")


def test_without_full_text_articles_come_from_the_feed_and_no_page_is_requested(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    service = set_up(
        make_service, tmp_path, f'["{host.home}"]\nfull_text = false', look_again_seconds=(900.0,)
    )
    feed = host.feed("/feed.xml")
    feed.add(host.article("With content"), content=TEXT)
    feed.add(host.article("With a long summary"), summary=TEXT)
    feed.add(host.article("With a teaser"), summary="Read more on our site.")
    service.subscribe(feed.url)
    service.work()
    service.later(hours=1)
    service.work()
    assert sorted(map(str, states(service))) == ["refused", "stored", "stored"]
    assert service.refusals() == {"feed-only": 1}
    assert {row["provenance"]["blocks"] for row in service.read("articles")} == {"feed"}
    assert page_hits(site, host) == []
    assert not site.hits(f"{host.home}/robots.txt")
