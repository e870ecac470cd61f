"""Entries of RSS and Atom: ids as written, links absolute, titles plain, dates certain or missing."""

from datetime import UTC, datetime

import pytest

from tests.feeds.documents import atom, entry, feed, item, rss
from worker.feeds import Enclosure, ParsedEntry


@pytest.mark.parametrize(
    "guid", ["abc123", "/2024/05/one", "HTTP://P.example/One", "urn:x:1", "tag:p.example,2024:1"]
)
def test_an_id_is_kept_exactly_as_written_wherever_the_feed_is_served(guid: str) -> None:
    assert item(f"<guid>{guid}</guid>").id == guid
    assert entry(atom(f"<entry><id>{guid}</id></entry>"), url="https://moved.example/feed").id == guid


def test_a_guid_that_is_an_address_replaces_a_missing_link() -> None:
    assert item("<guid>https://p.example/1</guid>").link == "https://p.example/1"
    assert item("<guid>12345</guid>").link is None
    assert item('<guid isPermaLink="false">https://p.example/1</guid>').link is None


@pytest.mark.parametrize(
    "written, link",
    [
        ("https://p.example/a?b=1&amp;c=2", "https://p.example/a?b=1&c=2"),
        ("/a", "https://site.example/a"),
        ("a/b", "https://site.example/news/a/b"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("\n  https://p.example/a\n", "https://p.example/a"),
        ("http:////p.example/a", "http://p.example/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@p.example", None),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_a_link_is_absolute_or_missing(written: str, link: str | None) -> None:
    channel = "<title>News</title><link>https://site.example/news/</link>"
    assert item(f"<link>{written}</link>", channel=channel).link == link


def test_relative_atom_links_are_resolved_against_xml_base_or_the_feeds_address() -> None:
    body = '<entry><link href="two"/></entry>'
    assert entry(atom(body)).link == "https://feeds.example.org/dir/two"
    assert entry(atom(body, attributes='xml:base="/blog/"')).link == "https://feeds.example.org/blog/two"


@pytest.mark.parametrize(
    "links",
    [
        '<link href="https://p.example/1"/><link rel="enclosure" href="https://p.example/1.mp3"/>',
        '<link rel="enclosure" href="https://p.example/1.mp3"/><link rel="alternate" href="https://p.example/1"/>',
        '<link rel="enclosure">https://p.example/1.mp3</link><link rel="alternate">https://p.example/1</link>',
        '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://p.example/1"/>',
        '<link type="application/json" href="https://p.example/1.json"/><link href="https://p.example/1"/>',
        '<link rel="self" href="https://p.example/1.atom"/><link rel="alternate" href="https://p.example/1"/>',
    ],
)
def test_the_html_alternate_becomes_the_entrys_link(links: str) -> None:
    assert entry(atom(f"<entry>{links}</entry>")).link == "https://p.example/1"


def test_feedburners_original_link_wins_over_its_redirect() -> None:
    original = "<feedburner:origLink>https://p.example/1</feedburner:origLink>"
    assert item(f"<link>https://proxy.example/~r/1</link>{original}").link == "https://p.example/1"


@pytest.mark.parametrize(
    "written, title",
    [
        ("Plain", "Plain"),
        ("  Two\n\t lines  ", "Two lines"),
        ("Fish &amp; chips", "Fish & chips"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("&lt;b&gt;Bold&lt;/b&gt; news", "Bold news"),
        ("<![CDATA[<i>Élan</i> &eacute;]]>", "Élan é"),
        ("5 &lt; 6 &gt; 4", "5 < 6 > 4"),
        ("Ünïcode – 日本語", "Ünïcode – 日本語"),
        ("", None),
    ],
)
def test_a_title_becomes_one_plain_line(written: str, title: str | None) -> None:
    assert item(f"<title>{written}</title><guid>1</guid>").title == title


def test_an_atom_title_is_read_by_its_declared_type() -> None:
    def titled(kind: str, text: str) -> str | None:
        return entry(atom(f'<entry><title type="{kind}">{text}</title></entry>')).title

    assert titled("text", "&lt;T&gt; in Java") == "<T> in Java"
    assert titled("html", "&lt;em&gt;So&lt;/em&gt; &amp;amp; so") == "So & so"
    assert titled("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div>') == "A B"


def test_characters_that_postgresql_rejects_are_removed_from_every_field() -> None:
    inside = "<title>a\x00b&#8;c\x1fd</title><guid>g\x00</guid><description>x\x00y &amp;#0; z</description>"
    found = item(inside)
    assert (found.title, found.id, found.summary) == ("abcd", "g", "xy  z")


def test_unreadable_dates_are_missing_and_never_now() -> None:
    found = item("<pubDate>Mon, 13 Jan 2025 14:30:00 +0100</pubDate>")
    assert (found.published, found.updated) == (datetime(2025, 1, 13, 13, 30, tzinfo=UTC), None)
    assert item("<title>t</title><pubDate>30 Feb 2025 10:00 GMT</pubDate>").published is None
    assert item("<title>t</title><pubDate>yesterday</pubDate>").published is None


def test_atom_entries_have_a_published_and_an_updated_date() -> None:
    dates = "<published>2025-01-13T10:00:00Z</published><updated>2025-01-14T10:00:00+02:00</updated>"
    found = entry(atom(f"<entry>{dates}</entry>"))
    assert found.published == datetime(2025, 1, 13, 10, tzinfo=UTC)
    assert found.updated == datetime(2025, 1, 14, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "written, authors",
    [
        ("<author>ana@p.example (Ana Díaz)</author>", ("Ana Díaz",)),
        ("<author>ana@p.example</author>", ("ana@p.example",)),
        ("<dc:creator>Ana Díaz</dc:creator><dc:creator>Bo Ek</dc:creator>", ("Ana Díaz", "Bo Ek")),
        ("<dc:creator>Ana (mailto:ana@p.example)</dc:creator>", ("Ana",)),
        ("<dc:creator>&lt;a href='/ana'&gt;Ana&lt;/a&gt;</dc:creator>", ("Ana",)),
        ("<dc:creator></dc:creator>", ()),
    ],
)
def test_authors_are_reduced_to_names(written: str, authors: tuple[str, ...]) -> None:
    assert item(f"<title>t</title>{written}").authors == authors


def test_entries_without_author_get_the_feeds_author() -> None:
    body = atom("<entry><title>t</title></entry>", head="<author><name>Desk</name></author>")
    assert entry(body).authors == ("Desk",)


def test_a_lone_dublin_core_date_is_the_publication_date() -> None:
    found = item("<dc:date>2025-01-02T03:04:05Z</dc:date><dc:subject>Sea</dc:subject>")
    assert (found.published, found.tags) == (datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), ("Sea",))
    both = item("<pubDate>Thu, 02 Jan 2025 03:04:05 GMT</pubDate><dc:date>2025-01-09T00:00:00Z</dc:date>")
    assert (both.published, both.updated) == (found.published, datetime(2025, 1, 9, tzinfo=UTC))
    assert entry(atom("<entry><updated>2025-01-02T03:04:05Z</updated></entry>")).published is None


def test_reply_links_and_counts_of_rfc_4685_are_ignored() -> None:
    """RFC 4685: the numbers move with every comment, which must not count as an edit."""

    def counted(number: int) -> ParsedEntry:
        replies = f'<link rel="replies" href="/1/comments" thr:count="{number}"/>'
        replies += f"<thr:total>{number}</thr:total>"
        inside = f'<entry><id>1</id><title>One</title><link href="https://p.example/1"/>{replies}</entry>'
        return entry(atom(inside, attributes='xmlns:thr="http://purl.org/syndication/thread/1.0"'))

    assert counted(3) == counted(4)
    assert counted(3).link == "https://p.example/1"


def test_summary_and_content_are_not_mixed_up() -> None:
    found = item("<description>Short</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded>")
    assert (found.summary, found.content) == ("Short", "<p>Long</p>")
    alone = item("<content:encoded><![CDATA[<p>Long</p>]]></content:encoded>")
    assert (alone.summary, alone.content) == (None, "<p>Long</p>")


def test_a_pictures_caption_is_not_taken_for_summary_or_content() -> None:
    picture = (
        '<media:content url="https://p.example/i.jpg"><media:description type="plain">Sea</media:description>'
    )
    picture += "</media:content>"
    found = item(f"{picture}<description>Short</description><media:description>Sea</media:description>")
    assert (found.summary, found.content) == ("Short", None)
    assert (
        item("<media:group><media:description>A film</media:description></media:group>").summary == "A film"
    )


def test_content_has_absolute_links_and_no_scripts() -> None:
    written = "<a href='/x' onclick='y()'>go</a><script>z()</script>"
    found = item(f"<description><![CDATA[{written}]]></description>")
    assert found.summary == '<a href="https://feeds.example.org/x">go</a>'


def test_enclosures_carry_address_type_and_length() -> None:
    found = item(
        '<enclosure url="/a.mp3" type="audio/mpeg" length="123"/><enclosure url="javascript:x" length="1"/>'
        '<media:content url="https://p.example/b.jpg" type="image/jpeg" fileSize="9"/>'
        '<media:thumbnail url="https://p.example/b.jpg"/><enclosure url="c.pdf" length="?"/>'
    )
    assert found.enclosures == (
        Enclosure("https://feeds.example.org/a.mp3", "audio/mpeg", 123),
        Enclosure("https://feeds.example.org/dir/c.pdf", None, None),
        Enclosure("https://p.example/b.jpg", "image/jpeg", 9),
    )


def test_duplicate_tags_are_removed() -> None:
    assert item("<category>Politik</category><category>EU</category><category>EU</category>").tags == (
        "Politik",
        "EU",
    )


def test_an_entry_of_unknown_elements_is_still_listed() -> None:
    assert feed(rss("<item><comments>https://p.example/c</comments></item>")).entries == (ParsedEntry(),)


def test_xml_base_and_xml_lang_hold_only_for_the_element_that_has_them() -> None:
    title = '<title xml:base="https://other.example/" xml:lang="de">Zwei</title>'
    found = entry(atom(f'<entry>{title}<link href="two"/><summary>Text</summary></entry>'))
    assert (found.link, found.language) == ("https://feeds.example.org/dir/two", "de")
    assert feed(atom(title + "<entry><title>t</title></entry>", head="")).entries[0].language is None


def test_every_author_keeps_a_whole_name_or_address() -> None:
    assert item("<author>Ana</author><author>bo@p.example</author>").authors == ("Ana", "bo@p.example")


@pytest.mark.parametrize(
    ("namespace", "prefix"), [("http://search.yahoo.com/mrss", "m"), ("http://wrong.example/", "media")]
)
def test_elements_are_recognised_by_namespace_and_unknown_namespaces_by_prefix(
    namespace: str, prefix: str
) -> None:
    file = f'<{prefix}:content xmlns:{prefix}="{namespace}" url="https://p.example/a.jpg"/>'
    assert item(file).enclosures == (Enclosure("https://p.example/a.jpg"),)


def test_markup_that_is_not_escaped_is_read_without_its_wrapping_div() -> None:
    markup = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Sea &amp; <br/>sand</p></div>'
    found = entry(atom(f'<entry><content type="xhtml">{markup}</content></entry>'))
    assert found.content == "<p>Sea &amp; <br>sand</p>"
    escaped = "<div>&lt;p&gt;Sea&lt;/p&gt;</div>"
    assert entry(atom(f'<entry><content type="html">{escaped}</content></entry>')).content == "<p>Sea</p>"


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ('<link rel="related" href="/r"/>', "https://feeds.example.org/r"),
        ('<link rel="related" href="/r"/><link href="/a"/>', "https://feeds.example.org/a"),
        ('<link rel="related" href="/r"/><link rel="self" href="/s"/>', "https://feeds.example.org/r"),
        ('<link rel="related" href="/r"/><id>https://s.example/i</id>', "https://s.example/i"),
        ('<link rel="related" href="//o.example/r" xml:base="http://b.example/"/>', "http://o.example/r"),
        ('<link rel="self" href="/s"/>', None),
    ],
)
def test_a_related_link_is_the_page_only_where_there_is_no_other(links: str, expected: str | None) -> None:
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>{links}</entry></feed>'
    assert feed(body.encode()).entries[0].link == expected
