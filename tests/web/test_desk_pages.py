"""The pages of refusals, hosts, gaps, queues, settings and the search box show what is so, and act on it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from lxml import html

from tests.store import rows
from tests.store.tables import read
from tests.web.conftest import PAGE, Web
from worker.config.in_force import settings_in_force
from worker.config.settings import Settings
from worker.monitor import workers
from worker.outcome import Reason
from worker.rows.api_keys import Scope
from worker.services.operator.api_keys import issue
from worker.store import gaps, kept_counts, walks
from worker.store.db import run, value
from worker.web.parts import utc_now


def post(web: Web, path: str, **fields: Any) -> requests.Response:
    """Send a form as a browser does, and follow the redirect to the page with the message."""
    with requests.Session() as session:
        return session.post(web.url + path, data=fields, headers=PAGE, timeout=20)


def words(answer: requests.Response) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(html.fromstring(answer.text).text_content().split())


def test_a_refusal_is_shown_with_its_page_and_selected_entries_are_fetched_again(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        wall = rows.discovered_entry(db, feed_id, "https://news.example/wall", title="Rain in the north")
        rows.refused_page(
            db,
            wall,
            b"<head><title>Agree &amp; go on</title><script>x()</script></head><p>We value <b>you",
            Reason.CONSENT_WALL,
        )
        other = rows.refused_entry(db, feed_id, "https://news.example/404", Reason.HTTP_GONE)
        host_id = rows.host_of(db, "https://news.example/")

    shown = words(web.page("/refusals", reason=Reason.CONSENT_WALL, host=host_id))
    assert "Rain in the north" in shown
    assert f"{Reason.CONSENT_WALL.words}" in shown
    assert "HTTP 200" in shown
    assert "Agree & go on" in shown
    assert "We value you" in shown
    assert "x()" not in shown
    assert "https://news.example/404" not in shown

    assert "1 entry waits to be fetched again" in words(post(web, "/refusals/retry", id=wall))
    with web.store.begin() as db:
        states = {row["id"]: row["state"] for row in read(db, "entries")}
        assert states == {wall: "waiting", other: "refused"}
        (line,) = read(db, "audit")
        assert (line["actor"], line["action"]) == ("local", "entry.retried")
    assert "1 entry waits" in words(post(web, "/refusals/retry", all=1, reason=Reason.HTTP_GONE))
    assert "No entry is refused" in words(web.page("/refusals"))


def test_older_refusals_follow_without_a_gap_or_a_repetition(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        made = [
            rows.refused_entry(db, feed_id, f"https://news.example/{n}", Reason.HTTP_GONE) for n in range(45)
        ]
    seen, path = [], "/refusals"
    while path:
        page = html.fromstring(web.page(path).text)
        seen += [int(one.get("value")) for one in page.findall('.//input[@name="id"]')]
        path = next((link.get("href") for link in page.findall('.//a[@rel="next"]')), "")
    assert seen == sorted(made, reverse=True)


def test_an_operator_ends_the_rest_of_a_host(web: Web) -> None:
    until = utc_now() + timedelta(hours=5)
    with web.store.begin() as db:
        rows.added_feed(db, now=utc_now())
        host_id = rows.host_of(db, "https://news.example/")
        sql = """UPDATE hosts SET rest_until = :until, free_at = :until, poll_due_at = :until, errors = 3,
            reason = 'rate-limited', robots = :robots WHERE id = :id"""
        run(db, sql, until=until, id=host_id, robots=b"User-agent: *\nDisallow: /\nCrawl-delay: 7")
    assert "https://news.example:443" in words(web.page("/hosts"))
    shown = words(web.page(f"/hosts/{host_id}"))
    assert "may not be fetched by us" in shown
    assert "7 s" in shown

    assert "The host gets requests again" in words(post(web, f"/hosts/{host_id}/lift"))
    with web.store.begin() as db:
        sql = "SELECT rest_until IS NULL AND free_at <= now() AND poll_due_at <= now() FROM hosts"
        assert value(db, sql) is True
    assert "does not rest" in words(post(web, f"/hosts/{host_id}/lift"))


def test_a_gap_is_looked_for_again_once(web: Web) -> None:
    now = utc_now()
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
        gap_id = gaps.record(db, feed_id, noticed_at=now, since=rows.NOW, before="Old", after="New")
    assert "Old and New" in words(web.page("/gaps", fill="unfilled"))

    assert "Looking again" in words(post(web, f"/gaps/{gap_id}/retry"))
    with web.store.begin() as db:
        host_id = rows.host_of(db, "https://news.example/")
        (walk,) = walks.take_due(db, [host_id], now=utc_now(), lease=timedelta(minutes=1))
        assert (walk.gap_id, walk.kind, walk.next_url) == (gap_id, "feed", "https://news.example/feed.xml")
        assert kept_counts.read(db).by_state["gaps"] == {"looking": 1}
    assert "it is being looked for" in words(post(web, f"/gaps/{gap_id}/retry"))


def test_a_queue_is_paused_and_resumed(web: Web) -> None:
    assert "The queue fetch is paused" in words(post(web, "/queues/fetch/pause"))
    assert "by local" in words(web.page("/queues"))
    assert "The queue fetch is resumed" in words(post(web, "/queues/fetch/resume"))
    assert web.page("/queues").text.count("Resume") == 0
    assert post(web, "/queues/schedule/pause").status_code == 404


def test_only_admins_may_restart_a_worker_and_only_one_that_is_known(
    serve: Any, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url)
    workers.report(web.redis, "extract@one", queues=["extract"], last_done=None, now=utc_now())
    assert "/workers/extract%40one/restart" in web.page("/queues").text
    assert post(web, "/workers/fetch@two/restart").status_code == 404

    with web.store.begin() as db:
        keys = {scope: issue(db, scope, Scope(scope), now=utc_now()) for scope in ("write", "admin")}
    for scope, status in (("write", 403), ("admin", 404)):
        headers = PAGE | {"Authorization": f"Bearer {keys[scope]}"}
        answer = requests.post(f"{web.url}/workers/fetch@two/restart", headers=headers, timeout=20)
        assert answer.status_code == status, scope
        assert ("/restart" in requests.get(f"{web.url}/queues", headers=headers, timeout=20).text) is (
            scope == "admin"
        )


def test_the_settings_in_force_are_shown_with_their_origin(
    serve: Any, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url, contact="desk@news.example", fetch_delay_seconds=3.0)
    table = {
        row.findtext(".//code"): [cell.text_content() for cell in row.findall("td")]
        for row in html.fromstring(web.page("/settings").text).iter("tr")
        if row.find(".//code") is not None
    }
    assert table["contact"][:2] == ["desk@news.example", "command line"]
    assert table["fetch_delay_seconds"][:2] == ["3.0", "command line"]
    assert table["poll_gap_pages"][1] == "default"


def test_secrets_of_settings_are_masked_and_files_and_variables_named(tmp_path: Path) -> None:
    (tmp_path / "wiredesk.toml").write_text('contact = "desk@news.example"')
    settings = Settings(
        redis_url="redis://:correct-horse@127.0.0.1:6379/0", contact="desk@news.example", log_level="debug"
    )
    found = {
        one.name: one
        for one in settings_in_force(settings, environ={"WIREDESK_LOG_LEVEL": "debug"}, cwd=tmp_path)
    }
    assert found["redis_url"].value == "redis://:***@127.0.0.1:6379/0"
    assert found["contact"].origin == str(tmp_path / "wiredesk.toml")
    assert found["log_level"].origin == "WIREDESK_LOG_LEVEL"
    assert not found["web_port"].changed


def test_the_search_box_finds_by_word_address_key_host_and_number(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, title="Harbour Gazette")
        article_id = rows.stored_article(
            db, title="Storm surge", url="https://news.example/storm", feed_id=feed_id
        )
        entry_id = rows.refused_entry(db, feed_id, "https://news.example/gone", Reason.HTTP_GONE)
        key = value(db, "SELECT key FROM articles")

    def links(text: str) -> set[str]:
        page = html.fromstring(web.page("/find", q=text).text)
        return {link.get("href") for link in page.find('.//main[@id="main"]').iter("a")}

    assert f"/articles/{article_id}" in links("surge")
    assert f"/articles/{article_id}" in links("https://news.example/storm?utm_source=x")
    assert f"/articles/{article_id}" in links(str(key))
    assert f"/feeds/{feed_id}" in links("harbour")
    assert "/hosts/1" in links("news.example")
    assert f"/entries/{entry_id}" in links("https://news.example/gone")
    assert {f"/entries/{entry_id}"} <= links(str(entry_id))
    assert "Nothing is known" in words(web.page("/find", q="zebra"))
    way = words(web.page(f"/entries/{entry_id}"))
    assert Reason.HTTP_GONE.words in way
    assert "seen in Harbour Gazette: discovered" in way


def test_the_pages_that_operations_md_lists_open_for_a_viewer_unless_it_marks_them_admin(web: Web) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.partition("\n## The pages\n")[2].partition("\n## ")[0]
    listed = dict(re.findall(r"^\| `(/\w*)` \| (.*?) \|", table, re.MULTILINE))
    menu = html.fromstring(web.page("/").text).findall('.//nav[@class="row"]/a')
    assert {link.get("href") for link in menu} <= listed.keys()

    with web.store.begin() as db:
        key = issue(db, "reader", Scope.READ, now=utc_now())
    headers = PAGE | {"Authorization": f"Bearer {key}"}
    for path, purpose in listed.items():
        status = requests.get(web.url + path, headers=headers, timeout=20).status_code
        assert status == (403 if purpose.startswith("*admin*") else 200), path
