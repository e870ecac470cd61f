"""Rows of articles, and articles that become rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.model import ArticleState


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """A stored article without its content: enough to decide what a page of it becomes."""

    id: int
    key: UUID
    state: ArticleState
    revision: int
    content_hash: bytes
    signature: bytes | None
    removed_at: datetime | None


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
