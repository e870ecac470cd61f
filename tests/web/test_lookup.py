"""An article is found by any address under which it is or was known."""

import pytest

from tests.store import rows
from tests.store.tables import change
from tests.web.conftest import Web
from worker.urls import canonical, key_of

NOW_AT = "https://news.example/new"
BEFORE = "https://news.example/old"


@pytest.fixture
def moved(web: Web) -> int:
    """An article that had another address before, and whose feed links to a third."""
    with web.store.begin() as db:
        article_id = rows.stored_article(db, url=BEFORE)
    with web.store.begin() as db:
        change(db, "entries", {"page_key": key_of(canonical("https://cdn.example/page"))})
        rows.revised_article(db, article_id, url=NOW_AT, changed=["url"], title="T", text="T")
    with web.store.begin() as db:
        # As `worker.store.articles.move` does, and the entry goes on under a further address.
        change(db, "articles", {"key": key_of(NOW_AT), "url": NOW_AT})
        change(db, "entries", {"key": key_of("https://feeds.example/item")})
    return article_id


@pytest.mark.parametrize(
    "address",
    [
        NOW_AT,
        "HTTPS://News.Example/new?utm_source=mail#top",
        BEFORE,
        "https://feeds.example/item",
        "https://cdn.example/page",
    ],
    ids=["its own", "another spelling", "an earlier one", "of the item", "after redirects"],
)
def test_an_article_is_found_by_its_address(web: Web, moved: int, address: str) -> None:
    found = web.get("/api/v1/articles/lookup", url=address, fields="id,url")
    assert found.json() == {"id": moved, "url": NOW_AT}


def test_the_article_whose_own_address_it_is_comes_before_one_that_had_it(web: Web, moved: int) -> None:
    with web.store.begin() as db:
        second = rows.stored_article(db, url=BEFORE)
    assert web.get("/api/v1/articles/lookup", url=BEFORE).json()["id"] == second


def test_an_unknown_address_is_not_found(web: Web) -> None:
    answer = web.get("/api/v1/articles/lookup", url="https://news.example/unknown")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "no article is known at https://news.example/unknown",
    )


def test_a_malformed_address_is_refused(web: Web) -> None:
    for address in ("", "news:", "ftp://news.example/", "https://", "a\0b", "https://" + "a" * 9000):
        assert web.get("/api/v1/articles/lookup", url=address).status_code == 422, address
