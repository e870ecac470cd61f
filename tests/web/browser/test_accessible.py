"""Every page can be used on a phone, by keyboard and with a screen reader, in both themes."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from lxml import html
from playwright.sync_api import Page

from tests.web.browser.accessible import assert_accessible
from tests.web.browser.world import PAGES
from tests.web.conftest import Web


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_at_both_widths_in_both_themes(browser_page: Page, path: str) -> None:
    assert_accessible(browser_page, path)


def test_the_menu_of_a_narrow_window_opens_by_keyboard_and_leads_to_every_page(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 900})
    browser_page.goto("/docs")
    browser_page.locator("summary", has_text="Menu").focus()
    browser_page.keyboard.press("Enter")
    links = browser_page.locator(".menu nav a")
    assert links.first.is_visible()
    wide = browser_page.locator("nav.row a").evaluate_all("all => all.map(one => one.href)")
    assert links.evaluate_all("all => all.map(one => one.href)") == wide


NO_LIST = {
    "Active tasks": "Celery's own view has them",
    "Alone": "words that only one side of a comparison has",
    "Bytes": "a measure",
    "Hosts": "of a lane, which is decided at each turn",
    "Memory": "a measure",
    "Messages": "Redis holds them",
    "New": "entries are not kept by poll",
    "Pages in a row": "they are not kept",
    "Per minute": "a rate",
    "Points": "a measure",
    "Requests": "they are not kept",
    "Seconds": "a measure",
    "Status": "of an answer",
    "Tries": "only the newest are kept",
    "Try": "tries are in the same table",
    "newest change": "a number of the log",
    "polls": "they are counted, not kept",
}
"""Headings of numbers that lead nowhere, each with the reason."""

OVERVIEW = {("/", one) for one in ("discovered", "duplicate", "waiting")}
"""No page lists the entries of all feeds."""

BY_DAY = {"Discovered", "Stored", "Duplicate", "Refused", "Waiting", "New entries", "Polls", "Failed"}
"""Headings of tables behind a plot, by day: no page lists the entries of a day of discovery."""


def counts(page: html.HtmlElement) -> Iterator[tuple[str, str | None]]:
    """Yield the heading of each number above 0 of a page, and where its link leads."""
    for cell in page.cssselect("td.figure, .equation dd, .totals dd, .big"):
        words = cell.text_content().replace("\u2009", "").split()
        if not words or not words[0].isdecimal() or words[0] == "0":
            continue
        if any(unit in words for unit in ("s", "min", "h", "d", "MB")):
            continue
        if cell.tag == "dd":
            heading = cell.getparent().find("dt").text_content()
        elif cell.tag == "td":
            heading = cell.get("data-label") or cell.getparent().text_content().split("\n")[0]
        else:
            heading = "Messages"
        yield heading, next((link.get("href") for link in cell.iter("a")), None)


def test_every_count_that_has_a_list_is_a_link_to_it(filled_web: Web) -> None:
    leads: set[str] = set()
    nowhere: set[tuple[str, str]] = set()
    for path in PAGES:
        page = html.fromstring(filled_web.page(path).text)
        for heading, link in counts(page):
            if link is None:
                nowhere.add((path, heading))
            elif not link.startswith("#"):
                leads.add(urljoin(path, link))
    known = NO_LIST.keys() | BY_DAY
    assert {one for one in nowhere - OVERVIEW if one[1] not in known} == set()
    assert len(leads) > 10
    assert [link for link in sorted(leads) if filled_web.page(link).status_code != 200] == []
