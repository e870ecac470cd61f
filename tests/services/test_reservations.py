"""Reservations of publishers are recorded with each article, and honoured if the settings say so."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.services.service import Service
from tests.services.test_fetch import TEXT, published, states
from tests.site import Site, SiteHost, faults

Make = Callable[..., Service]
POLICY = "https://example.org/policy.json"


def reserve(host: SiteHost, *rules: dict[str, Any]) -> None:
    host.put("/.well-known/tdmrep.json", json.dumps(rules), "application/json")


def marked(host: SiteHost, title: str, *, meta: str = "", **headers: str) -> str:
    """Return a page of `host` with a meta element in its head, or with headers."""
    path = host.article(title).url.removeprefix(host.home)
    body = host.reply(path).body.replace(b"<head>", f"<head>{meta}".encode(), 1)
    return host.put(path, body, **headers)


def rights(service: Service) -> dict[str, Any]:
    (row,) = service.read("articles", "rights", "provenance")
    return {**row["rights"], "source": row["provenance"].get("rights")}


def subscribe(service: Service, host: SiteHost, url: str, **item: Any) -> None:
    feed = host.feed("/feed.xml")
    feed.add(host.article("A page", path="/unused.html"), link=url, guid=url, **item)
    service.subscribe(feed.url)


def test_reservations_in_a_hosts_files_are_recorded_in_each_articles_rights(
    make_service: Make, site: Site
) -> None:
    service = make_service(rights_tdmrep=True, rights_agents=("GPTBot", "CCBot", "Googlebot"))
    host = site.host()
    reserve(host, {"location": "/news/", "tdm-reservation": 1, "tdm-policy": POLICY})
    host.robots("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n")
    published(service, host, "One", "Two")
    service.work()
    found = service.read("articles", "rights")
    assert len(found) == 2
    for row in found:
        said: Any = row["rights"]
        assert (said["tdm_reserved"], said["tdm_policy"]) == (True, POLICY)
        assert said["agents_denied"] == ["CCBot", "GPTBot"]
    assert [hit.target for hit in site.hits(host.home)].count("/.well-known/tdmrep.json") == 1


def test_tdmrep_is_refreshed_with_robots_txt_and_kept_while_it_cannot_be_read(
    make_service: Make, site: Site
) -> None:
    service = make_service(rights_tdmrep=True)
    host = site.host()
    reserve(host, {"location": "/", "tdm-reservation": 1})
    published(service, host, "One")
    service.work()
    for fault in (faults.status(500), faults.status(404)):
        host.fault("/.well-known/tdmrep.json", fault)
        service.later(days=2)
        host.feeds[0].add(host.article(f"Another {fault}"))
        service.work()
    found: list[Any] = [row["rights"] for row in service.read("articles", "rights")]
    assert [one["tdm_reserved"] for one in found] == [True, True, False]


def test_tdmrep_is_not_requested_where_robots_txt_forbids_it(make_service: Make, site: Site) -> None:
    service = make_service(rights_tdmrep=True)
    host = site.host()
    host.robots("User-agent: *\nDisallow: /.well-known/")
    published(service, host, "One")
    service.work()
    assert states(service) == ["stored"]
    assert not site.hits(f"{host.home}/.well-known")


@pytest.mark.parametrize(
    ("name", "meta", "headers"),
    [
        ("noindex", '<meta name="robots" content="noindex,follow">', {}),
        ("noindex", "", {"X_Robots_Tag": "none"}),
        ("noindex", "", {"X_Robots_Tag": "wiredesk: noindex"}),
        ("noai", '<meta name="robots" content="noai">', {}),
        ("noai", "", {"X_Robots_Tag": "noimageai"}),
        ("tdm", '<meta name="tdm-reservation" content="1">', {}),
        ("tdm", "", {"TDM_Reservation": "1"}),
    ],
)
def test_a_reservation_is_recorded_and_honoured_only_by_setting(
    make_service: Make, site: Site, name: str, meta: str, headers: dict[str, str]
) -> None:
    host = site.host()
    url = marked(host, "Reserved", meta=meta, **headers)
    service = make_service(rights_honoured=tuple({"noindex", "noai", "tdm"} - {name}))
    subscribe(service, host, url)
    service.work()
    said = rights(service)
    assert {"noindex": said["noindex"], "noai": said["noai"], "tdm": said["tdm_reserved"]}[name] is True


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("noindex", "noindex"),
        ("noai", "noai"),
        ("tdm", "text and data mining is reserved"),
        ("agents", "robots.txt forbids it to GPTBot"),
    ],
)
def test_an_honoured_reservation_refuses_the_article_and_the_page_is_not_kept(
    make_service: Make, site: Site, name: str, words: str
) -> None:
    service = make_service(rights_honoured=(name,), rights_agents=("GPTBot",))
    host = site.host()
    host.robots("User-agent: GPTBot\nDisallow: /")
    meta = '<meta name="robots" content="noindex, noai"><meta name="tdm-reservation" content="1">'
    # The feed carries the text too: it does not replace a reserved page.
    subscribe(service, host, marked(host, "Reserved", meta=meta), content=TEXT)
    service.work()
    assert service.refusals() == {"reserved": 1}
    assert service.read("entries", "detail") == [{"detail": words}]
    assert service.read("pages", "body") == [{"body": None}]
    assert service.identity().holds


def test_noarchive_where_it_is_honoured_keeps_the_article_and_not_the_raw_page(
    make_service: Make, site: Site
) -> None:
    host = site.host()
    meta = '<meta name="robots" content="noarchive">'
    kept = [marked(host, "Archived")]
    gone = [marked(host, "Not archived", meta=meta), marked(host, "Nor this", X_Robots_Tag="noarchive")]
    service = make_service(rights_honoured=("noarchive",))
    feed = host.feed("/feed.xml")
    for url in kept + gone:
        feed.add(host.article("x", path="/x.html"), link=url, guid=url)
    service.subscribe(feed.url)
    service.work()
    assert states(service) == ["stored"] * 3
    found = service.read("pages", "url", "body")
    assert [row["url"] for row in found if row["body"] is not None] == kept


def test_a_reservation_on_a_page_that_shows_no_text_holds_for_the_feeds_text_too(
    make_service: Make, site: Site
) -> None:
    service = make_service(rights_honoured=("noai",))
    host = site.host()
    wall = '<html><head><meta name="robots" content="noai"><title>Wall</title></head><body></body></html>'
    subscribe(service, host, host.put("/wall.html", wall), content=TEXT)
    service.work()
    assert service.refusals() == {"reserved": 1}


def test_a_later_reservation_does_not_take_back_a_stored_article(make_service: Make, site: Site) -> None:
    service = make_service(rights_honoured=("noai",), look_again_seconds=(900.0,))
    host = site.host()
    (url,) = published(service, host, "Stored before")
    service.work()
    page = host.reply(url.removeprefix(host.home)).body
    host.put(
        url.removeprefix(host.home), page.replace(b"<head>", b'<head><meta name="robots" content="noai">')
    )
    service.later(minutes=16)
    service.work()
    assert states(service) == ["stored"]
    assert service.read("pages", "state")[-1] == {"state": "refused"}


def test_an_agent_of_one_line_of_a_header_does_not_take_the_next_line(make_service: Make, site: Site) -> None:
    service = make_service()
    host = site.host()
    subscribe(service, host, marked(host, "Two lines", X_Robots_Tag="otherbot: noindex, *:, noarchive"))
    service.work()
    said = rights(service)
    assert (said["noindex"], said["noarchive"], said["robots"]) == (False, True, ["noarchive"])
