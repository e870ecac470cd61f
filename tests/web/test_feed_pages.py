"""The pages of feeds: what is done on them happens, is recorded, and is refused where it cannot be."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import requests

from tests.site import Site
from tests.store import rows
from tests.store.rows import NOW
from tests.store.tables import read
from tests.web.conftest import PAGE, Web
from worker.outcome import Reason
from worker.rows.polls import LastDocument
from worker.services.operator import feed_actions
from worker.store import poll_history
from worker.store.db import value

Fields = Mapping[str, str | Sequence[str]]


def send(web: Web, path: str, fields: Fields, **more: Any) -> requests.Response:
    """Send a form, as a browser does, and follow the redirect."""
    return requests.post(web.url + path, data=fields, headers=PAGE, timeout=60, **more)


def some_feeds(web: Web, count: int = 4) -> list[int]:
    with web.store.begin() as db:
        return [rows.added_feed(db, f"https://n{n}.example/feed", title=f"Paper {n}") for n in range(count)]


def table(web: Web, name: str, *columns: str) -> list[dict[str, Any]]:
    with web.store.begin() as db:
        return read(db, name, *columns)


def states(web: Web) -> list[str]:
    return [row["state"] for row in table(web, "feeds", "state")]


def audited(web: Web) -> list[tuple[str, str]]:
    return [(row["action"], row["subject"]) for row in table(web, "audit", "action", "subject")]


def test_ticked_feeds_are_changed_recorded_and_the_list_says_so(web: Web) -> None:
    ids = some_feeds(web)
    answer = send(
        web, "/feeds/selected", {"id": [str(ids[0]), str(ids[2])], "action": "pause", "with_q": "paper"}
    )
    assert answer.url.endswith("/feeds?q=paper")
    assert "2 feeds paused" in answer.text
    assert states(web) == ["paused", "active", "paused", "active"]
    assert audited(web) == [("feed.paused", f"feed:{ids[0]}"), ("feed.paused", f"feed:{ids[2]}")]
    again = send(web, "/feeds/selected", {"all": "1", "action": "pause"})
    assert "2 feeds paused; 2 needed no change" in again.text
    send(web, "/feeds/selected", {"all": "1", "with_q": "1", "action": "resume"})
    assert states(web) == ["paused", "active", "paused", "paused"]


def test_labels_and_intervals_are_set_for_all_that_match(web: Web) -> None:
    ids = some_feeds(web)
    send(web, "/feeds/selected", {"id": str(ids[1]), "action": "label", "label": "sea"})
    send(web, "/feeds/selected", {"all": "1", "with_label": "sea", "action": "interval", "minutes": "90"})
    found = table(web, "feeds", "labels", "settings")
    assert found[1] == {"labels": ["sea"], "settings": {"interval": 5400.0}}
    assert all(row == {"labels": [], "settings": {}} for row in (found[0], *found[2:]))
    send(web, "/feeds/selected", {"all": "1", "action": "unlabel", "label": "sea"})
    send(web, "/feeds/selected", {"all": "1", "action": "interval", "minutes": ""})
    assert table(web, "feeds", "labels", "settings")[1] == {"labels": [], "settings": {}}


def test_a_removal_asks_first_and_keeps_every_entry(web: Web) -> None:
    ids = some_feeds(web)
    with web.store.begin() as db:
        rows.stored_article(db, title="Kept", feed_id=ids[0])
    question = send(web, "/feeds/selected", {"id": str(ids[0]), "action": "remove"})
    assert question.status_code == 200
    assert "Nothing that is stored" in question.text
    assert len(states(web)) == 4
    done = send(web, "/feeds/selected", {"id": str(ids[0]), "action": "remove", "sure": "1"})
    assert "1 feed removed" in done.text
    assert len(states(web)) == 3
    with web.store.begin() as db:
        assert value(db, "SELECT count(*) FROM articles") == 1
    assert audited(web) == [("feed.removed", f"feed:{ids[0]}")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"action": "pause"}, "tick the feeds first"),
        ({"all": "1"}, "choose what to do"),
        ({"all": "1", "action": "label"}, "a label has 1 to"),
        ({"all": "1", "action": "interval", "minutes": "-3"}, "write a number"),
        ({"all": "1", "action": "pause", "with_state": "sleepy"}, "is not one of"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    web: Web, fields: Fields, words: str
) -> None:
    some_feeds(web, 2)
    answer = send(web, "/feeds/selected", fields)
    assert words in answer.text
    assert states(web) == ["active", "active"]
    assert audited(web) == []


def test_more_feeds_than_one_action_takes_are_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_actions, "MOST_AT_ONCE", 3)
    some_feeds(web, 4)
    assert "narrow the filter" in send(web, "/feeds/selected", {"all": "1", "action": "pause"}).text
    assert states(web) == ["active"] * 4


def test_one_feed_is_edited_polled_paused_and_removed_on_its_page(web: Web) -> None:
    feed_id = some_feeds(web, 1)[0]
    at = f"/feeds/{feed_id}"
    edited = {
        "title": "Another",
        "title_before": "Paper 0",
        "labels": "b, a",
        "minutes": "30",
        "action": "interval",
    }
    assert "The settings are saved." in send(web, f"{at}/edit", edited).text
    row = table(web, "feeds", "title", "labels", "settings")[0]
    assert (row["title"], row["labels"]) == ("Another", ["a", "b"])
    assert row["settings"]["interval"] == 1800.0
    assert "The feed is polled now." in send(web, f"{at}/poll", {}).text
    assert "1 feed paused" in send(web, f"{at}/change", {"action": "pause"}).text
    assert "is paused" in send(web, f"{at}/poll", {}).text
    assert send(web, f"{at}/change", {"action": "remove"}).url.endswith("/feeds")
    assert states(web) == []
    assert send(web, f"{at}/poll", {}).status_code == 404


def test_refused_entries_of_a_feed_are_tried_again_by_reason_or_all(web: Web) -> None:
    feed_id = some_feeds(web, 1)[0]
    with web.store.begin() as db:
        walled = rows.refused_entry(db, feed_id, "https://n.example/1", Reason.CONSENT_WALL, title="Walled")
        gone = rows.refused_entry(db, feed_id, "https://n.example/2", Reason.HTTP_GONE)
    shown = web.page(f"/feeds/{feed_id}", reason="consent-wall").text
    assert f"/entries/{walled}" in shown
    assert f"/entries/{gone}" not in shown
    assert "1 entry waits again." in send(web, f"/feeds/{feed_id}/retry", {"reason": "consent-wall"}).text
    assert [row["state"] for row in table(web, "entries", "state")] == ["waiting", "refused"]
    assert "1 entry waits again." in send(web, f"/feeds/{feed_id}/retry", {"reason": ""}).text
    assert ("feed.retried", f"feed:{feed_id}") in audited(web)


OPML = b"""<opml version="2.0"><body>
<outline text="News"><outline type="rss" text="One &amp; only" xmlUrl="https://one.example/feed"/></outline>
<outline type="rss" text="Nowhere" xmlUrl="gopher://two.example/"/>
<outline type="rss" text="Again" xmlUrl="https://one.example/feed"/>
"""


def test_an_import_shows_the_outcome_of_every_outline_and_where_the_file_breaks_off(web: Web) -> None:
    answer = send(web, "/feeds/import", {}, files={"file": ("feeds.opml", OPML)})
    assert "1 added, 1 known before, 2 refused" in answer.text
    assert "the file breaks off at line 4" in answer.text
    assert "is not an http or https address" in answer.text
    assert table(web, "feeds", "url", "labels") == [{"url": "https://one.example/feed", "labels": ["News"]}]
    assert [action for action, _ in audited(web)] == ["feed.added"]
    pasted = send(web, "/feeds/import", {}, files={"text": (None, "https://three.example/feed")})
    assert "1 added" in pasted.text
    export = web.get("/feeds/export", q="three").text
    assert re.findall('xmlUrl="([^"]*)"', export) == ["https://three.example/feed"]
    assert len(re.findall("xmlUrl", web.get("/feeds/export").text)) == 2
    assert send(web, "/feeds/import", {}, files={"file": ("x", b"<html>")}).status_code == 422


def test_an_address_is_tried_before_it_is_subscribed_to(
    serve: Any, database_url: str, redis_url: str, site: Site
) -> None:
    web: Web = serve(database_url, redis_url, fetch_allow_networks=["127.0.0.0/8"], fetch_delay_seconds=0)
    host = site.host("The Harbour Times")
    feed = host.feed("/feed.xml", articles=2)
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed.url}">'
    home = host.put("/", f"<!doctype html><html><head>{link}</head><body>Front</body></html>")
    found = send(web, "/feeds/add", {"url": home})
    assert feed.url in found.text
    assert "words" in found.text
    assert table(web, "feeds", "id") == []
    wish = {
        "subscribe": "1",
        "url": home,
        "source": feed.url,
        "labels": "sea",
        "minutes": "15",
        "kind": "rss",
    }
    assert "The feed is subscribed" in send(web, "/feeds/add", wish).text
    row = table(web, "feeds", "url", "labels", "settings")[0]
    assert row == {"url": feed.url, "labels": ["sea"], "settings": {"interval": 900.0}}
    assert audited(web)[0] == ("feed.added", "feed:1")


def test_addresses_of_private_networks_are_not_tried(web: Web, site: Site) -> None:
    host = site.host()
    answer = send(web, "/feeds/add", {"url": host.feed("/feed.xml", articles=1).url})
    assert "127.0.0.1 is not public" in answer.text
    assert "fetch_allow_networks allows it" in answer.text
    assert site.hits(host.home) == []


def test_the_document_as_last_seen_is_plain_text_in_which_nothing_acts(web: Web) -> None:
    feed_id = some_feeds(web, 1)[0]
    assert web.page(f"/feeds/{feed_id}/document").status_code == 404
    body = "<rss><script>alert(1)</script>é</rss>".encode()
    kept = LastDocument(
        feed_id=feed_id,
        seen_at=NOW,
        url="https://n0.example/feed",
        content_type="text/html",
        encoding="",
        size=len(body),
        is_cut=False,
        body=body,
    )
    with web.store.begin() as db:
        poll_history.keep_document(db, kept)
    shown = web.page(f"/feeds/{feed_id}/document")
    assert shown.content == body
    assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
