"""The lookup of the rule for a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract.rules.files import rules


def rule_for(url: str, *hosts: str) -> str | None:
    """The file whose `hosts` wins for a page: a.toml has the first of them, and so on."""
    found = rules(*(f'hosts = {host!r}\nbody = "div"' for host in hosts)).for_url(url)
    return found.file if found else None


@pytest.mark.parametrize(
    "place, url",
    [
        ("news.example", "https://news.example/a"),
        ("news.example", "https://www.news.example/a"),
        ("www.news.example", "http://news.example/"),
        ("news.example", "https://m.edition.news.example/a"),
        ("NEWS.example", "https://News.Example./a"),
        ("news.example", "https://news.example:8443/a"),
        ("news.example:8443", "https://news.example:8443/a"),
        ("news.example:8443", "https://www.news.example:8443/a"),
        ("news.example:443", "https://news.example/a"),
        ("bücher.example", "https://xn--bcher-kva.example/a"),
        ("xn--bcher-kva.example", "https://bücher.example/a"),
        ("газета.example", "https://www.газета.example/статья"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/a"),
        ("[::1]:8080", "http://[::1]:8080/a"),
        ("localhost", "http://localhost:5000/a"),
        ("news.example/", "https://news.example/a"),
        ("news.example/politics", "https://news.example/politics"),
        ("news.example/politics", "https://news.example/politics/a?x=1#y"),
        ("news.example/politics/", "https://news.example/politics/a"),
        ("news.example/*/live-*", "https://news.example/2024/05/live-blog"),
        ("news.example/новости", "https://news.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/a"),
    ],
)
def test_a_rule_is_for_the_pages_that_its_pattern_matches(place, url):
    assert rule_for(url, place) == "a.toml"


@pytest.mark.parametrize(
    "place, url",
    [
        ("news.example", "https://othernews.example/a"),
        ("news.example", "https://news.example.org/a"),
        ("m.news.example", "https://news.example/a"),
        ("news.example:8443", "https://news.example/a"),
        ("news.example:443", "http://news.example/a"),
        ("news.example/politics", "https://news.example/politics-today"),
        ("news.example/politics", "https://news.example/Politics/a"),
        ("news.example/*/live-*", "https://news.example/live-blog"),
        ("news.example/live-*", "https://news.example/a/live-blog"),
        ("news.example", "nonsense"),
        ("news.example", "ftp://news.example/a"),
        ("news.example", ""),
    ],
)
def test_a_rule_is_not_for_other_pages(place, url):
    assert rule_for(url, place) is None


@pytest.mark.parametrize(
    "loser, winner",
    [
        ("news.example", "m.news.example"),
        ("news.example/m", "m.news.example"),
        ("m.news.example", "m.news.example:8443"),
        ("m.news.example", "m.news.example/m/a"),
        ("m.news.example/m", "m.news.example/m/a"),
        ("m.news.example/*", "m.news.example/m/*"),
    ],
)
def test_of_two_rules_the_more_specific_wins(loser, winner):
    url = "https://m.news.example:8443/m/a"
    assert rule_for(url, loser) == rule_for(url, winner) == "a.toml"
    assert rule_for(url, loser, winner) == "b.toml"
    assert rule_for(url, winner, loser) == "a.toml"


def test_a_rule_may_have_several_patterns():
    both = rules('hosts = ["news.example", "other.example/a"]\nbody = "div"')
    assert both.for_url("https://other.example/a/b")
    assert both.for_url("https://other.example/b") is None


def test_without_rules_no_page_has_a_rule():
    assert rules().for_url("https://news.example/a") is None
    assert len(rules()) == 0


@given(st.text(max_size=60))
def test_any_text_can_be_looked_up(url):
    found = rules('hosts = "news.example"\nbody = "div"')
    found.for_url(url)
    found.for_url(f"https://news.example/{url}")
