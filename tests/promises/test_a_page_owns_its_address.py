"""A page owns the address at which it was fetched; what other pages declare about it yields to that."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import permutations
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from tests.services.service import Service
from tests.services.test_extract import announced, fetched_only, page, read_again
from tests.site import Site, SiteHost
from tests.site.prose import prose
from tests.store.racing import at_once, begun
from tests.store.rows import article_record
from worker.store import articles, changes
from worker.urls import key_of

Announce = Callable[[Service, SiteHost, Sequence[str]], None]


def one_after_the_other(service: Service, host: SiteHost, urls: Sequence[str]) -> None:
    """Each page is stored before the next is announced."""
    for number, url in enumerate(urls):
        announced(service, host, url, path=f"/feed{number}.xml")
        service.work()


def in_one_batch(service: Service, host: SiteHost, urls: Sequence[str]) -> None:
    """All pages are read in one message, the first one first."""
    announced(service, host, *reversed(urls))
    service.work()


both_ways = pytest.mark.parametrize("announce", [one_after_the_other, in_one_batch])


def titles(service: Service) -> dict[str, str]:
    """The path of each article's URL, and its title."""
    return {
        "/" + str(row["url"]).split("/", 3)[-1]: str(row["title"])
        for row in service.read("articles", "url", "title")
    }


def states(service: Service) -> dict[str, str]:
    """The path of each entry, and its state."""
    return {
        "/" + str(row["url"]).split("/", 3)[-1]: str(row["state"])
        for row in service.read("entries", "url", "state")
    }


@both_ways
@pytest.mark.parametrize("order", list(permutations(["/story", "/other", "/third"])), ids=" ".join)
def test_the_page_at_an_address_has_it_whichever_is_read_first(
    service: Service, site: Site, announce: Announce, order: Sequence[str]
) -> None:
    host = site.host()
    claimed = f"{host.home}/story"
    host.put("/story", page("The story", canonical=claimed))
    host.put("/other", page("Another one", canonical=claimed))
    host.put("/third", page("A third one", canonical=claimed))
    announce(service, host, [host.home + path for path in order])
    assert titles(service) == {"/story": "The story", "/other": "Another one", "/third": "A third one"}
    assert set(states(service).values()) == {"stored"}
    assert service.identity().holds


@pytest.mark.parametrize("order", [("/a", "/b"), ("/b", "/a")], ids=" ".join)
def test_two_pages_that_declare_each_others_address_keep_their_own(
    service: Service, site: Site, order: Sequence[str]
) -> None:
    host = site.host()
    host.put("/a", page("At a", canonical=f"{host.home}/b"))
    host.put("/b", page("At b", canonical=f"{host.home}/a"))
    one_after_the_other(service, host, [host.home + path for path in order])
    assert titles(service) == {"/a": "At a", "/b": "At b"}


def test_og_url_and_json_ld_are_claims_as_well(service: Service, site: Site) -> None:
    host = site.host()
    story = host.put("/story", page("The story"))
    og = page("Another one").replace("<title>", f'<meta property="og:url" content="{story}"><title>')
    one_after_the_other(service, host, [host.put("/og", og), story])
    assert titles(service) == {"/story": "The story", "/og": "Another one"}


def test_consumers_learn_that_an_article_has_moved_before_another_takes_its_address(
    service: Service, site: Site
) -> None:
    host = site.host()
    story = f"{host.home}/story"
    other = host.put("/other", page("Another one", canonical=story))
    host.put("/story", page("The story"))
    one_after_the_other(service, host, [other, story])
    log = service.ask(
        """SELECT c.article_id, c.kind, c.revision, a.url, c.changed FROM changes c
        JOIN articles a ON a.id = c.article_id ORDER BY c.id"""
    )
    assert [(row["article_id"], row["kind"], row["revision"], row["changed"]) for row in log] == [
        (1, "created", 1, []),
        (1, "refreshed", 1, ["url"]),
        (2, "created", 1, []),
    ]
    assert [row["url"] for row in log] == [other, other, story]


def test_consumers_know_an_article_by_one_key_wherever_it_moves(service: Service, site: Site) -> None:
    host = site.host()
    story = f"{host.home}/story"
    other = host.put("/other", page("Another one", canonical=story))
    host.put("/story", page("The story"))

    def keys() -> dict[int, UUID]:
        with service.store.begin() as db:
            return {line["article_id"]: line["key"] for line in changes.after(db, 0, limit=9)}

    one_after_the_other(service, host, [other])
    first = keys()[1]
    announced(service, host, story, path="/later.xml")
    service.work()

    assert service.read("articles", "id", "url") == [{"id": 1, "url": other}, {"id": 2, "url": story}]
    assert keys()[1] == first == key_of(story)
    # The key of the address is the other article's for good.
    assert keys()[2] not in (first, key_of(other))


def test_an_article_that_moved_is_looked_at_and_revised_as_before(make_service: Any, site: Site) -> None:
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    story = f"{host.home}/story"
    other = host.put("/other", page("Another one", canonical=story))
    host.put("/story", page("The story"))
    one_after_the_other(service, host, [other, story])
    text = prose("Another one")
    host.put(
        "/other", page("Another one", canonical=story, text=f"{text}\n\nAn added paragraph of some words.")
    )
    service.later(minutes=16)
    service.work()
    assert service.read("articles", "id", "url", "revision") == [
        {"id": 1, "url": other, "revision": 2},
        {"id": 2, "url": story, "revision": 1},
    ]
    assert [row["revision"] for row in service.read("changes", "revision")] == [1, 1, 1, 2]


def test_copies_of_an_article_that_moves_stay_its_copies(service: Service, site: Site) -> None:
    host = site.host()
    story, text = f"{host.home}/story", prose("shared", paragraphs=6)
    urls = [host.put(f"/copy{n}", page("A copy", canonical=story, text=text)) for n in range(2)]
    host.put("/story", page("The story"))
    one_after_the_other(service, host, [*urls, story])
    assert titles(service) == {"/copy0": "A copy", "/story": "The story"}
    assert states(service) == {"/copy0": "stored", "/copy1": "duplicate", "/story": "stored"}


def test_an_article_that_was_removed_gives_way_and_consumers_learn_its_address(
    make_service: Any, site: Site
) -> None:
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    story = f"{host.home}/story"
    other = host.put("/other", page("Another one", canonical=story))
    one_after_the_other(service, host, [other])
    host.remove(other)
    for _ in range(4):
        service.later(hours=7)
        service.work()
    host.put("/story", page("The story"))
    announced(service, host, story, path="/later.xml")
    service.work()
    assert service.change_kinds() == ["created", "removed", "refreshed", "created"]
    assert titles(service) == {"/other": "Another one", "/story": "The story"}


# Two workers


@pytest.mark.parametrize("first", [0, 1])
def test_two_workers_that_read_the_two_pages_at_once_lose_none(
    make_service: Any, site: Site, first: int
) -> None:
    service, other = make_service(), make_service()
    host = site.host()
    story = f"{host.home}/story"
    urls = [host.put("/other", page("Another one", canonical=story)), host.put("/story", page("The story"))]
    messages = []
    for number, url in enumerate(urls):
        announced(service, host, url, path=f"/feed{number}.xml")
        messages.append(fetched_only(service))

    def reading(worker: Service, message: Any) -> Callable[[Barrier], None]:
        def work(barrier: Barrier) -> None:
            barrier.wait()
            worker.do("extract", message)

        return work

    at_once(reading(service, messages[first]), reading(other, messages[1 - first]))
    service.later(minutes=10)
    service.work()
    assert titles(service) == {"/story": "The story", "/other": "Another one"}
    assert states(service) == {"/story": "stored", "/other": "stored"}
    assert service.identity().holds


def test_an_address_that_a_worker_of_an_older_release_takes_meanwhile_is_decided_again(
    service: Service, site: Site
) -> None:
    host = site.host()
    story = host.put("/story", page("The story"))
    announced(service, host, story)
    message = fetched_only(service)
    with ExitStack() as stack, service.store.begin() as db:
        # As the older release does: without a lock on the address.
        articles.create(db, [article_record(story, title="Another one", text=prose("Another one"))])
        stack.enter_context(begun(lambda: service.do("extract", message), service.store))
    service.work()
    assert set(states(service).values()) == {"stored"}
    assert titles(service)["/story"] == "The story"


# Texts that agree


@both_ways
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
@pytest.mark.parametrize(
    "copy",
    [
        "/story/amp",
        "/story?print=1",
        "/story?utm_source=feed&page=1",
        "/sport/story",
    ],
)
def test_real_copies_are_still_one_article_under_the_address_they_declare(
    service: Service, site: Site, announce: Announce, copy: str, order: Sequence[int]
) -> None:
    host = site.host()
    story, text = f"{host.home}/story", prose("The story", paragraphs=6)
    urls = [
        host.put("/story", page("The story", canonical=story, text=text)),
        host.put(
            copy, page("The story", canonical=story, text=f"{text}\n\nRead this page on our main site.")
        ),
    ]
    announce(service, host, [urls[at] for at in order])
    assert titles(service) == {"/story": "The story"}
    assert sorted(states(service).values()) == ["duplicate", "stored"]
    assert service.identity().holds


SHORT = "The ferry did not sail today because of the storm, the harbour office said."


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_texts_too_short_for_a_signature_are_compared_by_their_words(
    service: Service, site: Site, order: Sequence[int]
) -> None:
    host = site.host()
    story = f"{host.home}/story"
    other = "Schools in the valley stay closed until Monday, as teachers have called a strike again."
    urls = [
        host.put("/story", page("No ferry", canonical=story, text=SHORT)),
        host.put("/other", page("Schools are closed", canonical=story, text=other)),
        host.put("/copy", page("No ferry", canonical=story, text=SHORT)),
    ]
    one_after_the_other(service, host, [*(urls[at] for at in order), urls[2]])
    assert titles(service) == {"/story": "No ferry", "/other": "Schools are closed"}
    assert states(service)["/copy"] == "duplicate"


def test_a_duplicate_of_another_text_is_stored_when_it_is_read_again(service: Service, site: Site) -> None:
    host = site.host()
    story = f"{host.home}/story"
    host.put("/story", page("The story"))
    one_after_the_other(service, host, [host.put("/other", page("Another one", canonical=story))])
    announced(service, host, story, path="/later.xml")
    fetched = fetched_only(service)
    assert fetched
    # As a release left it that called any page at a known address a duplicate, and recorded no address.
    service.change("entries", {"state": "duplicate", "article_id": 1, "finished_at": service.now()}, id=2)
    service.change("pages", {"state": "extracted", "due_at": None}, id=2)
    service.change("entries", {"page_key": None})
    read_again(service)
    assert titles(service) == {"/story": "The story", "/other": "Another one"}
    assert set(states(service).values()) == {"stored"}


# Hosts of many users


@pytest.mark.parametrize(
    ("mine", "other"),
    [("/~ada/post", "/~bob/post"), ("/u/ada/1", "/u/bob/1"), ("/@ada/1", "/@bob/1"), ("/~ada/1", "/news/1")],
)
def test_a_user_of_a_host_cannot_take_the_address_of_another(
    service: Service, site: Site, mine: str, other: str
) -> None:
    host = site.host()
    url = host.put(mine, page("A post", canonical=host.home + other))
    one_after_the_other(service, host, [url])
    assert titles(service) == {mine: "A post"}


def test_a_user_may_name_another_address_of_the_same_user(service: Service, site: Site) -> None:
    host = site.host()
    url = host.put("/~ada/post?print=1", page("A post", canonical=f"{host.home}/~ada/post"))
    one_after_the_other(service, host, [url])
    assert titles(service) == {"/~ada/post": "A post"}
