"""Articles in a real browser: lists go on by themselves, and a kept page can do nothing."""

from playwright.sync_api import Browser, Page

from tests.store import rows
from tests.store.tables import change, read
from tests.web.browser.article_world import ARTICLE
from tests.web.conftest import Web
from tests.web.test_browser import OWNED

ELSEWHERE = "https://elsewhere.example/seen"

RUN = OWNED.format(ELSEWHERE)

HOSTILE = f"""<!doctype html><html><head><title>x</title><base href="{ELSEWHERE}">
<meta http-equiv=refresh content="0;url={ELSEWHERE}"><link rel=stylesheet href="{ELSEWHERE}">
<link rel=preconnect href="{ELSEWHERE}">
<link rel=dns-prefetch href="{ELSEWHERE}"><script>{RUN}</script></head>
<body onload="{RUN}" style="background:url({ELSEWHERE})"><p>The text stays.</p>
<img src="{ELSEWHERE}" onerror="{RUN}"><iframe src="{ELSEWHERE}"></iframe><svg onload="{RUN}"></svg>
<form action="{ELSEWHERE}"><input autofocus onfocus="{RUN}"></form><video src="{ELSEWHERE}" autoplay></video>
<a href="{ELSEWHERE}" ping="{ELSEWHERE}">leave</a><object data="{ELSEWHERE}"></object></body></html>"""


def test_a_hostile_kept_page_runs_nothing_requests_nothing_and_leads_nowhere(
    browser_page: Page, filled_web: Web
) -> None:
    with filled_web.store.begin() as db:
        (kept,) = read(db, "pages", "id", url="https://harbour.example/ferry")
        change(db, "pages", {"body": HOSTILE.encode()}, id=kept["id"])
    requested: list[str] = []
    browser_page.on("request", lambda request: requested.append(request.url))
    answer = browser_page.goto(f"/articles/{ARTICLE}/page")
    assert answer is not None
    assert answer.ok
    browser_page.wait_for_load_state("networkidle")
    assert browser_page.get_by_text("The text stays.").is_visible()
    assert browser_page.title().startswith("Kept page of")
    assert {url.removeprefix(filled_web.url) for url in requested} <= {
        f"/articles/{ARTICLE}/page",
        "/favicon.ico",
    }
    assert browser_page.locator("main a, main img, main form, script, iframe, link").count() == 0
    browser_page.get_by_role("link", name="Back to the article").click()
    assert browser_page.url.endswith(f"/articles/{ARTICLE}")


def test_a_list_goes_on_where_it_is_scrolled_to_and_by_a_link_without_scripts(
    browser: Browser, browser_page: Page, filled_web: Web
) -> None:
    with filled_web.store.begin() as db:
        feed_id = rows.added_feed(db)
        for number in range(60):
            rows.stored_article(db, title=f"Number {number}", feed_id=feed_id)
    browser_page.goto("/articles?publisher=news.example")
    listed = browser_page.locator(".articles > li")
    assert listed.count() == 50
    browser_page.locator(".older a").scroll_into_view_if_needed()
    browser_page.wait_for_function("() => document.querySelectorAll('.articles > li').length > 60")
    assert browser_page.locator(".older a").count() == 0
    context = browser.new_context(base_url=filled_web.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/articles?publisher=news.example")
    plain.get_by_role("link", name="Older articles").click()
    assert plain.locator(".articles > li").count() > 10
    context.close()


def test_an_action_is_taken_and_reported_without_scripts(browser: Browser, filled_web: Web) -> None:
    context = browser.new_context(base_url=filled_web.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sinks/hook")
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("status").inner_text() == "hook is paused; its cursor stays."
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("Remove…").click()
    assert page.get_by_role("button", name="Remove").is_visible()
    context.close()
