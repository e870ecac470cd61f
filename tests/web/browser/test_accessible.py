"""Every page can be used on a phone, by keyboard and with a screen reader, in both themes."""

import pytest
from playwright.sync_api import Page

from tests.web.browser.accessible import assert_accessible
from tests.web.browser.world import PAGES


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
