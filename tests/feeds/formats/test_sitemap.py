"""News sitemaps and plain sitemaps, read as feeds of pages."""

from datetime import UTC, datetime

import pytest

from tests.feeds.documents import URL, feed
from worker.feeds import ParsedEntry, parse
from worker.feeds.formats.sitemap import children, is_index, merged
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


def test_a_plain_sitemap_gives_links_and_dates_of_the_last_change() -> None:
    _, second, third = feed(sitemap(NEWS)).entries
    assert (second.link, second.updated) == (
        "https://feeds.example.org/sport/2",
        datetime(2025, 1, 12, tzinfo=UTC),
    )
    assert (third.link, third.title, third.published) == (None, None, None)


def test_a_sitemap_of_several_publications_has_no_title() -> None:
    assert feed(sitemap(NEWS + NEWS.replace("Der Bote", "Le Phare"))).title is None


def test_a_broken_sitemap_is_read_as_far_as_it_goes() -> None:
    found = feed(sitemap(NEWS)[:-30])
    assert found.entries
    assert found.warnings[0].startswith("malformed: ")


def test_an_index_of_sitemaps_is_refused_with_a_reason() -> None:
    refused = parse(
        b"<sitemapindex><sitemap><loc>https://s.example/1.xml</loc></sitemap></sitemapindex>", url=URL
    )
    assert isinstance(refused, Refusal)
    assert "index" in refused.detail


def test_surrogate_halves_and_invalid_names_are_ignored() -> None:
    found = feed(sitemap("<url><loc>https://s.example/1</loc><:/><news:title>&#xD800;</news:title></url>"))
    assert found.entries[0].link == "https://s.example/1"


def test_of_a_large_sitemap_the_newest_pages_are_kept() -> None:
    urls = "".join(
        f"<url><loc>https://s.example/{n}</loc><lastmod>2025-01-{1 + n % 28:02}</lastmod></url>"
        for n in range(1200)
    )
    entries = feed(sitemap(urls)).entries
    assert len(entries) == 1000
    assert entries[0].updated == datetime(2025, 1, 28, tzinfo=UTC)


def test_children_of_an_index_come_news_first_then_the_newest() -> None:
    def child(name: str, changed: str = "") -> str:
        said = f"<lastmod>{changed}</lastmod>" if changed else ""
        return f"<sitemap><loc>/{name}.xml</loc>{said}</sitemap>"

    listed = child("tags", "2026-01-09") + child("p1", "2026-01-01") + child("p2", "2026-01-02")
    listed += (
        child("p3") + child("p4") + child("news", "2025-01-01") + "<sitemap><loc>ftp://x/1</loc></sitemap>"
    )
    index = f"<sitemapindex>{listed}</sitemapindex>".encode()
    assert is_index(index)
    names = [one.url.rpartition("/")[2] for one in children(index, url=URL)]
    assert names == ["news.xml", "p2.xml", "p1.xml", "p4.xml", "p3.xml", "tags.xml"]


@pytest.mark.parametrize(
    "body", [b"", b"<urlset/>", b"<sitemapindex>", b"<!DOCTYPE x [<!ENTITY a '&b;'>]>", b"no"]
)
def test_a_document_that_is_not_an_index_has_no_children(body: bytes) -> None:
    assert children(body, url=URL) == ()


def test_sitemaps_are_merged_into_one() -> None:
    one, other = sitemap("<url><loc>https://s.example/1</loc></url>"), sitemap(NEWS)
    found = feed(merged([one, b"broken", other]))
    assert [entry.link for entry in found.entries][:2] == [
        "https://s.example/1",
        "https://s.example/politik/1",
    ]
    assert found.entries[1].title == "Rat & Tat"
