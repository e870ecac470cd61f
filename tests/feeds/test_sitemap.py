"""News sitemaps and plain ones, read as feeds of pages."""

from datetime import UTC, datetime

from tests.feeds.documents import URL, feed
from worker.feeds import ParsedEntry, parse
from worker.outcome import Refusal

NEWS = """
<url>
  <loc>https://s.example/politik/1</loc>
  <lastmod>2025-01-13T12:00:00Z</lastmod>
  <news:news>
    <news:publication><news:name>Der Bote</news:name><news:language>de</news:language></news:publication>
    <news:publication_date>2025-01-13T10:00:00+01:00</news:publication_date>
    <news:title>Rat &amp; Tat</news:title>
    <news:keywords>Rat, Hafen,, Rat</news:keywords>
  </news:news>
</url>
<url><loc>/sport/2</loc><lastmod>2025-01-12</lastmod></url>
<url><loc>ftp://s.example/3</loc></url>
"""


def sitemap(urls: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>""".encode()


def test_a_news_sitemap_gives_dated_titled_entries() -> None:
    found = feed(sitemap(NEWS))
    assert (found.kind, found.title) == ("sitemap", "Der Bote")
    assert found.entries[0] == ParsedEntry(
        link="https://s.example/politik/1",
        title="Rat & Tat",
        published=datetime(2025, 1, 13, 9, tzinfo=UTC),
        updated=datetime(2025, 1, 13, 12, tzinfo=UTC),
        tags=("Rat", "Hafen"),
        language="de",
    )


def test_a_plain_sitemap_gives_links_and_what_was_last_changed() -> None:
    _, second, third = feed(sitemap(NEWS)).entries
    assert (second.link, second.updated) == (
        "https://feeds.example.org/sport/2",
        datetime(2025, 1, 12, tzinfo=UTC),
    )
    assert (third.link, third.title, third.published) == (None, None, None)


def test_pages_of_several_publications_share_no_title() -> None:
    assert feed(sitemap(NEWS + NEWS.replace("Der Bote", "Le Phare"))).title is None


def test_a_broken_sitemap_is_read_as_far_as_it_goes() -> None:
    found = feed(sitemap(NEWS)[:-30])
    assert found.entries
    assert found.warnings[0].startswith("malformed: ")


def test_an_index_of_sitemaps_is_refused_in_words() -> None:
    refused = parse(
        b"<sitemapindex><sitemap><loc>https://s.example/1.xml</loc></sitemap></sitemapindex>", url=URL
    )
    assert isinstance(refused, Refusal)
    assert "index" in refused.detail
