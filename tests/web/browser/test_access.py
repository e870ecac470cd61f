"""The pages at which people come in work without scripts, by keyboard, in both themes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.fixtures.databases import Databases
from tests.web.browser.accessible import assert_accessible
from tests.web.conftest import Web, serving
from worker.rows.access import Role
from worker.services.access import accounts as service
from worker.web.parts import utc_now

PASSWORD = "nine old herons wade"


@pytest.fixture(scope="module")
def guarded_web(databases: Databases, shared_redis: Any) -> Iterator[Web]:
    """A server that wants people to sign in."""
    with databases.fresh() as url, serving(url, shared_redis.url) as web:
        yield web


def test_a_person_accepts_an_invitation_signs_out_and_in_again(browser: Browser, guarded_web: Web) -> None:
    with guarded_web.store.begin() as db:
        name = "bartholomew.featherstonehaugh@news.example.org"
        _, token = service.add(db, name, Role.ADMIN, now=utc_now(), valid=timedelta(days=1))
    context = browser.new_context(base_url=guarded_web.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/invitation/{token}")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_have_text("Your password is set, and you are signed in.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/audit")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    cookies = context.cookies()
    context.close()
    again = browser.new_context(base_url=guarded_web.url)
    again.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": guarded_web.url} for one in cookies]
    )
    for path in ("/account", "/audit"):
        assert_accessible(again.new_page(), path)
    again.close()


def test_the_pages_before_the_login_are_accessible(browser: Browser, guarded_web: Web) -> None:
    with guarded_web.store.begin() as db:
        _, token = service.add(db, "w" * 64, Role.VIEWER, now=utc_now(), valid=timedelta(days=1))
    context = browser.new_context(base_url=guarded_web.url)
    for path in ("/login?next=/feeds", f"/invitation/{token}"):
        assert_accessible(context.new_page(), path)
    context.close()
