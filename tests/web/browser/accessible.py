"""What every page must be: axe finds nothing at either width in either theme, and nothing overflows."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (390, 1280)
"""Pixels: a small phone, and a laptop."""

SCHEMES = ("light", "dark")

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
"""WCAG 2.2 up to level AA, which includes all before it."""

OVERFLOWING = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        && !one.closest('.scroll, pre, .skip, .unseen'))
    .slice(0, 5).map(one => one.outerHTML.slice(0, 150))"""
"""The elements that reach over the right edge, other than by scrolling in a region."""

CUT = """() => innerWidth > 640 ? [] : [...document.querySelectorAll('table[data-stacks]')]
    .filter(one => one.scrollWidth > one.parentElement.clientWidth + 1)
    .map(one => one.outerHTML.slice(0, 150))"""
"""The tables of a narrow window of which columns are cut; matrices scroll."""

UNREACHABLE = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && one.tabIndex < 0
        && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
    .map(one => one.outerHTML.slice(0, 150))"""
"""The regions that scroll and that the keyboard cannot focus."""


def assert_accessible(page: Page, path: str) -> None:
    """Open the page, and check it at each width and in each theme; neither needs a reload."""
    answer = page.goto(path)
    assert answer is not None, path
    assert answer.status == 200, f"{path}: {answer.status}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            where = f"{path} at {width} px, {scheme}"
            assert not page.evaluate(OVERFLOWING), f"{where} overflows: {page.evaluate(OVERFLOWING)}"
            assert not page.evaluate(CUT), f"{where} cuts: {page.evaluate(CUT)}"
            assert not page.evaluate(UNREACHABLE), f"{where}: {page.evaluate(UNREACHABLE)}"
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, f"{where}: {[_words(one) for one in found]}"


def _words(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:4])
    return f"{violation['id']}: {violation['help']}: {nodes}"
