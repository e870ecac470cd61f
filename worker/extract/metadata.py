"""All fields beside the body, each from the best source that states it, with the name of that source."""

import html
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from worker.extract.authors import choose_agencies, choose_authors
from worker.extract.dates import choose_dates
from worker.extract.found import Found
from worker.extract.head import Head
from worker.extract.head.jsonld import named
from worker.extract.page_index import Index
from worker.extract.summary import choose_summary
from worker.extract.terms import read_paywalled, read_rights
from worker.extract.titles import choose_title, site_names
from worker.extract.topics import choose_kind, choose_language, choose_section, choose_tags
from worker.extract.types import FeedItem, Headers, Source
from worker.extract.words import squeeze
from worker.text.html import Tree
from worker.urls import canonical, join

_SHORT_LABEL = 3


def read_metadata(index: Index, head: Head, url: str, entry: FeedItem | None, headers: Headers = ()) -> Found:
    """What is known without the body. `url` is the page's own, after redirects; the page is left as it is.

    Language and kind are settled by `settle_by_text`.
    """
    found, tree = Found(), index.tree
    _put_site(found, head)
    sites = site_names(found.fields.get("site_name"), head, url)
    if title := choose_title(tree, head, url, sites, entry):
        found.put("title", *title)
    if chosen := choose_authors(index, head, sites, entry):
        found.put("authors", *chosen)
    authors = found.fields.get("authors", ()), found.provenance.get("authors", "html")
    if agencies := choose_agencies(head, *authors):
        found.put("agencies", *agencies)
    _put_dates(found, tree, head, url, entry)
    if section := choose_section(head, sites, found.fields.get("title")):
        found.put("section", *section)
    found.put(
        "tags",
        *choose_tags(index, head, url, (found.fields.get("site_name"), found.fields.get("title"), *sites)),
    )
    if summary := choose_summary(tree, head, found.fields.get("title"), entry):
        found.put("summary", *summary)
    found.put("canonical_url", *_canonical(head, url))
    found.put("paywalled", *read_paywalled(index, head))
    rights, source = read_rights(index, head, url, headers)
    found.fields["rights"] = rights
    if source:
        found.provenance["rights"] = source
    return found


def settle_by_text(found: Found, head: Head, url: str, entry: FeedItem | None, text: str, words: int) -> None:
    """Settle what takes the body to know: `text` is its beginning, `words` counts those in all of it."""
    if language := choose_language(_languages(head, entry), text):
        found.put("language", *language)
    found.put("kind", *choose_kind(head, url, words))


def _put_text(found: Found, name: str, statements: Iterable[tuple[Any, Source]]) -> None:
    """Settle a field by the first statement that is a text."""
    for value, source in statements:
        text = squeeze(html.unescape(value)) if isinstance(value, str) else ""
        if text:
            return found.put(name, text, source)
    return None


def _put_site(found: Found, head: Head) -> None:
    _put_text(
        found,
        "site_name",
        (
            (head.first("og:site_name"), "opengraph"),
            (named(head.json_ld.get("publisher")), "json-ld"),
            (head.first("application-name", "apple-mobile-web-app-title", "dc.publisher"), "meta"),
        ),
    )


def _put_dates(found: Found, tree: Tree, head: Head, url: str, entry: FeedItem | None) -> None:
    published, modified = choose_dates(tree, head, url, entry)
    if published:
        found.put("published", published.at, published.source)
        found.fields["published_precision"] = published.precision
    if modified:
        found.put("modified", modified.at, modified.source)


def _languages(head: Head, entry: FeedItem | None) -> tuple[tuple[object, Source], ...]:
    return (
        (head.json_ld.get("inLanguage"), "json-ld"),
        (head.language, "html"),
        (head.first("og:locale"), "opengraph"),
        (head.first("content-language", "language", "dc.language"), "meta"),
        (entry.language if entry else None, "feed"),
    )


def _canonical(head: Head, url: str) -> tuple[str | None, Source]:
    """The page's own word for its address if it stays on the same site and is not the site's front page."""
    stated: tuple[tuple[str | None, Source], ...] = (
        (next(iter(head.links.get("canonical", ())), None), "html"),
        (head.first("og:url"), "opengraph"),
        (url, "url"),
    )
    for link, source in stated:
        address = join(url, link) if link else None
        if address and (source == "url" or (_same_site(address, url) and urlsplit(address).path.strip("/"))):
            return canonical(address), source
    return None, "url"


def _same_site(one: str, other: str) -> bool:
    """Whether two hosts end in the same two labels, or three where the second is short (co.uk, com.br)."""
    hosts = [(urlsplit(url).hostname or "").split(".") for url in (one, other)]
    size = 3 if len(hosts[0]) > 2 and len(hosts[0][-2]) <= _SHORT_LABEL else 2
    return hosts[0][-size:] == hosts[1][-size:]
