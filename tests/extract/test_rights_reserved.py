"""Reservations of page and site are merged, and the honoured ones forbid storing."""

import pytest

from tests.extract.pages import EN, URL, article_html, page
from worker.extract import Rights
from worker.extract.rights import merge_rights, reservation_against, rights_of_page, with_site_rights

POLICY = "https://example.org/policy.json"


def test_reservations_of_the_site_are_added_to_those_of_the_page() -> None:
    site = {"tdm_reserved": True, "tdm_policy": POLICY, "agents": ["GPTBot"]}
    assert with_site_rights(Rights(), site) == Rights(
        tdm_reserved=True, tdm_policy=POLICY, agents_denied=("GPTBot",)
    )
    own = Rights(tdm_reserved=True, tdm_policy="https://example.org/own.json")
    assert with_site_rights(own, {"tdm_reserved": False, "tdm_policy": POLICY}) == own
    assert with_site_rights(Rights(noai=True), {}) == Rights(noai=True)


def test_reservations_of_a_page_without_an_article_are_read() -> None:
    wall = b'<html><head><meta name="robots" content="noai"><title>Wall</title></head><body></body></html>'
    headers = (("X-Robots-Tag", "noarchive"),)
    found = rights_of_page(wall, url=URL, content_type="text/html", headers=headers)
    assert (found.noai, found.noarchive, found.noindex) == (True, True, False)
    whole = page(article_html(EN), head='<meta name="robots" content="none">')
    assert rights_of_page(whole, url=URL, content_type=None, headers=()).noindex


def test_either_of_two_statements_reserves() -> None:
    one, other = Rights(robots=("noai",), noai=True), Rights(robots=("noindex", "noai"), noindex=True)
    both = merge_rights(one, other)
    assert (both.noai, both.noindex, both.noarchive) == (True, True, False)
    assert both.robots == ("noai", "noindex")


@pytest.mark.parametrize(
    ("rights", "honoured", "words"),
    [
        (Rights(noindex=True), {"noindex"}, "noindex"),
        (Rights(noai=True), {"noai", "tdm"}, "noai"),
        (Rights(tdm_reserved=True), {"tdm"}, "text and data mining is reserved"),
        (Rights(agents_denied=("A", "B")), {"agents"}, "robots.txt forbids it to A, B"),
        (Rights(noindex=True, noai=True, tdm_reserved=True, agents_denied=("A",)), set(), None),
        (Rights(noarchive=True), {"noarchive", "noindex", "noai", "tdm", "agents"}, None),
    ],
)
def test_only_honoured_reservations_forbid(rights: Rights, honoured: set[str], words: str | None) -> None:
    assert reservation_against(rights, honoured) == words


@pytest.mark.parametrize(
    ("said", "noindex"),
    [
        ("noindex", True),
        ("none", True),
        ("wiredesk: noindex", True),
        ("googlebot-news: noindex", False),
        ("otherbot: noindex", False),
        ("otherbot: noindex, *:, noindex", True),
        ("index, follow", False),
    ],
)
def test_noindex_counts_if_it_is_for_all_agents_or_for_us(said: str, noindex: bool) -> None:
    found = rights_of_page(
        b"<html><p>x</html>", url=URL, content_type=None, headers=(("X-Robots-Tag", said),)
    )
    assert found.noindex is noindex
