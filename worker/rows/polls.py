"""Rows of the history of polls."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PollAnswer:
    """What one poll of a feed was answered; `status` is None without an answer, `reason` if it succeeded.

    `size` is in bytes once decompressed, `items` are those of the document, `new` those that were not known.
    """

    feed_id: int
    at: datetime
    outcome: str
    seconds: float
    status: int | None = None
    reason: str | None = None
    size: int = 0
    items: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDocument:
    """The document of a feed as last seen: `body` in `encoding`, of `size` bytes once decompressed.

    `is_cut`: only its beginning is kept.
    """

    feed_id: int
    seen_at: datetime
    url: str
    content_type: str | None
    encoding: str
    size: int
    is_cut: bool
    body: bytes
