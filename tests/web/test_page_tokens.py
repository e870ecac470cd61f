"""A search is read page by page, with tokens that belong to it."""

import base64

import pytest

from tests.store import rows
from tests.web.conftest import Web
from worker.store import newest_matches


@pytest.fixture
def dogs(web: Web) -> list[int]:
    """The ids of articles about dogs, the newest first."""
    with web.store.begin() as db:
        return [rows.stored_article(db, title=f"Dog {n}") for n in range(5)][::-1]


def test_a_search_is_read_page_by_page_and_misses_nothing(web: Web, dogs: list[int]) -> None:
    seen: list[int] = []
    token: str | None = None
    for _ in range(3):
        page = web.get("/api/v1/search", q="dog", limit=2, page=token, fields="id").json()
        seen += [article["id"] for article in page["articles"]]
        token = page["next"]
    assert (seen, token) == (dogs, None)


def test_a_search_that_ends_early_says_where_it_goes_on_though_it_found_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web.store.begin() as db:
        old = rows.stored_article(db, title="Dog")
        for n in range(4):
            rows.stored_article(db, title=f"Cat {n}")
    for name, articles in (("SLICE", 2), ("MOST_LOOKED", 2), ("MOST_VISITED", -1)):
        monkeypatch.setattr(newest_matches, name, articles)

    first = web.get("/api/v1/search", q="dog").json()
    assert (first["articles"], first["next"] is not None) == ([], True)
    assert "Search on" in web.page("/articles", q="dog").text

    second = web.get("/api/v1/search", q="dog", page=first["next"]).json()
    third = web.get("/api/v1/search", q="dog", page=second["next"]).json()
    assert [article["id"] for article in third["articles"]] == [old]


def test_an_article_stored_meanwhile_moves_no_page(web: Web, dogs: list[int]) -> None:
    token = web.get("/api/v1/search", q="dog", limit=2).json()["next"]
    with web.store.begin() as db:
        rows.stored_article(db, title="Another dog")
    page = web.get("/api/v1/search", q="dog", limit=2, page=token).json()
    assert [article["id"] for article in page["articles"]] == dogs[2:4]


def test_limit_and_fields_may_change_from_page_to_page(web: Web, dogs: list[int]) -> None:
    token = web.get("/api/v1/search", q="dog", limit=1).json()["next"]
    page = web.get("/api/v1/search", q="dog", limit=9, page=token, fields="id").json()
    assert page == {"articles": [{"id": one} for one in dogs[1:]], "next": None}


def test_a_token_of_another_search_is_refused(web: Web, dogs: list[int]) -> None:
    token = web.get("/api/v1/search", q="dog", limit=1).json()["next"]
    answer = web.get("/api/v1/search", q="dogs", limit=1, page=token)
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "page: not a token of this query; leave it out to begin again",
    )


def test_a_forged_token_is_refused(web: Web, dogs: list[int]) -> None:
    token = web.get("/api/v1/search", q="dog", limit=1).json()["next"]
    digest = base64.urlsafe_b64decode(token + "==")[:6]
    places = (b"", b"[-1]", b"[9223372036854775808]", b'["a"]', b"{}", b"\xff", b"[1")
    forged = [base64.urlsafe_b64encode(digest + place).decode().rstrip("=") for place in places]
    for page in ("", "!", "a", "ä", "A" * 200, token[:-1], *forged):
        assert web.get("/api/v1/search", q="dog", page=page).status_code == 422, page
