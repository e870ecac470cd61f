"""The publisher's terms: what the page and its host reserve, and what follows from it.

The reservations of host and page are added to the article's rights. Those that the settings honour decide
whether there is an article, and whether the page's body is kept.
"""

from collections.abc import Collection
from dataclasses import replace

from worker.extract import Article, Rights
from worker.extract.rights import merge_rights, reservation_against, rights_of_page, with_site_rights
from worker.outcome import Reason, Refusal
from worker.rows.pages import Page


def apply_terms(
    result: Article | Refusal, page: Page, body: bytes, honoured: Collection[str]
) -> tuple[Article | Refusal, bool]:
    """Return the article with all its rights, or a refusal; and whether the page's body may be kept."""
    if isinstance(result, Refusal) and not honoured:
        return result, True
    rights = _rights(result, page, body)
    keep = not (rights.noarchive and "noarchive" in honoured)
    words = reservation_against(rights, honoured)
    if words is not None:
        return Refusal(Reason.RESERVED, words), False
    if isinstance(result, Refusal) or rights == result.rights:
        return result, keep
    sources = {"rights": "site", **dict(result.provenance)}
    return replace(result, rights=rights, provenance=tuple(sorted(sources.items()))), keep


def _rights(result: Article | Refusal, page: Page, body: bytes) -> Rights:
    own = Rights() if isinstance(result, Refusal) else result.rights
    of_feed = isinstance(result, Article) and dict(result.provenance).get("blocks") == "feed"
    if page.status is not None and (of_feed or isinstance(result, Refusal)):
        # The text is the feed's, or missing: what the page reserves holds all the same.
        said = rights_of_page(
            body, url=page.url, content_type=page.content_type, headers=tuple(page.headers.items())
        )
        own = merge_rights(own, said)
    return with_site_rights(own, page.reserved)
