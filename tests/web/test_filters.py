"""The filter in the API and on the page of articles."""

import re
from typing import Any

import pytest

from tests.store import rows
from tests.store.rows import NOW
from tests.web.conftest import Web
from worker.filters import parse_text
from worker.model import ChangeKind
from worker.store import changes, publishers, searches
from worker.store.changes import Change
from worker.store.db import run

FEED = "https://zeitung.example/feed.xml"


@pytest.fixture
def stored(web: Web) -> dict[str, int]:
    """The ids of a German and of an English article, by their languages."""
    with web.store.begin() as db:
        feed = rows.added_feed(db, FEED)
        run(db, "UPDATE feeds SET labels = '{national}' WHERE id = :id", id=feed)
    found = {}
    for language, title, feed_id in (("de", "Hochwasser im Hafen", feed), ("en", "Flood in the port", None)):
        with web.store.begin() as db:
            found[language] = rows.stored_article(
                db,
                title=title,
                text="Wasser.",
                language=language,
                feed_id=feed_id,
                site_name="Zeitung",
                url=f"https://{language}.example/a",
            )
    return found


def listed(web: Web, **query: Any) -> list[int]:
    """The ids of the articles that the search of the API finds."""
    return [article["id"] for article in web.get("/api/v1/search", **query).json()["articles"]]


def test_the_search_takes_every_condition(web: Web, stored: dict[str, int]) -> None:
    assert listed(web, q="wasser", language="de") == [stored["de"]]
    assert listed(web, q="wasser", language="-de") == [stored["en"]]
    assert listed(web, label="national") == [stored["de"]]
    assert listed(web, feed=FEED) == [stored["de"]]
    assert listed(web, publisher="en.example") == [stored["en"]]
    assert listed(web, language=["de", "en"], kind="article") == [stored["en"], stored["de"]]
    assert listed(web, stored_from="2027-01-01") == []


def test_a_condition_that_cannot_be_read_is_answered_with_what_is_wrong(web: Web) -> None:
    answer = web.get("/api/v1/search", language="german")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("language: 'german' is not possible: write a language tag")
    assert web.get("/api/v1/search").status_code == 422


def test_a_saved_search_is_a_condition(web: Web, stored: dict[str, int]) -> None:
    with web.store.begin() as db:
        searches.add(db, "floods", parse_text("q=wasser language=de"), now=NOW)
    assert listed(web, search="floods") == [stored["de"]]
    assert listed(web, search="floods", kind="video") == []
    assert web.get("/api/v1/search", search="storms").status_code == 422


def test_an_article_says_by_whom_it_is_and_which_feeds_listed_it(web: Web, stored: dict[str, int]) -> None:
    with web.store.begin() as db:
        number = publishers.find(db, "de.example")
        assert number is not None
        publishers.describe(db, number, {"name": "Die Zeitung", "country": "DE", "labels": ["left"]})
    whole = web.get(f"/api/v1/articles/{stored['de']}").json()
    (short,) = web.get("/api/v1/search", language="de").json()["articles"]
    for article in (whole, short):
        assert article["publisher_name"] == "Die Zeitung"
        assert article["publisher_country"] == "DE"
        assert article["labels"] == ["left", "national"]
        assert [web.get(f"/api/v1/feeds/{feed}").json()["url"] for feed in article["feeds"]] == [FEED]
    other = web.get(f"/api/v1/articles/{stored['en']}").json()
    assert (other["publisher_name"], other["publisher_country"], other["labels"]) == ("Zeitung", None, [])


def test_the_page_of_articles_has_a_form_that_keeps_what_was_chosen(web: Web, stored: dict[str, int]) -> None:
    page = web.page("/articles", language="de", kind="article", label="").text
    assert re.findall(r'href="/articles/(\d+)"', page) == [str(stored["de"])]
    assert re.search(r'<input name="language" value="de"', page)
    assert "<option selected>article</option>" in page
    assert "No article matches." in web.page("/articles", kind="video").text


def test_the_page_says_what_is_wrong_with_a_condition_and_keeps_the_form(web: Web) -> None:
    page = web.page("/articles", published_from="yesterday")
    assert page.status_code == 422
    assert "published_from: &#39;yesterday&#39; is not possible" in page.text
    assert 'value="yesterday"' in page.text
    assert "did you mean language?" in web.page("/articles", langauge="de").text


def test_the_link_to_older_articles_keeps_the_conditions(web: Web) -> None:
    for _ in range(51):
        with web.store.begin() as db:
            rows.stored_article(db)
    (older,) = re.findall(r'href="(/articles\?[^"]*before=\d+)"', web.page("/articles", language="en").text)
    assert older.startswith("/articles?language=en&")
    assert len(re.findall(r'href="/articles/\d+"', web.page(older.replace("&amp;", "&")).text)) == 1


def test_a_follower_with_a_filter_gets_what_matches_and_learns_what_leaves(
    web: Web, stored: dict[str, int]
) -> None:
    page = web.get("/api/v1/articles", language="de").json()
    assert [article["id"] for article in page["articles"]] == [stored["de"]]
    assert (page["gone"], page["more"]) == ([], False)
    with web.store.begin() as db:
        run(db, "UPDATE articles SET language = 'fr' WHERE id = :id", id=stored["de"])
        changes.append(db, [Change(stored["de"], ChangeKind.REFRESHED, 1, ("language",))], now=NOW)
    again = web.get("/api/v1/articles", language="de", after=page["next"]).json()
    assert again["articles"] == []
    (gone,) = again["gone"]
    assert (gone["id"], gone["change"], gone["matches"]) == (stored["de"], "refreshed", False)
    lines = web.get("/api/v1/changes", language="de").json()["changes"]
    assert [(line["kind"], line["matches"], line["title"]) for line in lines] == [("refreshed", False, None)]


def test_the_changes_can_be_filtered_by_what_changed(web: Web, stored: dict[str, int]) -> None:
    with web.store.begin() as db:
        changes.append(db, [Change(stored["en"], ChangeKind.REVISED, 1, ("title",))], now=NOW)
    for query, kinds in (
        ({"changed": "title"}, ["revised"]),
        ({"changed": "-title"}, ["created", "created"]),
    ):
        page = web.get("/api/v1/changes", **query).json()
        assert [line["kind"] for line in page["changes"]] == kinds
        assert page["next"] == changes_of(web)[-1]
    assert listed(web, changed="title") == [stored["en"]]


def changes_of(web: Web) -> list[int]:
    """The ids of all lines of the log."""
    return [line["id"] for line in web.get("/api/v1/changes").json()["changes"]]


def test_small_edits_can_be_left_out_by_those_who_follow(web: Web, stored: dict[str, int]) -> None:
    with web.store.begin() as db:
        edits = [
            Change(stored["de"], ChangeKind.REVISED, number, changed=("text",), words_added=words)
            for number, words in ((2, 1), (3, 40))
        ]
        withdrawn = Change(stored["de"], ChangeKind.REMOVED, 3, changed=("state",))
        changes.append(db, [*edits, withdrawn], now=NOW)

    lines = web.get("/api/v1/changes", min_words="5", language="de").json()["changes"]

    assert [(line["kind"], line["words_added"]) for line in lines] == [
        ("created", 0),
        ("revised", 40),
        ("removed", 0),
    ]
    assert web.get("/api/v1/changes", min_words="few").status_code == 422
