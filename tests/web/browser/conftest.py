"""Debian's Chromium on the pages of one server, which all tests of a module share."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, Page, sync_playwright

from tests.fixtures.databases import Databases
from tests.web.browser.world import fill
from tests.web.conftest import Web, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the browser in one process, or skip them all where there is no browser."""
    for item in items:
        if "tests/web/browser/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on the PATH"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module: its start costs as much as five pages.

    Not for the session: until it is closed Playwright's event loop runs, and later tests could run no other.
    """
    with sync_playwright() as playwright:
        # Containers give Chromium no user namespaces for its sandbox; it sees pages of ours only.
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def filled_web(databases: Databases, shared_redis: Any) -> Iterator[Web]:
    """A server whose store has some of everything that a page shows."""
    with redis.Redis.from_url(shared_redis.url) as client:
        client.flushall()
    with databases.fresh() as url, serving(url, shared_redis.url) as web:
        fill(web)
        yield web


@pytest.fixture
def browser_page(browser: Browser, filled_web: Web) -> Iterator[Page]:
    """A new tab on the filled server; paths such as `/feeds` lead there."""
    context = browser.new_context(base_url=filled_web.url)
    yield context.new_page()
    context.close()
