"""The dates of entries in every format: each keeps the precision that the document states."""

from datetime import UTC, datetime
from json import dumps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds import ParsedEntry, ParsedFeed, parse

URL = "https://feeds.example.org/feed"


def rss(published: str, updated: str) -> str:
    updated = f"<dcterms:modified>{updated}</dcterms:modified>" if updated else ""
    return f"""<rss version="2.0" xmlns:dcterms="http://purl.org/dc/terms/"><channel><item><title>One</title>
        <link>https://p.example/1</link><pubDate>{published}</pubDate>{updated}</item></channel></rss>"""


def atom(published: str, updated: str) -> str:
    return f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>One</title>
        <link href="https://p.example/1"/><published>{published}</published><updated>{updated}</updated>
        </entry></feed>"""


def json_feed(published: str, updated: str) -> str:
    item = {"id": "1", "url": "https://p.example/1", "date_published": published, "date_modified": updated}
    return dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]})


def sitemap(published: str, updated: str) -> str:
    return f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://p.example/1</loc>
        <lastmod>{updated}</lastmod><news:news><news:title>One</news:title>
        <news:publication_date>{published}</news:publication_date></news:news></url></urlset>"""


FORMATS = {"rss": rss, "atom": atom, "json": json_feed, "sitemap": sitemap}
STATED = {
    "2026-11-23T14:35:00+01:00": (datetime(2026, 11, 23, 13, 35, tzinfo=UTC), "instant"),
    "Mon, 23 Nov 2026 14:35:00 +0100": (datetime(2026, 11, 23, 13, 35, tzinfo=UTC), "instant"),
    "2026-11-23T00:00:00Z": (datetime(2026, 11, 23, tzinfo=UTC), "instant"),
    "2026-11-23 14:35:00": (datetime(2026, 11, 23, 14, 35, tzinfo=UTC), "day"),
    "Mon, 23 Nov 2026 14:35:00": (datetime(2026, 11, 23, 14, 35, tzinfo=UTC), "day"),
    "2026-11-23": (datetime(2026, 11, 23, tzinfo=UTC), "day"),
    "23.11.2026": (datetime(2026, 11, 23, tzinfo=UTC), "day"),
    "2027-11-23T14:35:00Z": (datetime(2027, 11, 23, 14, 35, tzinfo=UTC), "instant"),
    "1970-01-01T00:00:00Z": (None, None),
    "1969-12-31T23:00:00Z": (None, None),
    "1904-01-01T00:00:00Z": (None, None),
    "0001-01-01T00:00:00Z": (None, None),
    "2026-11": (None, None),
    "soon": (None, None),
    "": (None, None),
}


def entry(format: str, published: str, updated: str) -> ParsedEntry:
    parsed = parse(FORMATS[format](published, updated).encode(), url=URL)
    assert isinstance(parsed, ParsedFeed)
    return parsed.entries[0]


@given(
    format=st.sampled_from(sorted(FORMATS)),
    published=st.sampled_from(sorted(STATED)),
    updated=st.sampled_from(sorted(STATED)),
)
def test_each_date_of_an_entry_keeps_the_precision_that_is_stated(
    format: str, published: str, updated: str
) -> None:
    found = entry(format, published, updated)
    # RSS has one date: where the publication is unknown, the other one says it.
    only = updated if format == "rss" and STATED[published][0] is None else published
    assert (found.published, found.published_precision) == STATED[only]
    assert (found.updated, found.updated_precision) == STATED[updated]


@pytest.mark.parametrize("placeholder", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "soon"])
def test_the_date_of_creation_counts_where_that_of_publication_is_unknown(placeholder: str) -> None:
    body = f"""<feed xmlns="http://purl.org/atom/ns#" version="0.3"><entry><id>1</id><title>One</title>
        <issued>{placeholder}</issued><created>2026-11-23T14:35:00Z</created></entry></feed>"""
    parsed = parse(body.encode(), url=URL)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].published == datetime(2026, 11, 23, 14, 35, tzinfo=UTC)
