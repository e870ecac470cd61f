"""Extraction: pages become articles once, duplicates are recognised, and good text is never taken back."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.extract.pages import slow_page
from tests.services.service import Service
from tests.site import Site, SiteHost
from tests.site.prose import prose
from tests.store.rows import NOW
from worker.rows.pages import PageClaim
from worker.store import articles, pages
from worker.store.entries import requeue

Make = Callable[..., Service]


def page(title: str, *, canonical: str = "", text: str = "", author: str = "Ada Writer") -> str:
    """A plain article page."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{part}</p>" for part in (text or prose(title)).split("\n\n"))
    return f"""<html><head><title>{title}</title>{link}<meta name="author" content="{author}">
    <meta property="og:type" content="article"></head>
    <body><article><h1>{title}</h1>{body}</article></body></html>"""


def announced(service: Service, host: SiteHost, *urls: str, path: str = "/feed.xml") -> None:
    """A subscribed feed that lists these pages, the last one at its top."""
    feed = host.feed(path)
    for number, url in enumerate(urls):
        feed.add(host.article(f"Item {number}", path=f"/unused/{number}"), link=url, guid=url)
    service.subscribe(feed.url)


def entries(service: Service) -> dict[str, int]:
    return Counter(str(row["state"]) for row in service.read("entries", "state"))


def read_again(service: Service) -> None:
    with service.store.begin() as db:
        assert pages.requeue(db, now=service.now())
    service.work()


# Which article is which


def test_a_canonical_url_of_the_same_site_is_the_articles_identity(service: Service, site: Site) -> None:
    host = site.host()
    canonical = f"{host.home}/story"
    announced(service, host, host.put("/story?view=app", page("Ferry", canonical=canonical)))
    service.work()
    assert service.read("articles", "url") == [{"url": canonical}]


def test_two_addresses_of_one_canonical_url_with_one_text_are_one_article(
    service: Service, site: Site
) -> None:
    host = site.host()
    html = page("Ferry", canonical=f"{host.home}/story")
    announced(service, host, host.put("/a", html), host.put("/b", html))
    service.work()
    assert entries(service) == {"stored": 1, "duplicate": 1}
    assert service.change_kinds() == ["created"]
    assert service.identity().holds


def test_a_duplicate_that_comes_later_is_one_too(service: Service, site: Site) -> None:
    host = site.host()
    html = page("Ferry", canonical=f"{host.home}/story")
    announced(service, host, host.put("/a", html))
    service.work()
    announced(service, host, host.put("/b", html), path="/other.xml")
    service.work()
    assert entries(service) == {"stored": 1, "duplicate": 1}


def test_one_canonical_url_on_all_pages_of_a_site_does_not_make_them_one(
    service: Service, site: Site
) -> None:
    host = site.host()
    front = f"{host.home}/"
    urls = [host.put(f"/{n}", page(f"Story {n}", canonical=front)) for n in range(3)]
    announced(service, host, *urls)
    service.work()
    assert entries(service) == {"stored": 3}
    assert len({row["url"] for row in service.read("articles", "url")}) == 3


def test_a_canonical_url_of_another_site_says_where_a_copy_came_from_and_the_copy_is_its_own_article(
    service: Service, site: Site
) -> None:
    host = site.host()
    html = page("Ferry", canonical="https://agency.example/original")
    url = host.put("/copy", html)
    announced(service, host, url)
    service.work()
    assert service.read("articles", "url") == [{"url": url}]


def test_the_same_text_at_several_outlets_is_one_story(service: Service, site: Site) -> None:
    text = prose("An agency's text", paragraphs=8)
    for outlet in range(3):
        host = site.host()
        own = f"{text}\n\nOur own last sentence number {outlet}."
        announced(
            service,
            host,
            host.put("/a", page("From the agency", text=own)),
            host.article(f"Our own {outlet}").url,
        )
    service.work()
    assert entries(service) == {"stored": 6}
    assert service.read("stories", "size") == [{"size": 3}]


# What goes wrong


# Should the alarm fall into a finalizer, it is swallowed there, reported, and comes again.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_page_that_takes_too_long_is_refused_and_holds_up_no_other(make_service: Make, site: Site) -> None:
    service = make_service(extract_soft_seconds=0.3)
    host = site.host()
    slow = host.put("/slow", slow_page().decode())
    announced(service, host, slow, host.article("Quick").url)
    service.work()
    assert service.refusals() == {"too-slow": 1}
    assert entries(service) == {"stored": 1, "refused": 1}


def test_a_page_on_which_workers_die_is_refused_after_some(make_service: Make, site: Site) -> None:
    service = make_service(attempts=2)
    announced(service, site.host(), site.hosts[0].article("Poison").url)
    fetched_only(service)
    for _ in range(2):
        take_and_die(service)
    service.work()
    assert service.refusals() == {"worker-died": 1}
    (row,) = service.read("entries", "detail")
    assert row["detail"] == "2 workers died or were killed while they read it"


def test_a_page_that_was_read_by_another_meanwhile_is_lost_to_us(service: Service, site: Site) -> None:
    announced(service, site.host(), site.hosts[0].article("Twice").url)
    message = fetched_only(service)
    service.do("extract", message)
    service.do("extract", message)
    assert service.change_kinds() == ["created"]
    assert service.count("revisions") == 1


def fetched_only(service: Service) -> list[tuple[int, int]]:
    """Poll and fetch; the message to extraction, which is not delivered."""
    while True:
        service.tick()
        stage, claims = service.queue.messages.pop(0)
        if stage == "extract":
            return claims
        service.do(stage, claims)


def take_and_die(service: Service) -> None:
    service.later(minutes=5)
    with service.store.begin() as db:
        claimed = pages.claim(db, now=service.now(), lease=timedelta(minutes=3), limit=9)
        pages.take(db, [claim for claim, _ in claimed], now=service.now(), lease=timedelta(minutes=3))
    service.later(minutes=5)


# Reading again


def test_reading_again_refreshes_the_fields_without_a_revision(service: Service, site: Site) -> None:
    host = site.host()
    announced(service, host, host.put("/a", page("Ferry", author="Grace Reporter")))
    service.work()
    service.change("articles", {"authors": "{}"})
    read_again(service)
    assert service.read("articles", "authors", "revision") == [{"authors": ["Grace Reporter"], "revision": 1}]
    assert service.change_kinds() == ["created", "refreshed"]


def test_what_the_response_says_of_rights_is_kept_with_the_article(service: Service, site: Site) -> None:
    host = site.host()
    announced(service, host, host.put("/a", page("Ferry")))
    service.work()
    service.change("pages", {"headers": {"x-robots-tag": "noarchive, noai", "tdm-reservation": "1"}})
    read_again(service)
    rights = service.read("articles", "rights")[0]["rights"]
    assert isinstance(rights, dict)
    assert (rights["robots"], rights["noai"], rights["tdm_reserved"]) == (["noarchive", "noai"], True, True)


def test_a_refused_page_that_reads_well_after_all_becomes_an_article(service: Service, site: Site) -> None:
    host = site.host()
    announced(service, host, host.put("/a", page("Ferry", text="Too short.")))
    service.work()
    assert service.refusals() == {"too-short": 1}
    service.change("pages", {"body": page("Ferry").encode(), "encoding": ""})
    read_again(service)
    assert entries(service) == {"stored": 1}
    assert service.change_kinds() == ["created"]


def test_a_duplicate_read_again_stays_one_and_does_not_revise_the_others_article(
    service: Service, site: Site
) -> None:
    host = site.host()
    canonical, text = f"{host.home}/story", prose("shared", paragraphs=8)
    first = host.put("/a", page("Ferry", canonical=canonical, text=text))
    second = host.put("/b", page("Ferry", canonical=canonical, text=f"{text}\n\nMore of it here."))
    announced(service, host, second, first)
    service.work()
    before = service.read("articles", "text", "revision")
    read_again(service)
    assert entries(service) == {"stored": 1, "duplicate": 1}
    assert service.read("articles", "text", "revision") == before


def test_an_old_page_does_not_bring_back_what_its_publisher_removed(service: Service, site: Site) -> None:
    announced(service, site.host(), site.hosts[0].article("Withdrawn").url)
    service.work()
    service.later(hours=1)
    with service.store.begin() as db:
        articles.remove(db, 1, now=service.now())
    read_again(service)
    assert service.read("articles", "state") == [{"state": "removed"}]
    assert service.change_kinds() == ["created"]


def test_two_pages_of_one_entry_in_one_message_are_read_in_their_order(
    make_service: Make, site: Site
) -> None:
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    article = host.article("First")
    announced(service, host, article.url)
    service.work()
    article.edit(title="Second")
    service.later(minutes=16)
    newer = fetched_only(service)
    service.change("pages", {"state": "fetched", "due_at": service.now(), "lease": 7}, id=1)

    service.do("extract", [*newer, (1, 7)])
    service.later(minutes=5)
    service.work()

    assert service.read("articles", "title", "revision") == [{"title": "Second", "revision": 2}]


def test_what_was_put_back_to_be_fetched_may_be_found_by_reading_the_kept_page(
    service: Service, site: Site
) -> None:
    host = site.host()
    announced(service, host, host.put("/a", page("Ferry", text="Too short.")))
    service.work()
    service.change("pages", {"body": page("Ferry").encode(), "encoding": ""})
    with service.store.begin() as db:
        pages.requeue(db, now=service.now())
        requeue(db, now=service.now() + timedelta(hours=1))
    service.work()
    service.later(hours=2)
    service.work()
    assert entries(service) == {"stored": 1}
    assert service.identity().holds


def test_a_page_that_is_done_with_cannot_be_taken(service: Service, site: Site) -> None:
    announced(service, site.host(), site.hosts[0].article("Done").url)
    service.work()
    with service.store.begin() as db:
        held: Any = [PageClaim(row["id"], row["lease"]) for row in service.read("pages", "id", "lease")]
        assert pages.take(db, held, now=NOW, lease=timedelta(minutes=3)) == []
