"""What a host's own files reserve of a page: robots.txt for other agents, and tdmrep.json for data mining.

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
_MOST_RULES = 1000
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class TdmRule:
    """Whether mining is `reserved` for the paths of `location`, and the address of the `policy` for it."""

    location: str
    reserved: bool
    policy: str | None = None


def read_tdm_rules(body: bytes) -> tuple[TdmRule, ...]:
    """The rules of a file; what cannot be read as one is none."""
    try:
        listed = json.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return ()
    listed = [listed] if isinstance(listed, dict) else listed
    if not isinstance(listed, list):
        return ()
    return tuple(rule for one in listed[:_MOST_RULES] if (rule := _rule(one)) is not None)


def tdm_to_json(rules: Sequence[TdmRule]) -> list[list[Any]] | None:
    """The rules as they are kept; None where there are none."""
    return [[rule.location, rule.reserved, rule.policy] for rule in rules] or None


def tdm_from_json(kept: Sequence[Sequence[Any]] | None) -> tuple[TdmRule, ...]:
    """The rules that were kept."""
    return tuple(TdmRule(*one) for one in kept or ())


def rule_for(rules: Sequence[TdmRule], url: str) -> TdmRule | None:
    """The first rule for the page at `url`."""
    if not rules:
        return None
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return next((rule for rule in rules if _matches(rule.location, path)), None)


class Reserved(TypedDict, total=False):
    """What is reserved; what is not is left out."""

    tdm_reserved: bool
    tdm_policy: str
    agents: list[str]


class Reservations:
    """Of one host, asked for each of its pages. `agents` are the names that the operator wants to know of."""

    def __init__(self, robots: bytes, agents: Sequence[str], rules: Sequence[TdmRule]) -> None:
        self._robots = robots
        self._tdm = rules
        said = robots.lower()
        # Most agents stand in no robots.txt, and are then treated there as everyone is.
        self._named = [agent for agent in agents if agent.lower().encode() in said]
        self._unnamed = [agent for agent in agents if agent not in self._named]
        self._rules: dict[str, RobotsRules] = {}

    def of(self, url: str) -> Reserved:
        """What is reserved of the page at `url`."""
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
    # The protocol: any other value is an error, and the same as none.
    if isinstance(reservation, bool) or reservation not in (0, 1, "0", "1"):
        return None
    stated = policy[:_LONGEST] if isinstance(policy, str) and policy.strip() else None
    return TdmRule(one["location"].replace("\0", "")[:_LONGEST], int(reservation) == 1, stated)


def _matches(location: str, path: str) -> bool:
    """Whether the pattern matches: its parts one after the other, in one pass, however many there are."""
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
