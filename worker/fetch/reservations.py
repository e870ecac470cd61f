"""Rights that a host reserves in its own files: robots.txt for other agents, tdmrep.json for data mining.

`/.well-known/tdmrep.json` is the site-wide file of the TDM Reservation Protocol (W3C community group, final
report of 2024): a list of rules, each a pattern of paths with what is reserved for them. Patterns are those
of robots.txt (`*` any characters, `$` the end); the first rule that matches counts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import unquote, urlsplit

from worker.fetch.robots import RobotsRules

TDM_PATH = "/.well-known/tdmrep.json"
TDM_LIMIT = 256 * 1024
"""Bytes of tdmrep.json that are accepted; the protocol sets no limit, real files are short. A guess."""
_MOST_RULES = 1000
"""Rules that are read: matching all of them must stay cheap for each page. A guess."""
_LONGEST = 2000
"""Characters of a pattern or URL that are kept, as browsers and servers limit URLs."""


@dataclass(frozen=True, slots=True)
class TdmRule:
    """A rule: whether mining is `reserved` for the paths of `location`, and the URL of its `policy`."""

    location: str
    reserved: bool
    policy: str | None = None


def read_tdm_rules(body: bytes) -> tuple[TdmRule, ...]:
    """Parse the rules of a file; invalid ones are skipped."""
    try:
        listed = json.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return ()
    listed = [listed] if isinstance(listed, dict) else listed
    if not isinstance(listed, list):
        return ()
    return tuple(rule for one in listed[:_MOST_RULES] if (rule := _rule(one)) is not None)


def tdm_to_json(rules: Sequence[TdmRule]) -> list[list[Any]] | None:
    """Return the rules as they are stored; None if there are no rules."""
    return [[rule.location, rule.reserved, rule.policy] for rule in rules] or None


def tdm_from_json(kept: Sequence[Sequence[Any]] | None) -> tuple[TdmRule, ...]:
    """Return the stored rules."""
    return tuple(TdmRule(*one) for one in kept or ())


def rule_for(rules: Sequence[TdmRule], url: str) -> TdmRule | None:
    """Return the first rule that matches `url`."""
    if not rules:
        return None
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return next((rule for rule in rules if _matches(rule.location, path)), None)


class Reserved(TypedDict, total=False):
    """The reserved rights of a page; absent keys mean that nothing is reserved."""

    tdm_reserved: bool
    tdm_policy: str
    agents: list[str]


class Reservations:
    """The reservations of one host. `agents` are the names that the operator wants to know about."""

    def __init__(self, robots: bytes, agents: Sequence[str], rules: Sequence[TdmRule]) -> None:
        self._robots = robots
        self._tdm = rules
        text = robots.lower()
        # Agents that robots.txt does not name, which are most, are covered by its rules for all.
        self._named = [agent for agent in agents if agent.lower().encode() in text]
        self._unnamed = [agent for agent in agents if agent not in self._named]
        self._rules: dict[str, RobotsRules] = {}

    def of(self, url: str) -> Reserved:
        """Return the reserved rights of the page at `url`."""
        found = Reserved()
        if rule := rule_for(self._tdm, url):
            found["tdm_reserved"] = rule.reserved
            if rule.policy:
                found["tdm_policy"] = rule.policy
        if denied := self._denied(url):
            found["agents"] = denied
        return found

    def _denied(self, url: str) -> list[str]:
        denied = [agent for agent in self._named if not self._of_agent(agent).allowed(url)]
        if self._unnamed and self._robots and not self._of_agent("*").allowed(url):
            denied += self._unnamed
        return sorted(denied)

    def _of_agent(self, agent: str) -> RobotsRules:
        if not self._rules:
            self._rules = RobotsRules.of_agents(self._robots, (*self._named, "*"))
        return self._rules[agent]


def _rule(one: Any) -> TdmRule | None:
    if not isinstance(one, dict) or not isinstance(one.get("location"), str):
        return None
    reservation, policy = one.get("tdm-reservation"), one.get("tdm-policy")
    # The protocol: any other value is an error and treated as missing.
    if isinstance(reservation, bool) or reservation not in (0, 1, "0", "1"):
        return None
    stated = policy[:_LONGEST] if isinstance(policy, str) and policy.strip() else None
    return TdmRule(one["location"].replace("\0", "")[:_LONGEST], int(reservation) == 1, stated)


def _matches(location: str, path: str) -> bool:
    """Return whether the pattern matches, in one pass over the path."""
    bare = unquote(location if location.startswith(("/", "*")) else f"/{location}")
    first, *others = bare.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    last = others.pop() if others and bare.endswith("$") else None
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= at
    return at == len(path) or not bare.endswith("$")
