"""Rows of articles, and articles that become rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.model import ArticleState

OPENING = 2000
"""Characters of title and text by which texts too short for a signature are compared: several times as many
as such a text has, so that a longer one has too little in common with it."""


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """A stored article without its content: enough to decide what a page of it becomes.

    `seen_at` is when the page of its newest revision was fetched. `opening` is the beginning of its title and
    text; `read_at` the address at which its page was fetched when
    it was created, and `entry_id`, `entry_url` are those of the entry that brought it.
    """

    id: int
    key: UUID
    url: str
    state: ArticleState
    revision: int
    content_hash: bytes
    signature: bytes | None
    removed_at: datetime | None
    seen_at: datetime
    opening: str
    read_at: str | None
    entry_id: int | None
    entry_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article ready to be stored.

    `content` has a JSON value for each column that is read from the page; further keys are ignored.
    `page_id` and `seen_at` say which page it was read from and when that was fetched. `signature` and `bands`
    are empty for a text too short to have them.
    """

    key: UUID
    url: str
    publisher_id: int | None
    page_id: int | None
    seen_at: datetime
    content: Mapping[str, Any]
    content_hash: bytes
    signature: bytes = b""
    bands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleRevision:
    """A new version of a stored article, with the names of the fields that the publisher changed."""

    article_id: int
    record: ArticleRecord
    changed: tuple[str, ...]
