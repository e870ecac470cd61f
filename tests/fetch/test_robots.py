"""The rules of robots.txt."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.robots import ROBOTS_LIMIT, RobotsRules, allowed, crawl_delay, sitemaps

PAGE = "https://example.org/news/1"


def may(robots: str, url: str = PAGE, agent: str = "Wiredesk") -> bool:
    return allowed(robots.encode(), agent, url)


def test_without_rules_everything_may_be_fetched() -> None:
    assert may("")
    assert may("<html>404</html>")
    assert may("User-agent: *\nDisallow:")


def test_the_longest_rule_counts_and_allow_in_a_tie() -> None:
    rules = "User-agent: *\nDisallow: /news\nAllow: /news/\nAllow: /old\nDisallow: /old"
    assert may(rules)
    assert not may(rules, "https://example.org/news.html")
    assert may(rules, "https://example.org/old")


def test_robots_txt_itself_may_always_be_fetched() -> None:
    assert may("User-agent: *\nDisallow: /", "https://example.org/robots.txt")


def test_our_own_group_replaces_the_group_for_all() -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: wiredesk\nDisallow: /private"
    assert may(rules)
    assert not may(rules, "https://example.org/private/1")
    assert not may(rules, agent="other")


@pytest.mark.parametrize(
    "named", ["wiredesk", "WireDesk", "wiredesk*", "Wiredesk/1.0", "Wiredesk of the paper", "  wiredesk  "]
)
@pytest.mark.parametrize("agent", ["wiredesk", "Wiredesk/0.1 (+https://example.org)"])
def test_a_group_matches_our_product_token(named: str, agent: str) -> None:
    assert not may(f"User-agent: {named}\nDisallow: /", agent=agent)


@pytest.mark.parametrize("named", ["wiredesk-images", "wire", "desk", "mywiredesk", ""])
def test_a_longer_or_shorter_agent_name_does_not_match(named: str) -> None:
    assert may(f"User-agent: {named}\nDisallow: /")


def test_groups_of_the_same_agent_are_combined() -> None:
    ours = "User-agent: wiredesk\nDisallow: /{}\n"
    rules = ours.format("a") + "User-agent: *\nDisallow: /\n" + ours.format("b")
    assert may(rules)
    assert not may(rules, "https://example.org/a")
    assert not may(rules, "https://example.org/b")


def test_an_unknown_line_does_not_end_a_group() -> None:
    assert not may("User-agent: wiredesk\nFoo: x\n\nUser-agent: *\nDisallow: /")


def test_a_rule_of_another_dialect_ends_the_list_of_agents() -> None:
    assert may("User-agent: wiredesk\nNoindex: /a\n\nUser-agent: other\nDisallow: /")


@pytest.mark.parametrize(
    "line", ["disallow:/", "DISALLOW : /", "Disallow /", "disalow: /", "Disallow: / # all"]
)
@pytest.mark.parametrize("start", ["User-agent: *", "useragent: *", "User agent *"])
def test_misspelled_lines_of_robots_txt_are_understood(start: str, line: str) -> None:
    assert not may(f"{start}\n{line}")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef"])
def test_byte_order_marks_and_line_endings_do_not_matter(mark: bytes, ending: bytes) -> None:
    assert not allowed(mark + ending.join([b"User-agent: *", b"Disallow: /"]), "Wiredesk", PAGE)


def test_lines_beyond_the_limit_of_robots_txt_are_ignored() -> None:
    filler = "#" * 78 + "\n"
    assert may("User-agent: *\n" + filler * (ROBOTS_LIMIT // len(filler)) + "Disallow: /")


def test_the_crawl_delay_is_that_of_our_group() -> None:
    rules = b"User-agent: *\nCrawl-delay: 10\n\nUser-agent: wiredesk\nCrawl-delay: 0.5\nDisallow: /a"
    assert crawl_delay(rules, "wiredesk") == 0.5
    assert crawl_delay(rules, "other") == 10
    assert crawl_delay(b"User-agent: *\nCrawl-delay: soon", "wiredesk") is None


def test_sitemaps_do_not_belong_to_a_group() -> None:
    rules = b"Sitemap: https://example.org/a.xml\nUser-agent: x\nDisallow: /\nsitemap: /b.xml\nSitemap:"
    assert sitemaps(rules) == ["https://example.org/a.xml", "/b.xml"]


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_can_be_read_as_robots_txt(robots: bytes, agent: str) -> None:
    rules = RobotsRules.parse(robots, agent)
    assert rules.allowed(PAGE) in (True, False)


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent:x" + " " * ROBOTS_LIMIT + "x",
        "User-agent: *\n" + "Disallow: /*a*b*c*d$\n" * 20_000,
        "User-agent: *\nDisallow: /" + "*a*b*c" * 300 + "*Z",
        " " * ROBOTS_LIMIT,
        "a" * ROBOTS_LIMIT,
    ],
)
def test_a_hostile_file_costs_no_more_than_a_second(robots: str) -> None:
    start = time.thread_time()
    may(robots, "https://example.org/" + "abc" * 600)
    assert time.thread_time() - start < 1


def test_agents_of_one_group_share_their_rules() -> None:
    robots = b"User-agent: a\nUser-agent: b\nDisallow: /x\n\nUser-agent: *\nDisallow: /y"
    found = RobotsRules.of_agents(robots, ("a", "b", "*"))
    assert found["a"] is found["b"]
    assert [found[agent].allowed("https://example.org/x") for agent in ("a", "*")] == [False, True]


def test_a_url_too_long_for_the_number_of_rules_may_not_be_fetched() -> None:
    robots = "User-agent: *\n" + "Disallow: /*a*b*c$\n" * 20_000
    start = time.thread_time()
    assert may(robots, "https://example.org/short")
    assert not may(robots, "https://example.org/" + "abc" * 2000)
    assert time.thread_time() - start < 4
