"""Rules as values: the pages that each is for, its selectors, and the lookup of the rule for a page.

A rule is for a host with all hosts below it, and perhaps a port and a path. `example.org` means example.org,
www.example.org and every other host below it, on any port; `example.org:8080` only this port. A path may
follow: `example.org/politics` means that page and all below it, `example.org/*/live-*` the paths that match
as a whole, where `*` is any characters.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from worker.extract.rules.selector import Selector
from worker.urls import BadUrl, canonical, normal_host, without_www

ELEMENT_KEYS = ("body", "strip", "caption", "credit")
"""Keys whose selectors select elements of the page."""
VALUE_KEYS = ("title", "author", "date", "modified", "summary", "section", "tags")
"""Keys whose selectors select texts or attributes."""
SELECTOR_KEYS = ("body", "strip", *VALUE_KEYS, "caption", "credit")
"""All keys with selectors, in the order of the documentation."""
SELDOM = frozenset({"strip", "caption", "credit"})
"""Keys for parts that only some pages have: one page without them is normal, many are not."""


class BadPagePattern(ValueError):
    """Raised for a pattern that matches no pages; the message says why and how to fix it."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """The canonical address of a page: host without `www.`, port, path."""

    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "PageAddress | None":
        """Return the address of a page; None if it is not http(s)."""
        try:
            parts = urlsplit(canonical(url))
        except BadUrl:
            return None
        # The canonical address leaves out the port of its scheme; a pattern may name it.
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        return cls(without_www(parts.hostname or ""), port, parts.path)


@dataclass(frozen=True, slots=True)
class PagePattern:
    """Pages of `host` and the hosts below it; without `port` or `path` (None) any matches."""

    host: str
    port: int | None
    path: str | None

    def matches(self, address: PageAddress) -> bool:
        """Whether port and path match; the caller has already found the pattern by its host."""
        return self.port in (None, address.port) and self._path_matches(address.path)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}{f':{self.port}' if self.port else ''}{self.path or ''}"

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The rank by which the more specific of two patterns for a page wins."""
        return self.host.count("."), self.port is not None, len(self.path or "")

    def _path_matches(self, path: str) -> bool:
        """Whether the path matches: with * as a whole, else it is the same path or one below it.

        A pattern that ends in "/" does not match the page without that slash.
        """
        if self.path is None or path == self.path:
            return True
        if "*" not in self.path:
            return path.startswith(self.path.rstrip("/") + "/")
        parts = map(re.escape, self.path.split("*"))
        return re.fullmatch(".*".join(parts), path, re.DOTALL) is not None


def read_page_pattern(text: str) -> PagePattern:
    """Return the pattern that `text` describes. Raises `BadPagePattern`."""
    if "://" in text:
        raise BadPagePattern(f"{text!r} is a whole address: leave out {text.partition('://')[0]}://")
    authority, slash, path = text.strip().partition("/")
    if "*" in authority:
        raise BadPagePattern(f"{text!r} has a * in its host: a host stands for all hosts below it by itself")
    if "?" in text or "#" in text:
        raise BadPagePattern(f"{text!r} has a query or a fragment: leave it out, only paths are compared")
    try:
        parts = urlsplit(f"//{authority}")
        host, port = without_www(normal_host(parts.hostname or "")), parts.port
        path = urlsplit(canonical(f"http://{authority}/{path}")).path
    except ValueError as error:
        raise BadPagePattern(f"{text!r} names no host ({error}): write it as 'example.org'") from None
    if "." not in host and ":" not in host and host != "localhost":
        raise BadPagePattern(f"{text!r} is a whole top-level domain: name a host, as 'example.org'")
    return PagePattern(host, port, path if slash and path != "/" else None)


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one file: its pages, its selectors by key, and the keys that may match nothing."""

    file: str
    pages: tuple[PagePattern, ...]
    selectors: Mapping[str, tuple[Selector, ...]]
    optional: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """A short hash of what the rule selects: another one if pages may be read otherwise."""
        lines = sorted(
            f"{key} {selector.text}" for key, found in self.selectors.items() for selector in found
        )
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=6).hexdigest()

    def of(self, key: str) -> tuple[Selector, ...]:
        """Return the selectors of `key`; () if the rule does not have it."""
        return self.selectors.get(key, ())

    @property
    def watched(self) -> dict[str, bool]:
        """The selectors to report when they match nothing, by name; True if that counts on every single page.

        Each selector of `strip` is for a different box and watched separately, as `strip .box`; the selectors
        of other keys are alternatives and watched together under the key.
        """
        names: dict[str, bool] = {}
        for key, selectors in self.selectors.items():
            if key not in self.optional:
                own = [strip_name(selector) for selector in selectors] if key == "strip" else [key]
                names |= dict.fromkeys(own, key not in SELDOM)
        return names


def strip_name(selector: Selector) -> str:
    """Return the name of one selector of `strip`."""
    return f"strip {selector.text}"


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, compiled once and looked up for every page."""

    all: tuple[Rule, ...] = ()
    _by_host: Mapping[str, tuple[tuple[PagePattern, Rule], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Rules":
        """Return these rules; of two for one page the more specific one wins."""
        found = tuple(rules)
        by_host: dict[str, list[tuple[PagePattern, Rule]]] = {}
        for rule in found:
            for pattern in rule.pages:
                by_host.setdefault(pattern.host, []).append((pattern, rule))
        ranked = {
            host: tuple(sorted(pairs, key=lambda pair: pair[0].rank, reverse=True))
            for host, pairs in by_host.items()
        }
        return cls(found, ranked)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def for_url(self, url: str) -> Rule | None:
        """Return the rule for the page at `url`; None if there is none."""
        address = PageAddress.of(url) if self.all else None
        if address is None:
            return None
        return next(
            (
                rule
                for host in _upwards(address.host)
                for pattern, rule in self._by_host.get(host, ())
                if pattern.matches(address)
            ),
            None,
        )


def _upwards(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]
