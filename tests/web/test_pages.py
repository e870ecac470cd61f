"""The pages show foreign text, which cannot act."""

import re
from datetime import timedelta
from typing import Any, get_args

import requests
from lxml import etree, html

from tests.store import rows
from tests.waiting import wait_until
from tests.web.conftest import Web
from worker.extract.types import BlockKind
from worker.monitor import workers
from worker.outcome import Reason
from worker.rows.hosts import TurnEnd
from worker.rows.sinks import SinkOptions
from worker.services.sinks.new import new_sink
from worker.store import feed_conditions, hosts, pauses, sinks
from worker.store.rule_misses import Missed, WatchedSelector, missed
from worker.web.parts import utc_now

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def linked(text: str, start: int, end: int, url: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text, "links": [{"start": start, "end": end, "url": url}]}


def assert_harmless(page: str) -> None:
    """Check that a page has no foreign script, handler, style attribute or resource."""
    for element in html.fromstring(page).iter(etree.Element):
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        if element.tag in ("script", "img", "link", "iframe", "form", "base", "object"):
            target = element.get("src") or element.get("href") or element.get("action") or ""
            ours = ("/static/", "/articles", "/entries", "/feeds", "/find")
            assert target.startswith(ours), (element.tag, target)
            assert not element.text_content().strip() or element.tag != "script"


def hostile_article(web: Web) -> int:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, title=HOSTILE)
        return rows.stored_article(
            db,
            title=HOSTILE,
            text=HOSTILE,
            feed_id=feed_id,
            authors=[HOSTILE],
            summary=HOSTILE,
            section=HOSTILE,
            language='en" onload="x',
            blocks=[{"kind": kind, "text": HOSTILE, "attribution": HOSTILE} for kind in get_args(BlockKind)],
            images=[{"url": "javascript:alert(1)", "caption": HOSTILE, "credit": HOSTILE}],
            rights={"licence": "javascript:alert(1)", "robots": [HOSTILE]},
            provenance={HOSTILE: HOSTILE},
        )


def test_hostile_texts_are_shown_and_have_no_effect(web: Web) -> None:
    article_id = hostile_article(web)
    paths = ("/", "/feeds", "/feeds/1", "/articles", f"/articles/{article_id}")
    for path in paths:
        answer = web.page(path)
        assert answer.status_code == 200, path
        assert "&lt;script&gt;alert(1)" in answer.text, path
        assert_harmless(answer.text)
    assert "&lt;script&gt;" in web.page("/articles", q="<script>alert").text


def test_links_lead_only_to_http_and_https(web: Web) -> None:
    urls = ("javascript:alert(1)", "JAVA\tSCRIPT:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x")
    with web.store.begin() as db:
        article_id = rows.stored_article(
            db,
            text="Read more here.",
            blocks=[linked("Read more here.", 5, 9, url) for url in urls],
            images=[{"url": url, "caption": "A picture"} for url in urls],
        )
    page = web.page(f"/articles/{article_id}").text
    assert text_of(page).count("Read more here.") == len(urls)
    assert all(target.startswith(("/", "#", "https://")) for target in re.findall(r'href="([^"]*)"', page))


def test_links_to_other_sites_send_no_referrer(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(
            db,
            text="Read more.",
            blocks=[linked("Read more.", 5, 9, "https://else.example/")],
        )
    page = web.page(f"/articles/{article_id}").text
    assert (
        'Read <a class="outside" href="https://else.example/" rel="noopener noreferrer nofollow">more</a>.'
        in page
    )


def test_every_answer_forbids_foreign_content(web: Web) -> None:
    for path in ("/", "/feeds", "/articles", "/api/v1/status", "/static/live.js", "/nothing"):
        policy = web.page(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert "http" not in policy


def test_the_status_page_shows_that_the_identity_holds(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.refused_entry(db, feed_id, "https://news.example/wall", Reason.CONSENT_WALL)
        rows.discovered_entry(db, feed_id, "https://news.example/soon")
        rows.stored_article(db, title="Stored", feed_id=feed_id)
    shown = text_of(web.page("/").text)
    assert "discovered 3 stored 1 duplicate 0 refused 1 waiting 1 ✓ holds" in shown
    assert f"consent-wall {Reason.CONSENT_WALL.words} publisher 1" in shown
    assert "Stored" in shown


def test_the_status_page_says_when_an_entry_has_disappeared(web: Web) -> None:
    with web.store.begin() as db:
        rows.polled(db, rows.added_feed(db), new=2)
    assert "✗ does not hold 2 entries are unaccounted for" in text_of(web.page("/").text)


def test_the_status_page_shows_resting_hosts_and_why(web: Web) -> None:
    with web.store.begin() as db:
        rows.added_feed(db)
        now = utc_now()
        (claim,) = hosts.claim(db, "poll", now=now, lease=timedelta(minutes=1), limit=1)
        end = TurnEnd(
            claim.id,
            claim.lease,
            now,
            now + timedelta(minutes=10, seconds=30),
            1,
            Reason.RATE_LIMITED,
            "429",
            1,
        )
        assert hosts.release(db, [end], now=now)
    shown = text_of(web.page("/").text)
    assert f"https://news.example:443 in 10 min {Reason.RATE_LIMITED.words} (429)" in shown


def test_the_status_page_shows_recently_seen_workers(web: Web) -> None:
    now = utc_now()
    workers.report(web.redis, "extract@one", queues=["extract"], last_done=now, now=now)
    workers.report(web.redis, "fetch@two", queues=["fetch", "poll"], last_done=None, now=now, stuck=True)
    shown = text_of(web.page("/").text)
    assert re.search(r"extract@one extract (now|\d s ago) working", shown)
    assert "fetch@two fetch, poll nothing yet stuck" in shown


def test_the_status_page_shows_rules_while_they_do_not_match(web: Web) -> None:
    assert "Rules that stopped matching" not in web.page("/").text
    with web.store.begin() as db:
        what = WatchedSelector("news.toml", "strip <b>", "news.example")
        missed(db, [Missed(what, True, 1200, "https://news.example/a")], now=utc_now())
    wait_until(lambda: "Rules that stopped matching" in web.page("/").text)
    shown = text_of(web.page("/").text)
    assert re.search(r"news\.toml strip &lt;b&gt; news\.example 1 200 (now|\d s ago)", shown)
    (rule,) = web.get("/api/v1/status").json()["stopped_rules"]
    assert (rule["selector"], rule["pages"], rule["url"]) == ("strip <b>", 1200, "https://news.example/a")


def test_the_live_part_is_sent_as_events_and_ends_with_the_server(web: Web) -> None:
    with requests.get(web.url + "/events", stream=True, timeout=10) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = stream.iter_lines(decode_unicode=True)
        heads = [line for _, line in zip(range(4), lines, strict=False)]
    assert "event: status" in heads
    assert any(line.startswith("data: ") for line in heads)


def test_without_a_script_the_status_page_reloads_itself(web: Web) -> None:
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in web.page("/").text


def test_a_feed_page_describes_its_health_in_words(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.polled(db, feed_id, new=0, ok=False, errors=3, reason=Reason.NOT_A_FEED, detail="it is a page")
    for path in ("/feeds", f"/feeds/{feed_id}"):
        assert Reason.NOT_A_FEED.words in text_of(web.page(path).text)
    assert "3 failed polls in a row" in text_of(web.page(f"/feeds/{feed_id}").text)


def test_feed_conditions_are_shown_with_reasons_and_past_ones_on_the_feeds_page(web: Web) -> None:
    now = utc_now()
    with web.store.begin() as db:
        feed = rows.added_feed(db, title=HOSTILE)
        feed_conditions.begin(db, {(feed, "shrank"): HOSTILE, (feed, "quiet"): "nothing new"}, now=now)
        feed_conditions.end(db, [(feed, "shrank")], now=now)
    for path in ("/", "/feeds", f"/feeds/{feed}"):
        page = web.page(path).text
        assert "nothing new" in text_of(page), path
        assert_harmless(page)
    assert "Past problems" in web.page(f"/feeds/{feed}").text
    status = web.get("/api/v1/status").json()
    assert status["feed_conditions"]["quiet"] == 1
    assert [one["reason"] for one in status["unwell"]] == ["nothing new"]
    shown = web.get(f"/api/v1/feeds/{feed}").json()
    assert [one["condition"] for one in shown["conditions"]] == ["quiet"]
    assert [one["reason"] for one in shown["was"]] == [HOSTILE]


def test_an_article_page_shows_the_whole_article(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(
            db,
            title="عنوان",
            language="ar",
            blocks=[
                {"kind": "heading", "text": "Under", "level": 3},
                {"kind": "list_item", "text": "one", "level": 1},
                {"kind": "list_item", "text": "two", "level": 2},
                {"kind": "quote", "text": "Said.", "attribution": "Somebody"},
                {"kind": "list_item", "text": "first", "level": 1, "ordered": True},
                {"kind": "footnote", "text": "Noted."},
                {"kind": "table", "text": "a\tb\nc\td"},
            ],
            images=[{"url": "https://news.example/p.jpg", "caption": "Caption", "credit": "Photographer"}],
        )
    page = web.page(f"/articles/{article_id}").text
    assert '<article lang="ar" dir="auto">' in page
    assert "<h3>Under</h3>" in page
    assert re.search(r"<ul>\s*<li class=\"depth-1\">one</li>\s*<li class=\"depth-2\">two</li>\s*</ul>", page)
    assert re.search(r"<ol>\s*<li class=\"depth-1\" value=\"1\">first</li>\s*</ol>", page)
    assert '<p class="footnote">Noted.</p>' in page
    assert "<td>c</td><td>d</td>" in page
    for shown in ("Somebody", "Caption", "Photographer", "title json-ld", "https://news.example/feed.xml"):
        assert shown in text_of(page)


def test_older_articles_are_one_link_away(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        ids = [rows.stored_article(db, title=f"Number {n}", feed_id=feed_id) for n in range(53)]
    first = web.page("/articles").text
    (older,) = re.findall(r'href="(/articles\?before=\d+)"', first)
    shown = [int(n) for page in (first, web.page(older).text) for n in re.findall(r'"/articles/(\d+)"', page)]
    assert shown == sorted(ids, reverse=True)


def test_a_revision_is_shown_with_its_own_text(web: Web) -> None:
    url = "https://news.example/edited"
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title="Before", url=url)
    with web.store.begin() as db:
        rows.revised_article(db, article_id, url=url, title="After", text="Another text.")
    assert "<h1>Before</h1>" in web.page(f"/articles/{article_id}/revisions/1").text
    assert "<h1>After</h1>" in web.page(f"/articles/{article_id}").text


def test_a_browser_gets_an_error_as_a_page(web: Web) -> None:
    answer: Any = web.page("/articles/999")
    assert answer.status_code == 404
    assert "no article has the id 999" in text_of(answer.text)
    assert web.get("/articles/999").json()["error"]["status"] == 404


def test_the_api_is_documented_on_our_own_page(web: Web) -> None:
    page = web.page("/docs").text
    for path in web.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page
    assert_harmless(page)


def test_a_search_shows_escaped_snippets_with_the_words_marked(web: Web) -> None:
    with web.store.begin() as db:
        rows.stored_article(db, title="The <b>ferries</b>", text="A <script>ferry</script> & more.")
    found = web.page("/articles", q="ferry").text
    assert "The &lt;b&gt;<mark>ferries</mark>&lt;/b&gt;" in found
    assert "A &lt;script&gt;<mark>ferry</mark>&lt;/script&gt; &amp; more." in found


def test_a_search_that_cannot_be_understood_is_an_error_page(web: Web) -> None:
    answer = web.page("/articles", q="foo:bar")
    assert answer.status_code == 422
    assert "foo: is not a field" in answer.text


def test_the_status_page_and_the_api_show_each_sink_with_its_lag_and_its_trouble(web: Web) -> None:
    for _ in range(3):
        with web.store.begin() as db:
            rows.stored_article(db)
    with web.store.begin() as db:
        made = new_sink("hook", "https://n.example/T0KEN", SinkOptions(), filter="", secret=None, cursor=1)
        assert sinks.add(db, made)
        db.exec_driver_sql("UPDATE sinks SET mode = 'dead', reason = 'http-500' WHERE name = 'hook'")
    page = web.page("/").text
    assert "hook has taken nothing for three days: http-500" in text_of(page)
    own, hook = web.get("/api/v1/status").json()["sinks"]
    assert (own["name"], own["standing"], own["stopped"]) == ("redis-stream", "new", False)
    assert (hook["mode"], hook["standing"], hook["lag_lines"], hook["stopped"]) == ("dead", None, 2, True)
    assert "T0KEN" not in page + str(hook)


def test_the_overview_says_first_what_is_wrong_then_the_day_and_the_freshness(web: Web) -> None:
    now = utc_now()
    with web.store.begin() as db:
        rows.stored_article(db, title="Fresh", now=now, published=(now - timedelta(minutes=4)).isoformat())
        pauses.pause(db, "fetch", by="anna", now=now)
    page = html.fromstring(web.page("/").text)
    shown = page.find('.//div[@id="live"]')
    assert shown.find("p").get("class") == "verdict-line bad"
    assert any("fetch" in line.text_content() for line in shown.find('ol[@id="problems"]'))
    bars = shown.findall('.//svg[@class="chart"]//title')
    assert [bar.text for bar in bars] == [f"{now:%Y-%m-%d}: 1 stored"]
    assert "publication to store, median 4 min" in text_of(web.page("/").text).replace("median4", "median 4")
