"""The pages of articles: lists, one article with its trail, its kept page, and what is done with it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.store import rows
from tests.store.tables import change, count, read
from tests.web.browser.article_world import ARTICLE, fill_articles
from tests.web.conftest import Web
from tests.web.test_pages import assert_harmless, text_of
from worker.model import ChangeKind
from worker.services.look_schedule import look_plan
from worker.web.parts import utc_now


@pytest.fixture
def filled(web: Web) -> Web:
    """A server with an article that has everything, and two before it."""
    with web.store.begin() as db:
        rows.stored_article(db, title="First", now=utc_now())
    with web.store.begin() as db:
        rows.stored_article(db, title="عنوان", text="نص.", language="ar", site_name="الصحيفة", now=utc_now())
    fill_articles(web, now=utc_now())
    return web


def post(web: Web, path: str, **fields: Any) -> str:
    """Send a form as a browser does; the text of the page that it leads to."""
    with requests.Session() as browser:
        browser.headers["Accept"] = "text/html"
        answer = browser.post(web.url + path, data=fields or {"": ""}, timeout=20)
    assert answer.status_code in (200, 404, 422), answer.text
    return text_of(answer.text)


def actions(web: Web) -> list[tuple[str, str, str]]:
    with web.store.begin() as db:
        return [(one["actor"], one["action"], one["subject"]) for one in read(db, "audit")]


def test_every_condition_of_the_filter_is_in_the_form_the_plain_ones_before_the_folded_ones(web: Web) -> None:
    plain, folded = web.page("/articles").text.split("<summary>More conditions</summary>")
    for name in ("q", "language", "publisher", "kind", "published_from", "search", "sort", "collapse"):
        assert f'name="{name}"' in plain
    for name in (
        "feed",
        "label",
        "state",
        "story",
        "wire",
        "rights",
        "stored_to",
        "changed",
        "cause",
        "min_words",
    ):
        assert f'name="{name}"' in folded
    assert "No article is stored yet." in plain + folded
    assert "<details open>" in web.page("/articles", wire="true").text


def test_a_list_shows_what_it_is_filtered_by_and_each_condition_can_be_dropped(filled: Web) -> None:
    page = filled.page("/articles", q="ferry", language=["en", "de"], sort="relevance", collapse="story").text
    dropped = re.findall(r'<li><a href="/articles\?([^"]*)"><span', page)
    assert [one.replace("&amp;", "&").split("&sort")[0] for one in dropped] == [
        "language=en&language=de",
        "q=ferry&language=de",
        "q=ferry&language=en",
    ]
    assert len(re.findall(r'"/articles/\d+"', page)) == 1
    assert "<mark>Ferry</mark>" in page
    for other in ({"sort": "newest"}, {"sort": ""}, {"sort": "relevance", "q": ""}):
        assert filled.page("/articles", language="en", **other).status_code == 200


def test_the_most_relevant_articles_go_on_where_the_page_before_ended(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        ids = [
            rows.stored_article(db, title=f"Storm {n}", text="word " * n, feed_id=feed_id) for n in range(53)
        ]
    page = web.page("/articles", q="storm", sort="relevance").text
    (older,) = re.findall(r'href="(/articles\?[^"]*skip=50)"', page)
    rest = web.page(older.replace("&amp;", "&")).text
    assert {int(n) for n in re.findall(r'"/articles/(\d+)"', page + rest)} == set(ids)
    assert "These were the last ones." in rest


def test_text_from_right_to_left_and_its_facts_keep_their_directions(filled: Web) -> None:
    listed = filled.page("/articles").text
    (item,) = re.findall(r'<li dir="auto" lang="ar">.*?</li>', listed, re.DOTALL)
    assert "<bdi>الصحيفة · news.example</bdi> · <bdi>" in item
    assert '<article lang="ar" dir="auto">' in filled.page("/articles/2").text
    assert '<p class="kicker"><bdi>الصحيفة · news.example</bdi></p>' in filled.page("/articles/2").text


def test_an_article_shows_its_story_plan_entries_lines_and_deliveries(filled: Web) -> None:
    page = filled.page(f"/articles/{ARTICLE}").text
    assert_harmless(
        page.replace("/articles/3/", "/articles/").replace('action="/find"', 'action="/articles"')
    )
    shown = text_of(page)
    for words in (
        "The publisher has corrected it : An earlier version named the wrong harbour.",
        "The ferry in the harbour Ada Lens · the picture, at its publisher lead",
        "We waited long. The captain",
        "look 2 of the 5 planned ones. 1 of 5 planned looks are done",
        "First published by harbour.example ; agencies: AFP",
        "Zeitung · zeitung.example",
        "words that differ",
        "fetched 1 time, last",
        "by its publisher · line",
        "hook dead letter 1 of 3 lines given up",
        "title json-ld",
        "how the body was found",
    ):
        assert words in shown, words
    assert "https://harbour.example/p.jpg" not in re.findall(r'src="([^"]*)"', page)


def test_a_plan_says_when_a_page_is_fetched_again_and_why(filled: Web) -> None:
    now = utc_now()
    entry = {"state": "stored", "due_at": now, "looks": 0, "errors": 0, "look": "good", "reason": None}
    ages = (timedelta(hours=1), timedelta(days=1))
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "look 1 of the 2 planned ones"),
        ({"looks": 2}, "an edit in its feed, or the operator, wants it"),
        ({"due_at": None, "looks": 2}, "all planned looks are done; an edit in its feed fetches it again"),
        ({"due_at": None}, "no further look is planned; an edit in its feed fetches it again"),
        ({"look": "doubtful"}, "the last look was not good, so it is checked sooner"),
        ({"errors": 1, "reason": "timeout"}, "the last look failed (the host did not answer in time), so"),
        ({"due_at": None, "errors": 3}, "its page is gone, and that was confirmed"),
    ]
    for given, why in cases:
        plan = look_plan(entry | given, ages=ages)
        assert plan is not None
        assert plan.why.startswith(why), given
    assert look_plan(entry | {"state": "duplicate"}, ages=ages) is None


def test_the_kept_page_is_text_in_a_sandbox_in_which_nothing_may_load(filled: Web) -> None:
    answer = filled.page(f"/articles/{ARTICLE}/page")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<p>After three days the ferry runs again.</p>" in answer.text
    assert "[picture: The ferry in the harbour]" in answer.text
    for gone in ("<script", "alert", "else.example", "onload", "<img"):
        assert gone not in answer.text
    assert "There is nothing to show: no page of it is known." in text_of(
        filled.page("/articles/1/page").text
    )
    assert filled.page("/articles/99/page").status_code == 404


def test_an_article_is_looked_at_and_read_again_when_the_operator_wants_it(filled: Web) -> None:
    assert "Its page is fetched at the next turn of its host." in post(filled, f"/articles/{ARTICLE}/look")
    assert "Its kept page waits to be read again." in post(filled, f"/articles/{ARTICLE}/reextract")
    with filled.store.begin() as db:
        (entry,) = read(db, "entries", "due_at", "host_id", article_id=ARTICLE)
        assert entry["due_at"] <= utc_now()
        (host,) = read(db, "hosts", "fetch_due_at", id=entry["host_id"])
        assert host["fetch_due_at"] <= utc_now()
        assert [page["state"] for page in read(db, "pages", "state")] == ["fetched"]
    assert "No page of it is kept, or one waits" in post(filled, f"/articles/{ARTICLE}/reextract")
    assert actions(filled) == [
        ("local", "article.looked-at", f"article:{ARTICLE}"),
        ("local", "article.reextracted", f"article:{ARTICLE}"),
    ]


def test_a_purge_asks_first_and_leaves_a_tombstone_a_line_and_an_audit_line(filled: Web) -> None:
    page = filled.page(f"/articles/{ARTICLE}").text
    (asked,) = re.findall(r'<details class="confirm">.*?</details>', page, re.DOTALL)
    assert f'action="/articles/{ARTICLE}/purge"' in asked
    assert f"Article {ARTICLE} is purged" in post(filled, f"/articles/{ARTICLE}/purge")
    assert filled.page(f"/articles/{ARTICLE}").status_code == 404
    assert "no article has the id 3" in post(filled, f"/articles/{ARTICLE}/purge")
    with filled.store.begin() as db:
        assert count(db, "tombstones", article_id=ARTICLE) >= 1
        assert count(db, "changes", article_id=ARTICLE, kind=ChangeKind.PURGED) == 1
    assert actions(filled) == [("local", "article.purged", f"article:{ARTICLE}")]


def test_a_form_of_another_site_changes_nothing(filled: Web) -> None:
    for path in ("/articles/1/purge", "/articles/1/look", "/searches", "/sinks/hook/pause"):
        headers = {"Accept": "text/html", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert requests.post(filled.url + path, headers=headers, timeout=20).status_code == 403
    assert actions(filled) == []


def test_a_correction_among_the_changed_fields_is_flagged(filled: Web) -> None:
    with filled.store.begin() as db:
        change(db, "revisions", {"changed": ["correction", "text"]}, article_id=ARTICLE, number=2)
    page = filled.page(f"/articles/{ARTICLE}").text
    assert 'correction, text <span class="badge busy">correction</span>' in page
