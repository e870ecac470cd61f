"""The site-wide file of the TDM Reservation Protocol (W3C community group, final report of 2024).

`/.well-known/tdmrep.json` is a list of rules, each a pattern of paths with what is reserved for them.
Patterns are those of robots.txt (`*` any characters, `$` the end); the first rule that matches counts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

PATH = "/.well-known/tdmrep.json"
LIMIT = 256 * 1024
_MOST_RULES = 1000
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class TdmRule:
    """Whether mining is `reserved` for the paths of `location`, and the address of the `policy` for it."""

    location: str
    reserved: bool
    policy: str | None = None


def read_rules(body: bytes) -> tuple[TdmRule, ...]:
    """The rules of a file; what cannot be read as one is none."""
    try:
        listed = json.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return ()
    listed = [listed] if isinstance(listed, dict) else listed
    if not isinstance(listed, list):
        return ()
    return tuple(rule for one in listed[:_MOST_RULES] if (rule := _rule(one)) is not None)


def to_json(rules: Sequence[TdmRule]) -> list[list[Any]] | None:
    """The rules as they are kept; None where there are none."""
    return [[rule.location, rule.reserved, rule.policy] for rule in rules] or None


def from_json(kept: Sequence[Sequence[Any]] | None) -> tuple[TdmRule, ...]:
    """The rules that were kept."""
    return tuple(TdmRule(*one) for one in kept or ())


def rule_for(rules: Sequence[TdmRule], url: str) -> TdmRule | None:
    """The first rule for the page at `url`."""
    if not rules:
        return None
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return next((rule for rule in rules if _matches(rule.location, path)), None)


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
