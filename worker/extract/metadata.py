"""All fields beside the body, each from the best source that states it, with the name of that source."""

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from worker.extract import dates, titles
from worker.extract.authors import choose_agencies, choose_authors
from worker.extract.head import Head
from worker.extract.jsonld import named, types
from worker.extract.page import Tree
from worker.extract.paywall import read_paywalled
from worker.extract.printed_date import printed_date
from worker.extract.rights import read_rights
from worker.extract.sites import site_names
from worker.extract.standfirst import choose_summary
from worker.extract.types import FeedItem, Headers, Source
from worker.extract.words import squeeze, unique
from worker.urls import canonical, join

_KINDS = (
    ("LiveBlogPosting", "live-blog"),
    ("VideoObject", "video"),
    ("ImageGallery", "gallery"),
    ("MediaGallery", "gallery"),
)
_OG_KINDS = (("video", "video"), ("gallery", "gallery"), ("photo", "gallery"))
_SHORT_LABEL = 3
_MAX_TAGS = 50
_MAX_TAG = 80


@dataclass(slots=True)
class Found:
    """Fields by the names of `Article` as they are settled, and where each came from."""

    fields: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Source] = field(default_factory=dict)

    def put(self, name: str, value: Any, source: Source) -> None:
        """Settle a field; an empty value leaves it open."""
        if value is not None and value != ():
            self.fields[name] = value
            self.provenance[name] = source


def read_metadata(tree: Tree, head: Head, url: str, entry: FeedItem | None, headers: Headers = ()) -> Found:
    """What is known without the body. `url` is the page's own, after redirects; `tree` is left as it is."""
    found = Found()
    _put_site(found, head)
    sites = site_names(found.fields.get("site_name"), head, url)
    if title := titles.choose_title(tree, head, url, sites, entry):
        found.put("title", *title)
    if chosen := choose_authors(tree, head, sites, entry):
        found.put("authors", *chosen)
    if agencies := choose_agencies(head, found.fields.get("authors", ())):
        found.put("agencies", *agencies)
    _put_dates(found, tree, head, url, entry)
    _put_language(found, head, entry)
    _put_text(found, "section", _section(head))
    found.put("tags", *_tags(head))
    if summary := choose_summary(tree, head, found.fields.get("title"), entry):
        found.put("summary", *summary)
    found.put("canonical_url", *_canonical(head, url))
    found.put("paywalled", *read_paywalled(tree, head))
    found.put("kind", *_kind(head))
    rights, source = read_rights(tree, head, url, headers)
    found.fields["rights"] = rights
    if source:
        found.provenance["rights"] = source
    return found


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
    if date := dates.published(head, url, entry) or printed_date(tree, url):
        found.put("published", date.at, date.source)
        found.fields["published_precision"] = date.precision
    if date := dates.modified(head, entry):
        found.put("modified", date.at, date.source)


def _put_language(found: Found, head: Head, entry: FeedItem | None) -> None:
    stated: tuple[tuple[Any, Source], ...] = (
        (head.json_ld.get("inLanguage"), "json-ld"),
        (head.language, "html"),
        (head.first("og:locale"), "opengraph"),
        (head.first("content-language", "language", "dc.language"), "meta"),
        (entry.language if entry else None, "feed"),
    )
    for value, source in stated:
        tag = squeeze(value).replace("_", "-") if isinstance(value, str) else ""
        if 2 <= len(tag.partition("-")[0]) <= 3 and tag.replace("-", "").isalnum():
            language, _, rest = tag.partition("-")
            return found.put(
                "language", language.lower() + (f"-{rest.upper()}" if len(rest) == 2 else ""), source
            )
    return None


def _section(head: Head) -> Iterable[tuple[Any, Source]]:
    section = head.json_ld.get("articleSection")
    return (
        (section[0] if isinstance(section, list) and section else section, "json-ld"),
        (head.first("article:section", "og:article:section"), "opengraph"),
        (head.first("section", "parsely-section", "dc.subject", "category"), "meta"),
    )


def _tags(head: Head) -> tuple[tuple[str, ...], Source]:
    keywords = head.json_ld.get("keywords")
    stated: tuple[tuple[Source, list[Any]], ...] = (
        ("json-ld", keywords if isinstance(keywords, list) else [keywords]),
        ("opengraph", list(head.meta.get("article:tag", ()))),
        ("meta", list(head.meta.get("news_keywords") or head.meta.get("keywords") or ())),
    )
    for source, values in stated:
        parts = (
            part for value in values if isinstance(value, str) for part in html.unescape(value).split(",")
        )
        if tags := unique(tag for part in parts if len(tag := squeeze(part)) <= _MAX_TAG)[:_MAX_TAGS]:
            return tags, source
    return (), "meta"


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


def _kind(head: Head) -> tuple[str, Source]:
    names = types(head.json_ld)
    for name, kind in _KINDS:
        if name in names:
            return kind, "json-ld"
    og_type = (head.first("og:type") or "").lower()
    for name, kind in _OG_KINDS:
        if og_type.startswith(name) and not names:
            return kind, "opengraph"
    return "article", "rule"
