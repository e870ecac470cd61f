"""Which feeds a page offers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.discover import FoundFeed, discover

HOME = "https://example.org/news/"


def found(html: str, url: str = HOME) -> list[FoundFeed]:
    return discover(html.encode(), url=url)


def urls(html: str, url: str = HOME) -> list[str]:
    return [feed.url for feed in found(html, url)]


def test_a_declared_feed_has_its_address_title_and_kind() -> None:
    page = '<link rel="alternate" type="application/atom+xml" title=" All  the news " href="../feed">'
    assert found(page) == [FoundFeed("https://example.org/feed", "All the news", "atom", "declared")]


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=ALTERNATE type=application/rss+xml href=/rss>",
        "<link rel='alternate home' type='application/rss+xml; charset=utf-8' href=/rss>",
        "<link rel=feed href=/rss>",
        "<link rel=alternate href=/rss>",
        "<link rel=alternate type=text/xml title='News (RSS)' href=/rss>",
        "<link type=application/rss+xml href=/rss>",
        "<body><link rel=alternate type=application/rss+xml href=' /rss '>",
        "<link rel=alternate type=application/rss+xml href=feed://example.org/rss>",
    ],
)
def test_feeds_declared_in_unusual_ways_are_found(link: str) -> None:
    assert [address.partition("://")[2] for address in urls(link)] == ["example.org/rss"]


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=alternate type=application/rss+xml>",
        "<link rel=alternate type=application/rss+xml href=javascript:alert(1)>",
        "<link rel=goats type=application/rss+xml href=/rss>",
        "<link rel='alternate stylesheet' type=text/css href=/rss.css>",
        "<link rel=alternate hreflang=de href=/de/>",
        "<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1>",
        "<link rel=alternate type=application/json+oembed href=/oembed>",
        "<link rel=alternate type=text/xml title=scRSSeam href=/x>",
        "<a href=/news>News feeders</a><a href=/feedback>Feedback</a><a href=/tv.html>TV</a>",
        "",
        "not html",
    ],
)
def test_links_that_are_not_feeds_are_not_found(link: str) -> None:
    assert found(link) == []


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    page = "<base href='https://cdn.example.org/x/'><link rel=feed href=rss.xml>"
    assert urls(page) == ["https://cdn.example.org/x/rss.xml"]


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        *(("/rss", "rss"), ("/news.rss", "rss"), ("/?feed=rss2", "rss"), ("/rss/world.xml", "rss")),
        *(("/index.rdf", "rss"), ("/latest_rss.php", "rss"), ("/atom.xml", "atom"), ("/feed.json", "json")),
        ("/feed/", "unknown"),
        ("https://feeds.feedburner.com/example", "unknown"),
    ],
)
def test_links_that_look_like_feeds_are_found_in_the_text(href: str, kind: str) -> None:
    assert [(feed.kind, feed.how, feed.title) for feed in found(f"<a href='{href}'>The <b>feed</b></a>")] == [
        (kind, "linked", "The feed")
    ]


def test_declared_comes_before_linked_and_comments_come_last() -> None:
    page = """<link rel=alternate type=application/rss+xml title="Comments on this" href=/1/feed>
        <link rel=alternate type=application/rss+xml title=News href=/feed>
        <a href=/sport.rss>Sport</a><a href="/feed?utm_source=page">News</a>"""
    assert urls(page) == [f"https://example.org{path}" for path in ("/feed", "/sport.rss", "/1/feed")]


@pytest.mark.parametrize(
    ("url", "page", "feed"),
    [
        ("https://www.youtube.com/channel/UCabc/videos", "", "channel_id=UCabc"),
        ("https://www.youtube.com/watch?v=1&list=PLabc", "", "playlist_id=PLabc"),
        ("https://www.youtube.com/@x", '{"externalId":"UC' + "a" * 22 + '"}', "channel_id=UC" + "a" * 22),
        ("https://github.com/octocat", "", "https://github.com/octocat.atom"),
        ("https://github.com/octocat/hello/issues", "", "https://github.com/octocat/hello/releases.atom"),
        ("https://old.reddit.com/r/news/top/", "", "https://www.reddit.com/r/news/.rss"),
        ("https://paper.substack.com/p/1", "", "https://paper.substack.com/feed"),
        (HOME, "<meta name=generator content='WordPress 6.4'>", "https://example.org/feed"),
        (HOME, "<meta content='Ghost 5.1' name='x'><meta name='generator' content='Ghost 5.1'>", "/rss/"),
    ],
)
def test_feeds_of_known_platforms_are_guessed(url: str, page: str, feed: str) -> None:
    (first, *_) = found(page, url)
    assert first.url.endswith(feed)
    assert first.how == "guessed"


def test_titles_are_read_in_the_encoding_of_the_page() -> None:
    link = "<link rel=alternate type=application/rss+xml title='Žurnál' href=/rss>"
    declared = f"<meta charset=windows-1250>{link}".encode("cp1250")
    for body in (link.encode(), declared):
        assert [feed.title for feed in discover(body, url=HOME)] == ["Žurnál"]


def test_a_page_with_a_thousand_feeds_gives_at_most_the_limit() -> None:
    assert len(found("".join(f"<a href=/{number}.rss>x</a>" for number in range(1000)))) == 200


@given(st.binary(max_size=200))
def test_discovery_never_raises_whatever_the_bytes(body: bytes) -> None:
    for feed in discover(b"<link rel=feed href=/a>" + body, url=HOME):
        assert feed.url.startswith("http")


def test_links_in_the_http_headers_declare_feeds() -> None:
    headers = [
        ("Link", '</wp-json/>; rel="https://api.w.org/"'),
        ("Link", '<x>; rel=next, <feed/>; rel=alternate; type="application/rss+xml"; title="N"'),
        ("link", '<https://f.example/atom>; rel="alternate"; type=application/atom+xml; hreflang=de'),
        ("link", "<style.css>; rel=stylesheet"),
    ]
    assert discover(b"<html>", url="https://s.example/news/", headers=headers) == [
        FoundFeed("https://s.example/news/feed/", "N", "rss", "declared"),
        FoundFeed("https://f.example/atom", "", "atom", "declared", "de"),
    ]


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ('<a type="application/rss+xml" href="/abo/123">Abo</a>', "rss"),
        ('<a type="application/atom+xml; charset=utf-8" href="/abo">Abo</a>', "atom"),
        ('<a rel="alternate" type="application/feed+json" href="/abo">Abo</a>', None),
        ('<a type="application/json" href="/data">Data</a>', None),
        ('<a type="text/html" href="/about">About</a>', None),
    ],
)
def test_links_in_the_text_that_state_a_type_of_feeds_are_found(link: str, kind: str | None) -> None:
    found = discover(f"<html><body>{link}</body></html>".encode(), url="https://s.example/")
    expected = "json" if "feed+json" in link else kind
    assert [feed.kind for feed in found] == ([expected] if expected else [])


def test_of_several_languages_the_feed_in_that_of_the_page_comes_first() -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" hreflang="{tag}" href="/{tag}/feed">'
        for tag in ("en-US", "fr", "de_AT")
    )
    found = discover(f"<html lang='de-DE'><head>{links}</head></html>".encode(), url="https://s.example/")
    assert [feed.language for feed in found] == ["de_AT", "en-US", "fr"]
