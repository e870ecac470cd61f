"""Sinks and searches on pages: what they show, what a form changes, and which secrets stay hidden."""

import re

import pytest
import requests

from tests.services.receivers import receiver
from tests.store import rows
from tests.store.tables import read
from tests.web.browser.article_world import ARTICLE, fill_articles
from tests.web.conftest import Web
from tests.web.test_article_pages import actions, post
from tests.web.test_pages import text_of
from worker.rows.api_keys import Scope
from worker.services.operator.api_keys import issue
from worker.store import sinks
from worker.web.parts import utc_now


@pytest.fixture
def filled(web: Web) -> Web:
    """A server with a sink that has tries, a line set aside, a dead letter, and a search that it follows."""
    for _ in range(2):
        with web.store.begin() as db:
            rows.stored_article(db)
    fill_articles(web, now=utc_now())
    return web


def test_a_sink_shows_its_lag_tries_waiting_lines_and_dead_letters(filled: Web) -> None:
    listed = text_of(filled.page("/sinks").text)
    assert re.search(r"hook active \d+ lines, the oldest .* the answer was 500 \(since|hook active", listed)
    shown = filled.page("/sinks/hook").text
    text = text_of(shown)
    for words in (
        "Cursor line 2 of the change log",
        "Receiver https://desk.example/***",
        "It follows ferries in its present meaning.",
        "500 0.31 s 3 1 xxx",
        "Set aside 1",
        "Dead letters 1",
        "the answer was 500",
    ):
        assert words in text, words
    assert "T0KEN" not in shown + filled.page("/sinks").text
    with filled.store.begin() as db:
        sink = sinks.get(db, "hook")
    assert sink is not None
    assert sink.secret
    assert sink.secret not in shown
    assert filled.page("/sinks/none").status_code == 404


def test_a_sink_is_paused_resumed_tested_and_replayed_by_its_buttons(filled: Web) -> None:
    assert "hook is paused; its cursor stays." in post(filled, "/sinks/hook/pause")
    assert "hook is paused already" in post(filled, "/sinks/hook/pause")
    assert "hook is active." in post(filled, "/sinks/hook/resume")
    assert "Select dead letters, or write a line" in post(filled, "/sinks/hook/replay")
    assert "from: write a number from 1" in post(filled, "/sinks/hook/replay", **{"from": "-3"})
    assert "0 dead letters are sent again." in post(filled, "/sinks/hook/replay", line="99")
    assert "1 dead letter is sent again." in post(filled, "/sinks/hook/replay", line="3")
    assert "hook gets all lines from 1 on again." in post(filled, "/sinks/hook/replay", **{"from": "1"})
    assert "is built in" in post(filled, "/sinks/redis-stream/replay", **{"from": "1"})
    assert "there is no sink none" in post(filled, "/sinks/none/pause")
    with filled.store.begin() as db:
        found = sinks.show(db, "hook")
    assert found is not None
    assert (found["cursor"], found["dead_letters"], found["mode"]) == (0, 0, "active")
    assert [action for _, action, _ in actions(filled)] == [
        *("sink.paused", "sink.resumed", "sink.replayed", "sink.replayed")
    ]


def test_a_webhook_is_added_by_a_form_and_its_secret_is_shown_once(web: Web) -> None:
    with receiver() as got:
        fields = {"name": "desk", "url": got.url, "where": "language=de", "batch": "5", "content": "summary"}
        refused = post(web, "/sinks", **fields)
        assert "“Permit an address that is not public” permits addresses" in refused
        assert "--allow-private" not in refused
        added = post(web, "/sinks", **fields, allow_private="1")
        (secret,) = re.findall(r"whsec_\S+", added)
        assert secret not in web.page("/sinks/desk").text
        assert "there is a sink desk already" in post(web, "/sinks", **fields, allow_private="1")
        assert "ping: delivered, status 200" in post(web, "/sinks/desk/test")
        got.seen[0].verify(secret)
    with web.store.begin() as db:
        (sink,) = read(db, "sinks", "filter", "options", name="desk")
        (added_line,) = read(db, "audit", "detail", action="sink.added")
    assert (sink["filter"], sink["options"]["batch"], sink["options"]["content"]) == (
        "language=de",
        5,
        "summary",
    )
    assert "whsec" not in str(added_line)
    assert got.url not in str(added_line)
    assert "desk is removed." in post(web, "/sinks/desk/remove")


def test_what_is_wrong_in_the_form_of_a_webhook_is_said_and_the_form_keeps_its_values(web: Web) -> None:
    cases = {
        "a name that cannot be": ({"name": "A B"}, "cannot name a sink"),
        "a filter that cannot be read": ({"where": "language=german"}, "language: 'german' is not possible"),
        "a search that is missing": ({"where": "search=none"}, "no search is saved as 'none'"),
        "a batch that is too large": ({"batch": "501"}, "batch: write a number from 1 to 500"),
        "a content of another kind": ({"content": "all"}, "“What messages say of the article” is one of"),
        "a secret that is too short": ({"secret": "x"}, "whsec_"),
        "an address without a scheme": ({"url": "desk.example"}, "the address needs a scheme"),
    }
    for given, words in cases.values():
        fields = {"name": "desk", "url": "https://desk.example/hook"} | given
        shown = post(web, "/sinks", **fields).replace("&#39;", "'")
        assert words in shown, (given, shown)
    with web.store.begin() as db:
        assert sinks.get(db, "desk") is None


def test_a_search_is_saved_from_the_list_of_articles_changed_and_removed(filled: Web) -> None:
    assert (
        'name="filter" value="q=storm language=en"' in filled.page("/articles", q="storm", language="en").text
    )
    fields = {"name": "storms", "filter": "q=storm language=en"}
    assert "storms is saved: q=storm language=en" in post(filled, "/searches", **fields)
    assert "storms is replaced: q=storm" in post(filled, "/searches", name="storms", filter="q=storm")
    assert "write small letters" in post(filled, "/searches", name="Of Storms", filter="q=storm")
    assert "the filter is empty" in post(filled, "/searches", name="storms", filter="")
    page = filled.page("/searches").text
    for link in ("/articles?search=storms", "/feeds/storms.atom", "/feeds/storms.rss", "/feeds/storms.json"):
        assert f'href="{link}"' in page
        assert filled.get(link).status_code == 200
    assert "Followed by the sink hook" in text_of(page)
    assert "storms is removed." in post(filled, "/searches/storms/remove")
    assert "ferries is followed by the sinks hook" in post(filled, "/searches/ferries/remove")
    assert [action for _, action, _ in actions(filled)] == ["search.saved", "search.saved", "search.removed"]


def test_only_an_admin_adds_and_removes_sinks_and_purges_and_a_viewer_sees_no_buttons(filled: Web) -> None:
    with filled.store.begin() as db:
        keys = {scope: issue(db, scope, scope, now=utc_now()) or "" for scope in (Scope.READ, Scope.WRITE)}
    headers = {scope: {"Accept": "text/html", "X-API-Key": key} for scope, key in keys.items()}
    for path in ("/sinks", "/sinks/hook/remove", f"/articles/{ARTICLE}/purge"):
        form = {"name": "other", "url": "https://desk.example/hook"}
        answer = requests.post(filled.url + path, data=form, headers=headers[Scope.WRITE], timeout=20)
        assert (answer.status_code, "needs the role admin" in answer.text) == (403, True), path
    assert (
        requests.get(f"{filled.url}/sinks/new", headers=headers[Scope.WRITE], timeout=20).status_code == 403
    )
    for path in ("/sinks/hook", f"/articles/{ARTICLE}", "/searches"):
        shown = {
            scope: requests.get(filled.url + path, headers=headers[scope], timeout=20).text for scope in keys
        }
        assert 'method="post" action="/s' in shown[Scope.WRITE] or "/look" in shown[Scope.WRITE], path
        assert "<button class=" not in shown[Scope.READ], path
        assert "Purge" not in shown[Scope.WRITE], path
