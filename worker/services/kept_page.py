"""The page from which an article was read, as harmless HTML (`worker.text.inert_page`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from worker.config.groups import ExtractPolicy
from worker.fetch.reply import unpack
from worker.outcome import Refusal
from worker.rows.pages import KeptPage
from worker.services.engine.bounded_parse import parse_within
from worker.store import Store, pages
from worker.text.html import parse_page
from worker.text.inert_page import InertPage, inert_page

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A kept page. Without one, `missing` says why."""

    url: str | None
    fetched_at: datetime | None
    shown: InertPage | None = None
    missing: str | None = None


def page_of_article(store: Store, article_id: int, *, policy: ExtractPolicy) -> ShownPage:
    """Return the page from which the newest revision of an article was read. Raises `StoreUnavailable`."""
    with store.begin() as db:
        page = pages.of_article(db, article_id)
    if page is None:
        return ShownPage(None, None, missing="no page of it is known")
    shown = read_kept(page, partial(_inert, content_type=page.content_type), policy=policy)
    if isinstance(shown, str):
        return ShownPage(page.url, page.fetched_at, missing=shown)
    return ShownPage(page.url, page.fetched_at, shown)


def read_kept(
    page: KeptPage, read: Callable[[bytes], Read | Refusal], *, policy: ExtractPolicy
) -> Read | str:
    """Return what `read` makes of the unpacked body of a kept page, or why it cannot be read."""
    if page.status is None:
        return "its text came with the feed"
    if page.body is None:
        return "its page is no longer kept"
    body = unpack(page.body, page.encoding, limit=policy.max_bytes)
    if isinstance(body, Refusal):
        return str(body.words)
    found = parse_within(policy.soft_seconds, partial(read, body))
    return str(found.words) if isinstance(found, Refusal) else found


def _inert(body: bytes, content_type: str | None) -> InertPage | Refusal:
    tree = parse_page(body, content_type)
    return tree if isinstance(tree, Refusal) else inert_page(tree)
