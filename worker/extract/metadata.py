"""All fields except the body, each from the best source that states it, with the name of that source."""

import html
from datetime import datetime
from urllib.parse import urlsplit

from worker.extract.article import Draft
from worker.extract.authors import choose_agencies, choose_authors
from worker.extract.dates import choose_dates
from worker.extract.head import Head
from worker.extract.head.jsonld import name_of_thing
from worker.extract.language import choose_language
from worker.extract.page_index import Index
from worker.extract.paywall import read_paywalled
from worker.extract.rights import read_rights
from worker.extract.summary import choose_summary
from worker.extract.titles import choose_title, site_names
from worker.extract.topics import choose_kind, choose_section, choose_tags
from worker.extract.types import FeedItem, Headers, Source
from worker.extract.words import squeeze
from worker.text.site import may_speak_for
from worker.urls import canonical, join


def read_metadata(
    index: Index,
    head: Head,
    url: str,
    entry: FeedItem | None,
    headers: Headers = (),
    now: datetime | None = None,
) -> Draft:
    """Return the fields that do not depend on the body; `url` is the page's address after redirects.

    `now` is when the page was read, after which nothing can have been published; None: unknown.

    Language and kind are settled by `settle_by_text`.
    """
    draft, tree = Draft(), index.tree
    if site := _site_name(head):
        draft.put("site_name", *site)
    sites = site_names(draft.fields.get("site_name"), head, url)
    if title := choose_title(tree, head, url, sites, entry):
        draft.put("title", *title)
    if chosen := choose_authors(index, head, sites, entry):
        draft.put("authors", *chosen)
    authors = draft.fields.get("authors", ()), draft.provenance.get("authors", "html")
    if agencies := choose_agencies(head, *authors):
        draft.put("agencies", *agencies)
    published, modified = choose_dates(tree, head, url, entry, now, draft.fields.get("title"))
    if published:
        draft.put("published", published.at, published.source)
        draft.fields["published_precision"] = published.precision
    if modified:
        draft.put("modified", modified.at, modified.source)
        draft.fields["modified_precision"] = modified.precision
    if section := choose_section(head, sites, draft.fields.get("title")):
        draft.put("section", *section)
    names = (draft.fields.get("site_name"), draft.fields.get("title"), *sites)
    draft.put("tags", *choose_tags(index, head, url, names))
    if summary := choose_summary(tree, head, draft.fields.get("title"), entry):
        draft.put("summary", *summary)
    draft.put("canonical_url", *_canonical(head, url))
    draft.put("paywalled", *read_paywalled(index, head))
    rights, source = read_rights(index, head, url, headers)
    draft.fields["rights"] = rights
    if source:
        draft.provenance["rights"] = source
    return draft


def settle_by_text(draft: Draft, head: Head, url: str, entry: FeedItem | None, text: str, words: int) -> None:
    """Settle the fields that depend on the body: `text` is its beginning, `words` the number of its words."""
    stated: tuple[tuple[object, Source], ...] = (
        (head.json_ld.get("inLanguage"), "json-ld"),
        (head.language, "html"),
        (head.first("og:locale"), "opengraph"),
        (head.first("content-language", "language", "dc.language"), "meta"),
        (entry.language if entry else None, "feed"),
    )
    if language := choose_language(stated, text):
        draft.put("language", *language)
    draft.put("kind", *choose_kind(head, url, words))


def _site_name(head: Head) -> tuple[str, Source] | None:
    stated: tuple[tuple[str | None, Source], ...] = (
        (head.first("og:site_name"), "opengraph"),
        (name_of_thing(head.json_ld.get("publisher")), "json-ld"),
        (head.first("application-name", "apple-mobile-web-app-title", "dc.publisher"), "meta"),
    )
    named = ((squeeze(html.unescape(name or "")), source) for name, source in stated)
    return next(((name, source) for name, source in named if name), None)


def _canonical(head: Head, url: str) -> tuple[str | None, Source]:
    """Return the address that the page declares, if it may and it is not a front page; otherwise `url`."""
    stated: tuple[tuple[str | None, Source], ...] = (
        (next(iter(head.links.get("canonical", ())), None), "html"),
        (head.first("og:url"), "opengraph"),
        (url, "url"),
    )
    for link, source in stated:
        address = join(url, link) if link else None
        if address and (
            source == "url"
            or ((address == url or may_speak_for(url, address)) and urlsplit(address).path.strip("/"))
        ):
            return canonical(address), source
    return None, "url"
