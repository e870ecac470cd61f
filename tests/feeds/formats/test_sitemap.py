"""News sitemaps and plain sitemaps, read as feeds of pages."""

from datetime import UTC, datetime

import pytest

from tests.feeds.documents import URL, feed
from worker.feeds import ParsedEntry, parse
from worker.feeds.formats.sitemap import Sitemap, is_sitemap, read_sitemap
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
        published_precision="instant",
        updated_precision="instant",
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


def listed(body: str | bytes, **options: str) -> Sitemap:
    found = read_sitemap(body if isinstance(body, bytes) else body.encode(), url=URL, **options)
    assert isinstance(found, Sitemap)
    return found


def links(body: str | bytes) -> list[str | None]:
    return [entry.link for entry in listed(body).pages.entries]


IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def test_every_page_of_a_large_sitemap_is_listed_in_its_order() -> None:
    urls = [f"https://s.example/{n}" for n in range(1500)]
    assert links(sitemap("".join(f"<url><loc>{url}</loc></url>" for url in urls))) == urls


@pytest.mark.parametrize(
    "inside",
    [
        "<image:image><image:loc>https://i.example/1.jpg</image:loc></image:image><loc>https://s.example/1</loc>",
        "<image:loc>https://i.example/1.jpg</image:loc><loc>https://s.example/1</loc>",
        "<video:video><video:content_loc>https://v.example/</video:content_loc></video:video>"
        "<loc>https://s.example/1</loc>",
        "<loc/><loc> https://s.example/1\n</loc>",
        "<loc><![CDATA[https://s.example/1]]></loc>",
    ],
)
@pytest.mark.parametrize("declared", [IMAGE, ""], ids=["declared", "undeclared"])
def test_the_address_of_a_page_is_not_that_of_its_picture(inside: str, declared: str) -> None:
    assert links(f"<urlset {declared}><url>{inside}</url></urlset>") == ["https://s.example/1"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://s.example/?a=1&b=2", "https://s.example/?a=1&b=2"),
        ("https://s.example/?a=1&amp;b=2", "https://s.example/?a=1&b=2"),
        ("https://s.example/?a=1&copy=2&lt=3", "https://s.example/?a=1&copy=2&lt=3"),
        ("https://s.example/?q=caf&eacute;&b", "https://s.example/?q=café&b"),
    ],
)
def test_a_bare_ampersand_belongs_to_the_address(written: str, meant: str) -> None:
    assert links(sitemap(f"<url><loc>{written}</loc></url>")) == [meant]


def test_each_of_several_addresses_is_a_page_with_what_follows_it() -> None:
    found = listed(
        sitemap(
            "<url><loc>/1</loc><lastmod>2026-01-01</lastmod><loc>/2</loc><lastmod>2026-01-02</lastmod></url>"
            "<url><loc>/3</loc><url><loc>/4</loc></url></url>"
        )
    ).pages.entries
    base = URL.partition("/feed")[0]
    assert [(entry.link or "").rpartition("/")[2] for entry in found] == ["1", "2", "3", "4"], base
    assert [entry.updated and entry.updated.day for entry in found] == [1, 2, None, None]


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("Rat &amp; Tat", "Rat & Tat"),
        ("Rat &amp;amp; Tat", "Rat & Tat"),
        ("Rat & Tat", "Rat & Tat"),
        ("&amp;quot;Nein&amp;quot;, sagt sie", '"Nein", sagt sie'),
        ("<![CDATA[Rat &amp; Tat]]>", "Rat & Tat"),
        ("a &lt; b", "a < b"),
        ("AT&amp;T", "AT&T"),
    ],
)
def test_titles_are_read_however_often_they_were_escaped(title: str, meant: str) -> None:
    found = listed(
        sitemap(f"<url><loc>/1</loc><news:news><news:title>{title}</news:title></news:news></url>")
    )
    assert found.pages.entries[0].title == meant


def test_a_root_behind_long_comments_is_found() -> None:
    body = f"<?xml version='1.0'?><!-- {'x' * 9000} --><?xml-stylesheet href='a'?>".encode()
    assert feed(body + sitemap(NEWS).partition(b"?>")[2]).kind == "sitemap"


@pytest.mark.parametrize("root", ["urlset", "sitemapindex", "sm:urlset"])
def test_a_document_lists_pages_and_sitemaps_whatever_its_root_is_called(root: str) -> None:
    space = 'xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"'
    found = listed(
        f"<{root} {space}><url><loc>/page</loc></url><sitemap><loc>/a.xml</loc><lastmod>2026-01-01</lastmod>"
        f"</sitemap><url><loc>/sitemap-2.xml.gz</loc></url><url><loc>/data.xml</loc></url></{root}>"
    )
    assert [(entry.link or "").rpartition("/")[2] for entry in found.pages.entries] == ["page", "data.xml"]
    assert [child.url.rpartition("/")[2] for child in found.children] == ["a.xml", "sitemap-2.xml.gz"]
    assert found.children[0].changed == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_list_of_xml_files_is_a_list_of_sitemaps() -> None:
    found = listed(sitemap("<url><loc>/2026/11.xml</loc></url><url><loc>/2026/10.xml.gz</loc></url>"))
    assert (len(found.children), found.pages.entries) == (2, ())


TEXT = b"\xef\xbb\xbfhttps://s.example/1\r\n\r\nhttps://s.example/2?a=1&b=2  \nhttp://s.example/3"


@pytest.mark.parametrize("body", [TEXT, TEXT[3:], TEXT[3:].decode().encode("utf-16")])
def test_a_text_with_one_address_a_line_is_a_sitemap(body: bytes) -> None:
    assert is_sitemap(body, url=URL)
    assert links(body) == ["https://s.example/1", "https://s.example/2?a=1&b=2", "http://s.example/3"]
    assert len(feed(body).entries) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"https://s.example/1 is a good address",
        b"https://s.example/1\nand another line",
        b"Not found",
        b"<html><body>https://s.example/1</body></html>",
        b"<rss><channel><item><link>https://s.example/1</link></item></channel></rss>",
        b"<rss><channel><item><description><![CDATA[<urlset>]]></description></item></channel></rss>",
        b"",
    ],
)
def test_other_documents_are_not_sitemaps(body: bytes) -> None:
    assert not is_sitemap(body, url="https://s.example/sitemap.txt")


@pytest.mark.parametrize("body", ["<urlset/>", "<sitemapindex/>", "<urlset></urlset>", "<urlset>\n"])
def test_an_empty_sitemap_lists_nothing_and_is_not_refused(body: str) -> None:
    assert listed(body) == Sitemap(listed(body).pages)
    assert feed(body.encode()).entries == ()


def test_a_sitemap_whose_tags_do_not_match_is_read_as_far_as_it_goes() -> None:
    body = sitemap("<url><loc>https://s.example/1</loc></urls><url><loc>https://s.example/2</loc></url>")
    assert links(body) == ["https://s.example/1", "https://s.example/2"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_a_sitemap_is_read_in_any_encoding(encoding: str) -> None:
    body = sitemap("<url><loc>https://s.example/é</loc></url>").decode().replace("UTF-8", encoding)
    assert links(body.encode(encoding)) == ["https://s.example/é"]
