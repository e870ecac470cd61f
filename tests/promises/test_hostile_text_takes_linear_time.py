"""Also outside of the bounded parse, no pattern and no reader of a header takes more than linear time."""

import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

import worker.extract
from tests.tools.growth import alternatives_of, attacks_on, patterns_of, superlinear
from worker.extract import rights
from worker.feeds import websub
from worker.feeds.discover import _BY_ADDRESS, _BY_PROGRAM
from worker.fetch.cookies import ChainCookies
from worker.fetch.encodings import known_codings
from worker.fetch.head import repaired
from worker.fetch.headers import KEPT, http_date, kept_headers, max_age, retry_after
from worker.fetch.limits import RequestLimits
from worker.fetch.redirects import Hops, refreshed
from worker.text.encoding import opaque_codecs, to_utf8
from worker.text.html import refuse_bytes
from worker.text.search_query import parse_query, terms
from worker.text.snippets import _pattern
from worker.urls import header_links
from worker.web.host_check import answers_to

OUTER = ("worker.config", "worker.feeds", "worker.fetch", "worker.text", "worker.urls", "worker.web")
PACKAGES = [
    *OUTER,
    *(f"worker.extract.{module.name}" for module in pkgutil.iter_modules(worker.extract.__path__)),
]
TABLES = {
    "worker.config.initial._replaced": [
        r"(?m)^# contact = .*$",
        r"(?m)^# Wiredesk with its embedded.*\n(?:#.*\n)*",
    ],
    "worker.feeds.discover.guessed_feeds": [
        *(pattern for pattern, _ in _BY_ADDRESS),
        *(pattern for pattern, _ in _BY_PROGRAM),
    ],
    "worker.text.snippets._pattern": [
        _pattern(term).pattern
        for query in ('"storm surge warning"', "librar*", '"渡り鳥の群れ"', '"مكتبة المدينة"')
        for term in terms(parse_query(query))
    ],
    "worker.extract.rules.rule._path_matches": [".*".join(("/a/", "/b", ""))],
}
"""Patterns that a function takes from a table."""
PAGE = "https://p.example/news/today.html"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_pattern_takes_more_than_linear_time(package: str) -> None:
    grown = {
        f"{used} {one.pattern.pattern}": growth
        for used in patterns_of([package], TABLES)
        for one in alternatives_of(used)
        if (growth := superlinear(one.read, attacks_on(one.pattern), longest=2048))
    }
    assert not grown


def test_the_packages_with_hostile_input_have_patterns() -> None:
    assert all(patterns_of([package], TABLES) for package in (*OUTER, "worker.extract"))


def _headers(name: str, value: str) -> CIMultiDictProxy[str]:
    return CIMultiDictProxy(CIMultiDict([(name, value)] * 2))


def _kept(value: str) -> None:
    for name in KEPT:
        kept_headers(_headers(name, value))


def _cookies(value: str) -> None:
    cookies = ChainCookies()
    cookies.take(_headers("Set-Cookie", value), URL(PAGE))
    cookies.header(URL(PAGE), beside=value)


def _head(lines: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n\r\n".encode("latin-1", "replace")


READERS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "all that are kept": (_kept, []),
    "cache-control": (lambda value: max_age({"cache-control": value}), ["max-age", "max-age="]),
    "content-encoding": (known_codings, ["gzip,"]),
    "content-type of a feed": (
        lambda value: opaque_codecs(b"<rss/>", value),
        ["a/b; charset", "a/b; charset="],
    ),
    "content-type of a page": (lambda value: refuse_bytes(b"<p>a", value), ["text/html;"]),
    "content-type of text": (lambda value: to_utf8(b"caf\xe9", value), ["a/b; charset", "a/b; charset="]),
    "date": (http_date, ["Sun, 01 Mar 2026 ", "Sun, "]),
    "host": (lambda value: answers_to(value, ()), ["[", "a:"]),
    "link": (lambda value: list(header_links([("link", value)])), ["<a>", "<a>;rel=", '<a>;rel="']),
    "link to a hub": (
        lambda value: websub.links([("link", value)], b"", url=PAGE, content_type=None),
        ["<a>;rel="],
    ),
    "location": (lambda value: Hops(URL(PAGE), 5).follow(301, value), ["https://", "https://a/", "/", "?"]),
    "refresh": (lambda value: refreshed(value, URL(PAGE)), ["0", "0;", "0; url=", "0; url=https://"]),
    "retry-after": (lambda value: retry_after(value, now=NOW), ["1", "Sun, 01 Mar 2026 "]),
    "set-cookie": (_cookies, ["a=b; ", "a=b; expires=", "a=b; domain="]),
    "transfer-encoding": (lambda value: repaired(_head(f"Transfer-Encoding: {value}")), ["chunked"]),
    "whole head": (lambda value: repaired(_head(value)), ["a: b\r\n", " "]),
    "x-hub-signature": (lambda value: websub.signature_ok("secret", value, b""), ["sha256="]),
    "x-robots-tag": (
        lambda value: list(rights._header_robots([("x-robots-tag", value)])),
        ["unavailable_after,", "googlebot:"],
    ),
}
"""The readers of headers, each with beginnings of what it looks for."""
PIECES = (
    *"*\",;=<>()[]'\\ \t/:.-_&%?#@a1é",
    *(
        ", ",
        "; ",
        ";*",
        "<>;",
        '<a>;b="',
        '"\\',
        "a,",
        "a=",
        ";a=b",
        "../",
        "%2",
        "1,",
        "*:",
        "\r\n",
        "\r\n a",
    ),
)


@pytest.mark.parametrize("header", READERS)
def test_a_header_as_long_as_the_client_admits_is_read_in_linear_time(header: str) -> None:
    read, beginnings = READERS[header]
    attacks = product(("", *beginnings), PIECES, ("\0", '"'))
    assert superlinear(read, attacks, longest=RequestLimits().header_line) is None
