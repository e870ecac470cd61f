"""Pages that list articles, read as feeds: which of their links are articles."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.fronts import HOME, Front, fronts
from worker.feeds import ParsedEntry
from worker.feeds.listing import articles
from worker.feeds.listing.address import address_shape, article_score
from worker.feeds.listing.articles import BadSelector
from worker.feeds.types import ParsedFeed
from worker.outcome import Reason, Refusal


def read(html: str, selector: str | None = None, url: str = HOME) -> ParsedFeed:
    found = articles.read_listing(html.encode(), url=url, selector=selector)
    assert isinstance(found, ParsedFeed), found
    return found


def links(html: str, selector: str | None = None) -> list[str | None]:
    return [entry.link for entry in read(html, selector).entries]


@pytest.mark.parametrize("front", fronts(), ids=lambda front: front.name)
def test_the_article_list_is_found_on_a_page_with_navigation_and_promos(front: Front) -> None:
    found = read(front.html)
    assert {entry.link for entry in found.entries} == front.wanted
    assert all(len(entry.title or "") >= 15 for entry in found.entries)
    assert found.kind == "listing"


def test_an_entry_has_the_canonical_link_and_the_links_text_as_title() -> None:
    items = "".join(
        f"""<li><a href="/2026/11/2{n}/the-bridge-is-closed-{n}?utm_source=front"><img alt="A photo"></a>
        <h3><a href="/2026/11/2{n}/the-bridge-is-closed-{n}">The bridge is closed, part {n}</a></h3>
        <time datetime="2026-11-2{n}T10:00:00+02:00">today</time></li>"""
        for n in range(3)
    )
    assert read(f"<title>News</title><ul>{items}</ul>").entries[1] == ParsedEntry(
        id="https://paper.example/2026/11/21/the-bridge-is-closed-1",
        link="https://paper.example/2026/11/21/the-bridge-is-closed-1",
        title="The bridge is closed, part 1",
        published=datetime(2026, 11, 21, 8, tzinfo=UTC),
        published_precision="instant",
    )


@pytest.mark.parametrize("said", ["2026-11-21", "2026-11-21T10:00:00", "yesterday", ""])
def test_a_date_without_time_and_zone_is_ignored(said: str) -> None:
    items = "".join(
        f'<li><h3><a href="/the-bridge-is-closed-again-{n}">The bridge is closed, part {n}</a></h3>'
        f'<time datetime="{said}">then</time></li>'
        for n in range(3)
    )
    assert {entry.published for entry in read(f"<ul>{items}</ul>").entries} == {None}


@pytest.mark.parametrize(
    "selector", ["#list a", "#list > div", "#list .it", "div.it:not(.x)", "h5 > a", "#list"]
)
def test_a_selector_may_select_links_or_the_elements_around_them(selector: str) -> None:
    boxes = "".join(
        f'<div class="it"><a href="/t/{n}"></a><h5><a href="/x{n}">X{n}</a></h5></div>' for n in (1, 2)
    )
    found = links(f"<div id=list>{boxes}</div><a href=/other>Another</a>", selector)
    assert "https://paper.example/x1" in found
    assert "https://paper.example/other" not in found


def test_an_address_that_the_selector_selects_is_taken_whatever_it_looks_like() -> None:
    hrefs = ["/", "/report.pdf", "/tag/news", "/?p", "/contact", "/a"]
    html = "<div id=list>" + "".join(f'<a href="{href}">Title {href}</a>' for href in hrefs) + "</div>"
    assert len(links(html, "#list a")) == len(hrefs)
    other = "<p id=no><a href='javascript:x()'>x</a><a href='mailto:a@b.example'>y</a><a href=/b>b</a>"
    assert links(other, "#no a") == ["https://paper.example/b"]


def test_a_selector_that_matches_nothing_or_is_invalid_is_refused_with_the_reason() -> None:
    refused = articles.read_listing(b"<p><a href=/1>One</a>", url=HOME, selector=".news a")
    assert refused == Refusal(Reason.NOT_A_FEED, "the selector matches no link")
    for bad in ("a[", "::", "h3 >> a", ""):
        with pytest.raises(BadSelector, match="not a CSS selector"):
            articles.check_selector(bad)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "not html",
        "<nav>" + "".join(f"<a href=/a-long-slug-of-words-{n}>A long title of words</a>" for n in range(9)),
        "<main><h1>One article</h1><p>Its text has <a href=/a-link-to-another-story>a link</a> in it.</main>",
        "".join(f"<a href=https://other.example/a-long-slug-{n}>A long title of words</a>" for n in range(9)),
        "".join(f"<li><a href=/section{n}/>Section {n}</a>" for n in range(9)),
    ],
)
def test_a_page_without_a_list_is_refused(html: str) -> None:
    refused = articles.read_listing(html.encode(), url=HOME)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NOT_A_FEED


def test_a_list_inside_a_frame_named_sidebar_is_found_by_tags_alone() -> None:
    items = "".join(
        f"<h2><a href=/the-bridge-is-closed-{n}>The bridge is closed {n}</a></h2>" for n in range(4)
    )
    nav = "<nav><a href=/all-about-us-and-our-owners>All about us and our owners</a></nav>"
    assert len(links(f"<div class=page-left-sidebar>{nav}{items}</div>")) == 4


def test_a_short_title_among_articles_is_an_article_too() -> None:
    items = [f"the-bridge-is-closed-{n}" for n in range(4)] + ["seaweed-bread"]
    listed = "".join(f"<li><a href=/stories/{one}>Bread of the sea and more</a>" for one in items)
    assert len(links(f"<main><ul>{listed}</ul></main>")) == 5


def test_a_page_with_a_thousand_links_gives_at_most_the_limit() -> None:
    assert (
        len(links("".join(f"<h2><a href=/a-slug-of-words-{n}>A title of words</a></h2>" for n in range(999))))
        == 200
    )


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("/2026/11/24/storm", "/weather/storm"),
        ("/news/storm-leaves-homes-without-power", "/news/storm"),
        ("/article/8812345", "/article/2026"),
        ("/read.php?id=5540", "/read.php?page=2"),
        ("/новости/шторм-оставил-дома-без-света", "/новости/шторм"),
        ("/video/storm-leaves-homes-without-power", "/tag/storm-leaves-homes-without-power"),
    ],
)
def test_addresses_of_articles_score_higher_than_addresses_of_sections(better: str, worse: str) -> None:
    good, bad = article_score(f"https://p.example{better}"), article_score(f"https://p.example{worse}")
    assert good is not None
    assert good > (bad if bad is not None else -9)


@pytest.mark.parametrize("path", ["/", "/report.pdf", "/feed.xml", "/?page=2", ""])
def test_files_and_home_pages_are_never_articles(path: str) -> None:
    assert article_score(f"https://p.example{path}") is None


def test_addresses_of_a_sites_articles_have_the_same_shape() -> None:
    shapes = {address_shape(f"https://p.example/2026/11/{n}/the-bridge-is-closed-{n}.html") for n in (10, 24)}
    assert len(shapes) == 1
    assert address_shape("https://p.example/sport/") not in shapes


@given(st.binary(max_size=200), st.text(max_size=30))
def test_listing_pages_are_read_or_refused_whatever_the_bytes_and_addresses(body: bytes, tail: str) -> None:
    articles.read_listing(b"<a href='/x-y-z-w'>a b c d e" + body, url=HOME)
    article_score(f"https://p.example/{tail}")
    address_shape(f"https://p.example/{tail}")
