"""The feeds that Wiredesk writes: a feed reader on a phone is a client like any other."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import feedparser
import pytest
import requests
from lxml import etree

from tests.services.service import Service
from tests.services.test_overrides import override
from tests.site.prose import prose
from tests.store import rows
from tests.web.conftest import Web
from worker.feeds import ParsedFeed, opml, parse
from worker.feeds.discover import discover
from worker.filters import parse_text
from worker.store import articles, changes, searches
from worker.store.db import value
from worker.web import feed_output

FORMS = ("atom", "rss", "json")
every_form = pytest.mark.parametrize("form", FORMS)
OLD = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


def publish(web: Web, title: str, **values: Any) -> int:
    values = {"text": f"{title}. The whole text.", "now": OLD} | values
    with web.store.begin() as db:
        return rows.stored_article(db, title=title, **values)


def save(web: Web, name: str, text: str) -> None:
    with web.store.begin() as db:
        searches.add(db, name, parse_text(text), now=OLD)


def read(answer: requests.Response) -> ParsedFeed:
    assert answer.status_code == 200, answer.text
    found = parse(answer.content, url=answer.url, content_type=answer.headers["content-type"])
    assert isinstance(found, ParsedFeed)
    assert found.warnings == ()
    return found


def titles(answer: requests.Response) -> list[str | None]:
    return [entry.title for entry in read(answer).entries]


@every_form
def test_everything_is_in_the_feed_all_newest_first_with_whole_texts(web: Web, form: str) -> None:
    publish(web, "First")
    publish(web, "Second", blocks=[{"kind": "paragraph", "text": "A <whole> text."}])
    found = read(web.get(f"/feeds/all.{form}"))
    assert [entry.title for entry in found.entries] == ["Second", "First"]
    assert found.entries[0].content == "<p>A &lt;whole&gt; text.</p>"


@every_form
def test_a_saved_search_is_a_feed(web: Web, form: str) -> None:
    publish(web, "Deutsch", language="de")
    publish(web, "English", language="en")
    save(web, "german news", "language=de")
    assert titles(web.get(f"/feeds/german%20news.{form}")) == ["Deutsch"]


@every_form
def test_any_filter_can_be_added_to_the_address(web: Web, form: str) -> None:
    publish(web, "Deutsch", language="de")
    publish(web, "English", language="en")
    assert titles(web.get(f"/feeds/all.{form}", language="en")) == ["English"]
    assert web.get(f"/feeds/all.{form}", langage="en").status_code == 422
    assert web.get(f"/feeds/all.{form}", before="x").status_code == 422


@every_form
def test_a_feed_that_does_not_exist_is_not_found(web: Web, form: str) -> None:
    answer = web.get(f"/feeds/nothing.{form}")
    assert answer.status_code == 404
    assert "no search is saved as nothing" in answer.text


def test_the_pages_of_subscribed_feeds_keep_their_addresses(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
    assert web.page(f"/feeds/{feed_id}").status_code == 200
    assert web.page("/feeds").status_code == 200


@every_form
def test_the_id_of_an_article_is_its_key_whatever_happens_to_its_address(web: Web, form: str) -> None:
    article_id = publish(web, "Here")
    before = read(web.get(f"/feeds/all.{form}")).entries[0]
    with web.store.begin() as db:
        key = value(db, "SELECT key FROM articles WHERE id = :id", id=article_id)
        value(db, "UPDATE articles SET url = 'https://news.example/moved' RETURNING id")
    after = read(web.get(f"/feeds/all.{form}")).entries[0]
    assert before.id == after.id == UUID(str(key)).urn
    assert after.link == "https://news.example/moved"


@every_form
def test_an_edit_has_a_later_date_and_the_same_id(web: Web, form: str) -> None:
    url = "https://news.example/edited"
    article_id = publish(web, "Before", url=url)
    before = read(web.get(f"/feeds/all.{form}")).entries[0]
    with web.store.begin() as db:
        rows.revised_article(
            db, article_id, url=url, title="After", text="Other.", now=OLD + timedelta(hours=1)
        )
    after = read(web.get(f"/feeds/all.{form}")).entries[0]
    assert (before.title, after.title) == ("Before", "After")
    assert before.id == after.id
    assert before.updated is not None
    assert after.updated is not None
    assert after.updated > before.updated


def withdraw(web: Web, article_id: int) -> None:
    with web.store.begin() as db:
        articles.remove(db, article_id, now=OLD + timedelta(hours=2))
        line = changes.Change(article_id, changes.ChangeKind.REMOVED, 1)
        changes.append(db, [line], now=OLD + timedelta(hours=2))


@every_form
def test_a_withdrawn_article_leaves_the_feed(web: Web, form: str) -> None:
    publish(web, "Stays")
    withdraw(web, publish(web, "Goes"))
    assert titles(web.get(f"/feeds/all.{form}")) == ["Stays"]


def test_a_withdrawn_article_leaves_a_tombstone_in_atom(web: Web) -> None:
    article_id = publish(web, "Goes")
    (entry,) = read(web.get("/feeds/all.atom")).entries
    withdraw(web, article_id)
    root = etree.fromstring(web.get("/feeds/all.atom").content)
    (gone,) = root.iterfind("{*}deleted-entry")
    assert gone.get("ref") == entry.id


@every_form
def test_older_articles_are_on_further_pages(web: Web, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_output, "PAGE", 3)
    for number in range(7):
        publish(web, f"T{number}", language="en")
    publish(web, "Andere", language="de")
    found, url = [], f"{web.url}/feeds/all.{form}?language=en"
    for _ in range(3):
        page = read(requests.get(url, timeout=20))
        found += [entry.title for entry in page.entries]
        url = page.next_page or ""
    assert (found, url) == ([f"T{number}" for number in reversed(range(7))], "")


def test_an_edit_of_an_older_article_is_on_the_first_page(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_output, "PAGE", 2)
    url = "https://news.example/old"
    edited = publish(web, "Old", url=url)
    withdrawn = publish(web, "Withdrawn")
    for number in range(3):
        publish(web, f"T{number}")
    withdraw(web, withdrawn)
    with web.store.begin() as db:
        rows.revised_article(db, edited, url=url, title="Corrected", text="Other.")
    answer = web.get("/feeds/all.atom")
    assert titles(answer) == ["T2", "T1", "Corrected"]
    assert b"deleted-entry" in answer.content


@every_form
def test_a_reader_that_has_the_document_is_answered_304(web: Web, form: str) -> None:
    publish(web, "One")
    first = web.get(f"/feeds/all.{form}")

    def again(**headers: str) -> int:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.get(first.url, headers=names, timeout=20).status_code

    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert again(If_None_Match=tag) == 304
    assert again(If_None_Match=f'"other", {tag}') == 304
    assert again(If_Modified_Since=modified) == 304
    assert again(If_None_Match='"other"', If_Modified_Since=modified) == 200
    assert again(If_Modified_Since="yesterday") == 200
    publish(web, "Two", now=OLD + timedelta(minutes=1))
    assert again(If_None_Match=tag) == 200
    assert again(If_Modified_Since=modified) == 200


def test_a_date_is_sent_only_once_nothing_earlier_can_still_appear(web: Web) -> None:
    publish(web, "Just now", now=datetime.now(UTC))
    answer = web.get("/feeds/all.atom")
    assert "Last-Modified" not in answer.headers
    assert "ETag" in answer.headers


@every_form
def test_an_empty_feed_is_valid_and_does_not_change_by_itself(web: Web, form: str) -> None:
    first, second = web.get(f"/feeds/all.{form}"), web.get(f"/feeds/all.{form}")
    assert read(first).entries == ()
    assert first.headers["ETag"] == second.headers["ETag"]


def test_the_formats_have_their_media_types(web: Web) -> None:
    found = {form: web.get(f"/feeds/all.{form}").headers["content-type"].split(";")[0] for form in FORMS}
    assert found == {
        "atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json",
    }  # fmt: skip


def test_the_list_of_all_feeds_can_be_imported(web: Web) -> None:
    save(web, "storms", 'q="storm surge"')
    save(web, "a/b", "language=de")
    answer = web.get("/feeds.opml")
    assert answer.headers["content-type"].startswith("text/x-opml")
    listed = opml.read(answer.content)
    assert [feed.title for feed in listed] == ["Wiredesk", "Wiredesk: a/b", "Wiredesk: storms"]
    assert listed[0].url == f"{web.url}/feeds/all.atom"
    for feed in (listed[0], listed[2]):
        assert read(requests.get(feed.url, timeout=20)).entries == ()


def test_every_page_names_the_feeds_for_readers_that_look_for_them(web: Web) -> None:
    for path in ("/", "/articles", "/feeds"):
        found = discover(web.page(path).content, url=web.url + path)
        assert {feed.url for feed in found} >= {f"{web.url}/feeds/all.{form}" for form in FORMS}


def test_feedparser_sees_no_fault_in_hostile_text(web: Web) -> None:
    publish(
        web, "]]> & \u202e <script>", blocks=[{"kind": "paragraph", "text": "</p><script>x</script>\x01"}]
    )
    found = feedparser.parse(web.get("/feeds/all.rss").content, sanitize_html=False)
    assert not found.bozo
    assert "<script>" not in found.entries[0].content[0].value


def test_another_wiredesk_that_polls_the_feed_stores_the_same_articles(web: Web, fresh_database: Any) -> None:
    texts = {f"Title {number}": prose(f"seed {number}") for number in range(3)}
    for title, text in texts.items():
        blocks = [{"kind": "paragraph", "text": paragraph} for paragraph in text.split("\n\n")]
        publish(web, title, text=text, blocks=blocks)
    with fresh_database() as database_url:
        second = Service(database_url)
        for form in FORMS:
            [feed_id] = second.subscribe(f"{web.url}/feeds/all.{form}")
            override(second, feed_id, full_text=False)
        second.work()
        stored = second.read("articles", "title", "text", "url", "authors")
        assert {row["title"]: row["text"] for row in stored} == texts
        assert {row["url"] for row in stored} == {
            row["url"] for row in web.get("/api/v1/articles").json()["articles"]
        }
        assert all(row["authors"] == ["Ada Writer"] for row in stored)
        assert second.identity().holds
        second.store.close()
