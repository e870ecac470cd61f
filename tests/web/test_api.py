"""The JSON API: a consumer starts at zero, follows, and misses nothing."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from tests.store import rows
from tests.web.conftest import Web
from worker.extract.article import Article
from worker.extract.types import Block, Image, Link, Rights
from worker.outcome import Reason
from worker.store import articles, changes
from worker.store.db import run
from worker.web.api import models
from worker.web.errors import PROBLEM

TEXT = "The council met on Monday. It was short."


def store(web: Web, *titles: str) -> list[int]:
    ids = []
    for title in titles:
        with web.store.begin() as db:
            ids.append(rows.stored_article(db, title=title, text=f"{title}. {TEXT}"))
    return ids


def follow(web: Web, path: str, what: str, *, after: int = 0, limit: int) -> Iterator[dict[str, Any]]:
    """Read everything as a consumer does: repeat with the last answer's `next` while there is more."""
    more = True
    while more:
        answer = web.get(path, after=after, limit=limit).json()
        yield from answer[what]
        after, more = answer["next"], answer["more"]


def test_a_consumer_that_starts_at_zero_sees_every_article_once(web: Web) -> None:
    ids = store(web, *(f"Title {n}" for n in range(7)))
    assert [a["id"] for a in follow(web, "/api/v1/articles", "articles", limit=3)] == ids


def test_a_consumer_that_returns_sees_only_new_articles(web: Web) -> None:
    store(web, "first", "second")
    cursor = web.get("/api/v1/articles").json()["next"]
    page = web.get("/api/v1/articles", after=cursor).json()
    assert (page["articles"], page["next"], page["more"]) == ([], cursor, False)
    (third,) = store(web, "third")
    assert [a["id"] for a in follow(web, "/api/v1/articles", "articles", after=cursor, limit=10)] == [third]


def test_a_revised_article_comes_again_in_its_current_version(web: Web) -> None:
    url = "https://news.example/edited"
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title="Before", url=url)
    cursor = web.get("/api/v1/articles").json()["next"]
    with web.store.begin() as db:
        rows.revised_article(db, article_id, url=url, title="After", text="Another text.")
    (again,) = web.get("/api/v1/articles", after=cursor).json()["articles"]
    assert (again["title"], again["revision"], again["change"]) == ("After", 2, "revised")
    assert [c["kind"] for c in web.get("/api/v1/changes").json()["changes"]] == ["created", "revised"]


def test_an_article_that_is_created_and_revised_within_one_page_is_created(web: Web) -> None:
    url = "https://news.example/edited"
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title="Before", url=url)
    with web.store.begin() as db:
        rows.revised_article(db, article_id, url=url, title="After", text="Another text.")

    (one,) = web.get("/api/v1/articles").json()["articles"]

    lines = web.get("/api/v1/changes").json()["changes"]
    assert (one["change"], one["revision"], one["cursor"]) == ("created", 2, lines[-1]["id"])
    assert one["key"] == lines[0]["key"] == lines[1]["key"]


def test_a_page_of_purged_articles_alone_moves_the_cursor_to_its_end_and_no_further(web: Web) -> None:
    first, second, third = store(web, "first", "second", "third")
    with web.store.begin() as db:
        run(db, "UPDATE entries SET state = 'refused', article_id = NULL, reason = 'purged', due_at = NULL")
        run(db, "DELETE FROM articles WHERE id = ANY(:ids)", ids=[first, second])

    page = web.get("/api/v1/articles", limit=2).json()

    assert (page["articles"], [one["id"] for one in page["gone"]]) == ([], [first, second])
    assert page["more"]
    assert [a["id"] for a in web.get("/api/v1/articles", after=page["next"]).json()["articles"]] == [third]


def test_each_revision_can_be_read(web: Web) -> None:
    url = "https://news.example/edited"
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title="Before", url=url)
    with web.store.begin() as db:
        rows.revised_article(db, article_id, url=url, changed=["title"], title="After", text="Another text.")
    shown = web.get(f"/api/v1/articles/{article_id}").json()
    assert [(r["number"], r["changed"]) for r in shown["revisions"]] == [(1, []), (2, ["title"])]
    titles = [web.get(f"/api/v1/articles/{article_id}/revisions/{n}").json()["title"] for n in (1, 2)]
    assert titles == ["Before", "After"]
    assert web.get(f"/api/v1/articles/{article_id}/revisions/3").status_code == 404


def test_an_article_says_why_its_last_look_did_not_replace_the_text(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(db)
    assert web.get(f"/api/v1/articles/{article_id}").json()["look"] is None
    with web.store.begin() as db:
        rows.doubt_look(db, article_id)
    look = web.get(f"/api/v1/articles/{article_id}").json()["look"]
    assert (look["state"], look["reason"], look["times"]) == ("doubtful", "cut-short", 2)
    assert look["words"] == "the page shows only a part of the stored text"
    assert "The last look was doubtful" in web.get(f"/articles/{article_id}").text


def test_an_article_lists_the_feeds_in_which_it_was_seen(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, "https://news.example/world.xml")
        article_id = rows.stored_article(db, feed_id=feed_id)
    (seen,) = web.get(f"/api/v1/articles/{article_id}").json()["sightings"]
    assert (seen["feed_id"], seen["feed"], seen["position"]) == (feed_id, "https://news.example/world.xml", 0)


def test_a_removed_article_says_when_it_was_removed(web: Web) -> None:
    (article_id,) = store(web, "Withdrawn")
    with web.store.begin() as db:
        articles.remove(db, article_id, now=rows.NOW)
    shown = web.get(f"/api/v1/articles/{article_id}").json()
    assert (shown["state"], shown["removed_at"]) == ("removed", "2026-05-04T12:00:00Z")


def test_search_supports_words_phrases_and_exclusions(web: Web) -> None:
    dog, cat = store(web, "A dog barks", "A cat sleeps")
    for query, expected in (("dog", [dog]), ('"cat sleeps"', [cat]), ("council -dog", [cat]), ("horse", [])):
        found = web.get("/api/v1/search", q=query).json()["articles"]
        assert [a["id"] for a in found] == expected, query


def test_search_marks_what_matches_sorts_by_relevance_and_shows_one_of_each_story(web: Web) -> None:
    title, _text = store(web, "A ferry leaves", "Nothing")
    with web.store.begin() as db:
        text = rows.stored_article(db, title="Late", text="Fog. The ferries wait.", now=rows.NOW)
    newest, relevant = (
        web.get("/api/v1/search", q="ferry", sort=sort).json()["articles"] for sort in ("newest", "relevance")
    )
    assert [article["id"] for article in newest] == [text, title]
    assert [article["id"] for article in relevant] == [title, text]
    assert newest[0]["snippet"] == {"text": "Fog. The ferries wait.", "marks": [[9, 16]]}
    assert newest[1]["title_marks"] == [[2, 7]]
    with web.store.begin() as db:
        rows.begun_story(db, [title, text])
    collapsed = web.get("/api/v1/search", q="ferry", collapse="story").json()["articles"]
    assert [article["id"] for article in collapsed] == [text]


def test_search_takes_the_other_conditions_of_filters(web: Web) -> None:
    store(web, "A ferry leaves")
    assert len(web.get("/api/v1/search", q="ferry", language="en").json()["articles"]) == 1
    assert web.get("/api/v1/search", q="ferry", language="de").json()["articles"] == []


def test_pages_of_relevance_follow_each_other(web: Web) -> None:
    store(web, *(f"Ferry {number}" for number in range(5)))
    seen: list[int] = []
    page: dict[str, str] = {}
    while True:
        answer = web.get("/api/v1/search", q="ferry", sort="relevance", limit=2, **page).json()
        seen += [article["id"] for article in answer["articles"]]
        if answer["next"] is None:
            break
        page = {"page": answer["next"]}
    assert len(seen) == len(set(seen)) == 5


def test_changes_are_followed_by_cursor(web: Web) -> None:
    ids = store(web, "one", "two", "three")
    lines = list(follow(web, "/api/v1/changes", "changes", limit=2))
    assert [line["article_id"] for line in lines] == ids
    with web.store.begin() as db:
        assert lines[-1]["id"] == changes.newest(db)


def test_a_feed_shows_its_identity_and_refusals(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.refused_entry(db, feed_id, "https://news.example/wall", Reason.CONSENT_WALL)
        rows.discovered_entry(db, feed_id, "https://news.example/soon")
    (listed,) = web.get("/api/v1/feeds").json()["feeds"]
    shown = web.get(f"/api/v1/feeds/{feed_id}").json()
    assert listed.items() <= shown.items()
    assert shown["refusals"] == {"consent-wall": 1}
    assert shown["identity"] == {
        "discovered": 2, "stored": 0, "duplicate": 0, "refused": 1, "waiting": 1, "holds": True,
    }  # fmt: skip
    assert {e["state"] for e in shown["entries"]} == {"refused", "waiting"}


MISTAKES = (
    ("/api/v1/articles/999", 404, "no article has the id 999"),
    ("/api/v1/articles/999/revisions/1", 404, "no revision 1"),
    ("/api/v1/feeds/999", 404, "no feed has the id 999"),
    ("/api/v1/nothing", 404, "Not Found"),
    ("/api/v1/articles/0", 422, "article_id"),
    ("/api/v1/articles/99999999999999999999", 422, "article_id"),
    ("/api/v1/articles/one", 422, "article_id"),
    ("/api/v1/articles?limit=0", 422, "limit"),
    ("/api/v1/articles?limit=1001", 422, "limit"),
    ("/api/v1/articles?after=-1", 422, "after"),
    ("/api/v1/changes?limit=1001", 422, "limit"),
    ("/api/v1/search", 422, "q"),
    ("/api/v1/search?q=a%00b", 422, "q"),
    ("/api/v1/search?q=foo:bar", 422, "foo: is not a field"),
)


def test_every_error_has_one_shape(web: Web) -> None:
    for path, status, said in MISTAKES:
        answer = web.get(path)
        assert answer.status_code == status, path
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert list(problem) == ["type", "title", "status", "detail", "error"]
        assert (problem["type"], problem["status"]) == ("about:blank", status)
        assert said in problem["detail"]
        assert problem["error"] == {"status": status, "message": problem["detail"]}


def test_an_unavailable_store_is_a_503_with_retry_after(serve: Any, redis_url: str) -> None:
    web = serve("postgresql://nobody@127.0.0.1:1/none", redis_url)
    answer = web.get("/api/v1/articles")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["error"]["message"].startswith("the store does not answer")
    assert web.page("/").status_code == 503
    assert (
        "The store does not answer" in web.page("/").text or "the store does not answer" in web.page("/").text
    )


def test_openapi_describes_every_answer_and_error(web: Web) -> None:
    described = web.get("/openapi.json").json()
    assert described["info"]["title"] == "Wiredesk"
    for path, methods in described["paths"].items():
        assert list(methods) == ["get"], path
        if path.startswith("/api/v1/"):
            answers = methods["get"]["responses"]
            assert {"200", "422", "503"} <= set(answers)
            (kind, problem) = next(iter(answers["422"]["content"].items()))
            assert (kind, problem["schema"]["$ref"]) == (PROBLEM, "#/components/schemas/Problem")
            found = answers["200"]["content"]
            assert "text/event-stream" in found or "$ref" in found["application/json"]["schema"]


@pytest.mark.parametrize(
    "extracted, shown",
    [
        (Article, models.Version),
        (Block, models.ArticleBlock),
        (Image, models.Image),
        (Link, models.Link),
        (Rights, models.Rights),
    ],
)
def test_the_api_has_every_field_that_extraction_finds(extracted: type, shown: Any) -> None:
    renamed = {"canonical_url": "url"}
    # Selectors of a site rule that missed are reported to the operator, not to readers of the article.
    names = {renamed.get(field.name, field.name) for field in fields(extracted)} - {"rule_misses"}
    assert names <= set(shown.model_fields)
