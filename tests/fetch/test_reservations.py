"""Rights reserved in a host's own files: tdmrep.json by paths, robots.txt by agents."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.reservations import (
    Reservations,
    TdmRule,
    read_tdm_rules,
    rule_for,
    tdm_from_json,
    tdm_to_json,
)

POLICY = "https://example.org/policy.json"


def rules(*listed: Any) -> tuple[TdmRule, ...]:
    return read_tdm_rules(json.dumps(listed).encode())


def rule(location: str, reservation: Any = 1, **more: Any) -> dict[str, Any]:
    return {"location": location, "tdm-reservation": reservation, **more}


@pytest.mark.parametrize(
    ("location", "path", "matches"),
    [
        ("/", "/", True),
        ("/news", "/news/1.html", True),
        ("/news/", "/opinion/", False),
        ("/News", "/news", False),
        ("news", "/news", True),
        ("*", "/any?thing=1", True),
        ("/*/live", "/a/b/live/1", True),
        ("/*.pdf$", "/a/b.pdf", True),
        ("/*.pdf$", "/a/b.pdfx", False),
        ("/exact$", "/exact", True),
        ("/exact$", "/exactly", False),
        ("/a*a$", "/a", False),
        ("/%7Ejo", "/~jo/", True),
        ("/caf%C3%A9", "/café", True),
        ("/a?b=1", "/a?b=1&c=2", True),
    ],
)
def test_locations_are_patterns_as_in_robots_txt(location: str, path: str, matches: bool) -> None:
    found = rule_for(rules(rule(location)), f"https://example.org{path}")
    assert (found is not None) is matches


def test_the_first_rule_that_matches_counts() -> None:
    listed = rules(rule("/free/", 0), rule("/", 1, **{"tdm-policy": POLICY}))
    assert rule_for(listed, "https://example.org/free/1") == TdmRule("/free/", False)
    assert rule_for(listed, "https://example.org/other") == TdmRule("/", True, POLICY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not found</html>",
        b'"text"',
        b"[1, null, [], {}]",
        b'[{"location": 1}]',
        b"[" * 5000,
        b'{"a":' * 5000,
        json.dumps([rule("/", True), rule("/", 2), rule("/", None), rule("/", "yes")]).encode(),
    ],
)
def test_invalid_tdm_rules_are_skipped(body: bytes) -> None:
    assert read_tdm_rules(body) == ()


def test_a_single_tdm_rule_and_numbers_as_text_are_accepted() -> None:
    assert read_tdm_rules(b'\xef\xbb\xbf{"location": "/", "tdm-reservation": "1"}') == (TdmRule("/", True),)


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read_as_tdm_rules(body: bytes) -> None:
    listed = read_tdm_rules(body)
    assert tdm_from_json(json.loads(json.dumps(tdm_to_json(listed)))) == listed


ROBOTS = b"""User-agent: GPTBot
User-agent: CCBot
Disallow: /

User-agent: *
Disallow: /private/
"""


def test_named_agents_get_their_own_rules_and_others_those_for_all() -> None:
    host = Reservations(ROBOTS, ["GPTBot", "ccbot", "ClaudeBot"], ())
    assert host.of("https://example.org/news/1") == {"agents": ["GPTBot", "ccbot"]}
    assert host.of("https://example.org/private/1") == {"agents": ["ClaudeBot", "GPTBot", "ccbot"]}


def test_an_agent_that_is_allowed_by_name_is_not_listed_as_denied() -> None:
    robots = b"User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nAllow: /\n"
    assert Reservations(robots, ["GPTBot", "CCBot"], ()).of("https://a.org/1") == {"agents": ["CCBot"]}


def test_without_reservations_the_result_is_empty() -> None:
    assert Reservations(b"", ["GPTBot"], ()).of("https://example.org/") == {}
    free = Reservations(b"", [], rules(rule("/", 0)))
    assert free.of("https://example.org/") == {"tdm_reserved": False}


def test_reservations_of_both_files_are_combined() -> None:
    host = Reservations(ROBOTS, ["GPTBot"], rules(rule("/", 1, **{"tdm-policy": POLICY})))
    assert host.of("https://example.org/a") == {
        "tdm_reserved": True,
        "tdm_policy": POLICY,
        "agents": ["GPTBot"],
    }
