"""What PostgreSQL refuses in one row is refused by name; the rows that are saved with it are stored.

Text that PostgreSQL cannot hold is cleaned long before, so these tests add a condition that a row breaks: it
is refused by the same errors as a value that is out of range.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.services import archives
from tests.services.pushed_world import World
from tests.services.service import Service
from tests.services.test_backfill import walk_back
from tests.services.test_extract import announced, page
from tests.site import Site
from tests.site.prose import prose
from worker.store.db import run


@contextmanager
def condition(service: Service, table: str, check: str) -> Iterator[None]:
    with service.store.begin() as db:
        run(db, f"ALTER TABLE {table} ADD CONSTRAINT ck_test CHECK ({check})")
    try:
        yield
    finally:
        with service.store.begin() as db:
            run(db, f"ALTER TABLE {table} DROP CONSTRAINT ck_test")


def refusals(service: Service) -> list[tuple[str, str]]:
    found = service.ask("SELECT url, reason, detail FROM entries WHERE state = 'refused'")
    assert all("ck_test" in row["detail"] for row in found)
    return [(str(row["url"]).rpartition("/")[2], row["reason"]) for row in found]


def test_an_article_that_is_refused_is_named_and_the_others_of_its_batch_are_stored(
    service: Service, site: Site
) -> None:
    host = site.host()
    announced(service, host, *(host.put(f"/{n}", page(f"Story {n}")) for n in range(6)))
    with condition(service, "articles", "title <> 'Story 3'"):
        service.work()

    assert refusals(service) == [("3", "unstorable")]
    assert service.count("articles") == 5
    assert len(service.change_kinds()) == 5


def test_an_edit_that_is_refused_leaves_the_stored_text(
    make_service: Callable[..., Service], site: Site
) -> None:
    service = make_service(look_again_seconds=(900.0, 1800.0))
    host = site.host()
    url = host.put("/a", page("Ferry"))
    announced(service, host, url)
    service.work()
    host.put("/a", page("Refused", text=prose("Ferry")))
    with condition(service, "articles", "title <> 'Refused'"):
        service.later(hours=1)
        service.work()

    assert service.read("articles", "title", "revision") == [{"title": "Ferry", "revision": 1}]
    assert service.read("entries", "state", "look", "look_reason") == [
        {"state": "stored", "look": "refused", "look_reason": "unstorable"}
    ]


def test_a_fetched_page_that_is_refused_is_named_and_the_others_are_stored(
    service: Service, site: Site
) -> None:
    host = site.host()
    announced(service, host, *(host.put(f"/{n}", page(f"Story {n}")) for n in range(6)))
    with condition(service, "pages", "url NOT LIKE '%/2'"):
        service.work()

    assert refusals(service) == [("2", "unstorable")]
    assert service.count("articles") == 5


def test_an_item_that_is_refused_is_named_and_the_others_of_its_feed_are_stored(
    service: Service, site: Site
) -> None:
    host = site.host()
    announced(service, host, *(host.put(f"/{n}", page(f"Story {n}")) for n in range(6)))
    with condition(service, "entries", "title <> 'Item 4'"):
        service.work()

    # An entry without its content: not even its address is certain to be storable.
    assert refusals(service) == [("None", "unstorable")]
    assert service.count("articles") == 5
    assert service.read("feeds", "errors") == [{"errors": 0}]


def test_a_pushed_item_that_is_refused_is_named_and_the_others_of_the_push_are_stored(world: World) -> None:
    world.subscribed()
    for title in ("Kept", "Refused"):
        world.write(title)
    with condition(world.service, "entries", "title <> 'Refused'"):
        world.hub.publish(world.topic)
        world.service.work()

    assert refusals(world.service) == [("None", "unstorable")]
    assert world.service.count("articles", title="Kept") == 1
    assert world.row()["pushes"] == 1


def test_an_archived_item_that_is_refused_is_named_and_the_walk_goes_on(service: Service, site: Site) -> None:
    url = archives.wordpress(site.host(), 23)
    with condition(service, "entries", "title <> 'Entry 3'"):
        done = walk_back(service, url)

    assert refusals(service) == [("None", "unstorable")]
    assert (done.state, done.found) == ("done", 23)


@pytest.mark.slow
def test_texts_of_a_million_characters_of_different_words_are_stored(service: Service, site: Site) -> None:
    host = site.host()

    def words(first: int) -> str:
        lines = [" ".join(f"w{n:07}" for n in range(at, at + 50)) for at in range(first, first + 109_000, 50)]
        return "\n\n".join(lines)

    long = [host.put(f"/long{n}", page(f"Long {n}", text=words(n * 200_000))) for n in range(2)]
    announced(service, host, *long, *(host.put(f"/{n}", page(f"Story {n}")) for n in range(12)))
    service.work()

    assert refusals(service) == []
    assert service.count("articles") == 14
