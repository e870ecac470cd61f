"""Polling sitemaps: every page of a long list and of every sitemap of an index is found, the newest first."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.services.archives import SITEMAP, sitemap_index
from tests.services.service import Service
from tests.site import Site, SiteHost, faults
from worker.feeds.formats.sitemap import Sitemap, read_sitemap
from worker.feeds.sitemap_index import Memory
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.outcome import Reason, Refusal
from worker.services.engine.sitemaps import MOST_REQUESTS, Followed, follow_index
from worker.urls import key_of

XML = "application/xml"


def urlset(urls: Sequence[str], lastmod: str = "") -> str:
    said = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    listed = "".join(f"<url><loc>{url}</loc>{said}</url>" for url in urls)
    return f"<?xml version='1.0'?><urlset {SITEMAP}>{listed}</urlset>"


def pages(host: SiteHost, numbers: Sequence[int], section: str = "news") -> list[str]:
    return [f"{host.home}/{section}/{number}.html" for number in numbers]


def poll(service: Service, times: int = 1) -> None:
    """Poll each feed so often; pages are not fetched."""
    for _ in range(times):
        service.change("feeds", {"due_at": service.now()})
        service.change(
            "hosts", {"poll_due_at": service.now(), "fetch_due_at": None, "free_at": service.now()}
        )
        service.tick()
        for stage, claims in list(service.queue.messages):
            if stage == "poll":
                service.do(stage, claims)
        service.queue.messages.clear()
        service.later(days=2)


def stored(service: Service) -> set[str]:
    return {row["url"] for row in service.read("entries", "url")}


@pytest.mark.parametrize("lastmod", ["", "2026-11-30"], ids=["without dates", "with equal dates"])
def test_every_page_of_a_long_sitemap_is_found_over_polls(
    make_service: Callable[..., Service], site: Site, lastmod: str
) -> None:
    service, host = make_service(poll_max_entries=400), site.host()
    urls = pages(host, range(1500))
    service.subscribe(host.put("/sitemap.xml", urlset(urls, lastmod), XML))
    poll(service)
    assert len(stored(service)) == 400
    assert "1100 new pages are left" in service.read("feeds", "warning")[0]["warning"]
    poll(service, 3)
    assert stored(service) == set(urls)


@pytest.mark.parametrize("place", ["first", "last", "middle"])
def test_a_new_page_of_a_long_sitemap_is_found_at_the_next_poll_wherever_it_is_listed(
    make_service: Callable[..., Service], site: Site, place: str
) -> None:
    service, host = make_service(poll_max_entries=100), site.host()
    urls = pages(host, range(250))
    service.subscribe(host.put("/sitemap.xml", urlset(urls, "2026-11-01"), XML))
    poll(service, 3)
    assert len(stored(service)) == 250

    new = f"{host.home}/news/the-new-one.html"
    at = {"first": 0, "last": 250, "middle": 125}[place]
    # Generated sitemaps often state the present for every page.
    host.put("/sitemap.xml", urlset([*urls[:at], new, *urls[at:]], "2026-11-30"), XML)
    poll(service)
    assert new in stored(service)
    assert service.count("gaps") == 0


def test_of_more_new_pages_than_fit_those_at_the_end_that_grows_come_first(
    make_service: Callable[..., Service], site: Site
) -> None:
    service, host = make_service(poll_max_entries=10), site.host()
    old = [f"{host.home}/old/{'a' * n}" for n in range(1, 11)]
    service.subscribe(host.put("/sitemap.xml", urlset(old), XML))
    poll(service)
    new = [f"{host.home}/new/{'b' * n}" for n in range(1, 21)]
    host.put("/sitemap.xml", urlset([*new, *old]), XML)
    poll(service)
    assert stored(service) == {*old, *new[:10]}


def test_of_more_new_pages_than_fit_those_with_the_newest_date_in_their_address_come_first(
    make_service: Callable[..., Service], site: Site
) -> None:
    service, host = make_service(poll_max_entries=2), site.host()
    days = ["2026/11/29", "2026/11/30", "2025/12/31", "2026/10/31"]
    service.subscribe(host.put("/sitemap.xml", urlset([f"{host.home}/{day}/a" for day in days]), XML))
    poll(service)
    assert stored(service) == {f"{host.home}/2026/11/29/a", f"{host.home}/2026/11/30/a"}


def test_every_sitemap_of_an_index_is_read_over_polls_and_the_newest_at_each(
    service: Service, site: Site
) -> None:
    host = site.host()
    names = [f"{host.home}/sitemap-{number}.xml" for number in range(1, 13)]
    for number in range(1, 13):
        host.put(f"/sitemap-{number}.xml", urlset(pages(host, [number])), XML)
    service.subscribe(host.put("/index.xml", sitemap_index(names), XML))
    poll(service, 6)
    assert stored(service) == set(pages(host, range(1, 13)))
    asked = [hit.target for hit in site.hits(host.home)]
    assert asked.count("/sitemap-12.xml") == 6
    assert service.count("gaps") == 0


def test_the_sitemap_that_was_seen_to_change_is_read_at_each_poll(service: Service, site: Site) -> None:
    host = site.host()
    names = [f"{host.home}/sitemap-{number}.xml" for number in range(1, 13)]
    for number in range(1, 13):
        host.put(f"/sitemap-{number}.xml", urlset(pages(host, [number])), XML)
    service.subscribe(host.put("/index.xml", sitemap_index(names), XML))
    poll(service, 6)
    # The newest pages are in the first sitemap, against its number.
    host.put("/sitemap-1.xml", urlset(pages(host, [1, 101])), XML)
    poll(service, 6)
    assert pages(host, [101])[0] in stored(service)
    host.put("/sitemap-1.xml", urlset(pages(host, [1, 101, 102])), XML)
    poll(service)
    assert pages(host, [102])[0] in stored(service)


def test_an_index_inside_an_index_is_followed(service: Service, site: Site) -> None:
    host = site.host()
    years = []
    for year in (2024, 2025, 2026):
        months = [f"{host.home}/{year}-{month:02}.xml" for month in (1, 2, 3)]
        for month in (1, 2, 3):
            host.put(f"/{year}-{month:02}.xml", urlset(pages(host, [year * 100 + month])), XML)
        years.append(host.put(f"/{year}.xml", sitemap_index(months), XML))
    service.subscribe(host.put("/index.xml", sitemap_index(years), XML))
    poll(service)
    assert pages(host, [202603])[0] in stored(service)
    poll(service, 5)
    assert stored(service) == set(pages(host, [y * 100 + m for y in (2024, 2025, 2026) for m in (1, 2, 3)]))
    host.put("/2024-02.xml", urlset(pages(host, [202402, 999])), XML)
    poll(service, 9)
    assert pages(host, [999])[0] in stored(service)


def test_an_index_whose_sitemaps_are_empty_for_now_does_not_fail(service: Service, site: Site) -> None:
    host = site.host()
    names = [host.put(f"/{number}.xml", f"<urlset {SITEMAP}/>", XML) for number in range(4)]
    service.subscribe(host.put("/index.xml", sitemap_index(names), XML))
    poll(service, 2)
    assert service.read("feeds", "errors", "reason") == [{"errors": 0, "reason": None}]
    host.put("/2.xml", urlset(pages(host, [1])), XML)
    poll(service, 3)
    assert stored(service) == set(pages(host, [1]))


def test_a_sitemap_that_is_gone_is_reported_and_the_others_are_read(service: Service, site: Site) -> None:
    host = site.host()
    names = [f"{host.home}/{number}.xml" for number in range(7)]
    for number in range(7):
        host.put(f"/{number}.xml", urlset(pages(host, [number])), XML)
    for number in (3, 4, 5, 6):
        host.fault(f"/{number}.xml", faults.status(410))
    service.subscribe(host.put("/index.xml", sitemap_index(names), XML))
    poll(service, 4)
    row = service.read("feeds", "state", "errors", "warning")[0]
    assert (row["state"], row["errors"]) == ("active", 0)
    assert "/6.xml (http-gone)" in row["warning"]
    assert stored(service) == set(pages(host, range(3)))


def test_an_index_of_which_nothing_can_be_read_fails(service: Service, site: Site) -> None:
    host = site.host()
    names = [f"{host.home}/{number}.xml" for number in range(2)]
    service.subscribe(host.put("/index.xml", sitemap_index(names), XML))
    poll(service)
    assert service.read("feeds", "state", "errors") == [{"state": "active", "errors": 1}]


def test_a_sitemap_that_lists_pages_and_sitemaps_brings_both(service: Service, site: Site) -> None:
    host = site.host()
    host.put("/more.xml", urlset(pages(host, [2])), XML)
    both = f"<url><loc>{pages(host, [1])[0]}</loc></url><sitemap><loc>{host.home}/more.xml</loc></sitemap>"
    service.subscribe(host.put("/sitemap.xml", f"<urlset {SITEMAP}>{both}</urlset>", XML))
    poll(service)
    assert stored(service) == set(pages(host, [1, 2]))


def test_a_text_of_addresses_is_polled_as_a_sitemap(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.put("/sitemap.txt", "\n".join(pages(host, range(3))), "text/plain"))
    poll(service)
    assert stored(service) == set(pages(host, range(3)))


INDEX = "https://www.paper.example/sitemap.xml"


def follow(
    web: Mapping[str, str], *, memory: Memory = Memory(), start: str = INDEX
) -> tuple[Followed, list[str]]:
    """Follow the index at `start` in a web of documents; return what was found and requested."""
    asked: list[str] = []

    async def get(url: str) -> Reply | Failure | NotAsked:
        asked.append(url)
        if url not in web:
            return Failure(refusal=Refusal(Reason.HTTP_GONE), retryable=False, url=url, status=404)
        body = web[url].encode()
        return Reply(url=url, status=200, body=body, size=len(body))

    async def read(parse: Callable[[], Sitemap | Refusal], _size: int) -> Sitemap | Refusal:
        return parse()

    index = read_sitemap(web[start].encode(), url=start)
    assert isinstance(index, Sitemap)
    return asyncio.run(follow_index(index, url=start, get=get, read=read, memory=memory)), asked


@pytest.mark.parametrize(
    ("child", "is_followed"),
    [
        ("http://www.paper.example/1.xml", True),
        ("https://paper.example/1.xml", True),
        ("https://static.paper.example/1.xml.gz", True),
        ("/maps/1.xml", True),
        ("https://other.example/1.xml", False),
        ("ftp://www.paper.example/1.xml", False),
    ],
)
def test_sitemaps_on_all_hosts_of_the_site_are_followed(child: str, is_followed: bool) -> None:
    absolute = f"https://www.paper.example{child}" if child.startswith("/") else child
    found, asked = follow({INDEX: sitemap_index([child]), absolute: urlset(["https://paper.example/a"])})
    assert bool(found.sitemaps) is is_followed
    assert asked == ([absolute] if is_followed else [])


def test_indexes_that_name_each_other_end() -> None:
    others = [f"https://www.paper.example/{n}.xml" for n in range(3)]
    web = {url: sitemap_index([INDEX, *others]) for url in (INDEX, *others)}
    found, asked = follow(web)
    assert found.sitemaps == ()
    assert len(asked) <= MOST_REQUESTS


def test_an_index_of_a_hundred_thousand_indexes_costs_a_few_requests() -> None:
    names = [f"https://www.paper.example/{n}.xml" for n in range(2000)]
    web = {INDEX: sitemap_index(names)} | {
        name: sitemap_index([f"{name}?{n}.xml" for n in range(50)]) for name in names
    }
    _, asked = follow(web)
    assert len(asked) <= MOST_REQUESTS


@pytest.mark.parametrize("stated", ["none", "equal", "now", "right"])
@pytest.mark.parametrize("size", [1, 3, 4, 40])
def test_whatever_the_dates_say_every_sitemap_is_read(size: int, stated: str) -> None:
    began = datetime(2026, 11, 30, tzinfo=UTC)
    names = [f"https://www.paper.example/part-{n}.xml" for n in range(size)]
    memory, seen = Memory(), set[str]()
    for turn in range(size):
        dates = {
            "none": dict.fromkeys(names, ""),
            "equal": dict.fromkeys(names, began.isoformat()),
            "now": {n: (began + timedelta(hours=turn, seconds=at)).isoformat() for at, n in enumerate(names)},
            "right": {n: (began + timedelta(days=at)).isoformat() for at, n in enumerate(names)},
        }[stated]
        listed = "".join(
            f"<sitemap><loc>{name}</loc><lastmod>{dates[name]}</lastmod></sitemap>" for name in names
        )
        web = {INDEX: f"<sitemapindex>{listed}</sitemapindex>"}
        web |= {name: urlset([f"https://www.paper.example/{turn}/{name[-8:-4]}"]) for name in names}
        found, _ = follow(web, memory=memory)
        seen |= {one.url for one in found.sitemaps}
        memory = Memory.unpacked(found.memory.packed())
    assert seen == set(names)


def test_sitemaps_of_tags_and_pictures_are_left_out_where_there_are_others() -> None:
    base = "https://www.paper.example"
    named = ["post-sitemap.xml", "post_tag-sitemap.xml", "image-sitemap.xml", "page-sitemap.xml"]
    web = {f"{base}/{name}": urlset([f"{base}/{name}/a"]) for name in named}
    found, _ = follow(web | {INDEX: sitemap_index(list(web))})
    assert [one.url for one in found.sitemaps] == [f"{base}/post-sitemap.xml"]
    found, _ = follow(web | {INDEX: sitemap_index([f"{base}/{name}" for name in named[1:]])})
    assert len(found.sitemaps) == 3


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_an_entry_stored_under_an_older_form_of_its_link_is_not_stored_again(
    make_service: Callable[..., Service], site: Site, kind: str
) -> None:
    service, host = make_service(poll_max_entries=1), site.host()
    links = [f"{host.home}/news/{n}.html?ref=rss" for n in (1, 2)]
    items = "".join(f"<item><title>T{link[-12]}</title><link>{link}</link></item>" for link in links)
    body = {"feed": f"<rss><channel>{items}</channel></rss>", "sitemap": urlset(links)}[kind]
    service.subscribe(host.put("/feed.xml", body, XML))
    poll(service, 2)
    assert stored(service) == {link.partition("?")[0] for link in links}
    # As an older version has stored them.
    for row in service.read("entries", "id", "url"):
        older = f"{row['url']}?ref=rss"
        service.change("entries", {"url": older, "key": key_of(older)}, id=row["id"])
    service.change("feeds", {"body_hash": None, "item_hashes": None, "etag": None, "last_modified": None})
    host.put("/feed.xml", body.replace("</", " </", 1), XML)
    poll(service, 3)
    assert stored(service) <= {*links, *(link.partition("?")[0] for link in links)}
    assert service.count("entries") == 2
