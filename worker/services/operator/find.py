"""Finding what a few words or an address may mean, in every table that a person knows by name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.filters import FilterError, parse_pairs
from worker.store import Connection, feed_pages, finding, host_pages, lookup, search_results
from worker.store.feed_pages import FeedFilter
from worker.urls import BadUrl

EACH = 8
"""Results of a group; each group links to the whole list."""

LONGEST_ID = 18
"""Digits of an id that a column of the database holds for certain."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by kind. `ids` names the kinds of which something has the number as its id."""

    feeds: list[dict[str, Any]] = field(default_factory=list)
    hosts: list[dict[str, Any]] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    article_at: int | None = None
    mistake: str = ""

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.feeds or self.hosts or self.articles or self.entries or self.ids or self.article_at)


def find(db: Connection, text: str, *, now: datetime) -> Found:
    """Return what `text` may mean: words, an address, a key or an id."""
    text = text.strip()
    if not text:
        return Found()
    mistake = ""
    articles: list[dict[str, Any]] = []
    if not _is_address(text):
        try:
            articles = search_results.newest_found(db, parse_pairs([("q", text)]), limit=EACH).articles
        except FilterError as error:
            mistake = str(error)
    entries, at = _at_address(db, text)
    name = text.split("://", 1)[-1].split("/", 1)[0] if _is_address(text) else text
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None
    return Found(
        feeds=list(feed_pages.page(db, FeedFilter(q=text), limit=EACH).feeds),
        hosts=host_pages.listing(db, "all", name=name, after="", limit=EACH, now=now)
        if " " not in name
        else [],
        articles=articles,
        entries=entries,
        ids=finding.ids_named(db, number) if number is not None else [],
        article_at=at or _of_key(db, text),
        mistake=mistake,
    )


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _at_address(db: Connection, text: str) -> tuple[list[dict[str, Any]], int | None]:
    if " " in text or "." not in text:
        return [], None
    url = text if _is_address(text) else f"https://{text}"
    try:
        return finding.entries_at(db, url, limit=EACH), lookup.by_url(db, url)
    except BadUrl:
        return [], None


def _of_key(db: Connection, text: str) -> int | None:
    try:
        return finding.article_of_key(db, UUID(text))
    except ValueError:
        return None
