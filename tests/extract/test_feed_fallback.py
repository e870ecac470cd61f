"""The feed's content is used where the page shows too little."""

from datetime import UTC, datetime

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, Item, article_html, page
from tests.extract.read import article, refused
from worker.extract.words import word_count
from worker.outcome import Reason

CONTENT = "".join(f"<p>{text}</p>" for text in (*EN, *(text.replace("bridge", "tunnel") for text in EN)))
NOON = datetime(2024, 5, 3, 12, tzinfo=UTC)


def test_an_empty_page_is_replaced_by_the_feeds_content():
    entry = Item(
        title="Bridge &amp; tunnel", authors=("By Jo Park",), published=NOON, content=CONTENT, language="en"
    )
    found = article(b"", entry=entry)
    assert found.text.startswith(EN[0])
    assert (found.title, found.authors, found.published) == ("Bridge & tunnel", ("Jo Park",), NOON)
    assert {source for _, source in found.provenance} <= {"feed", "url", "html"}
    assert dict(found.provenance)["blocks"] == "feed"


def test_a_refused_page_is_replaced_by_the_feeds_content():
    challenge = page("<script src='/cdn-cgi/challenge-platform/x.js'></script>", title="Just a moment...")
    assert refused(challenge) is Reason.BOT_CHALLENGE
    assert article(challenge, entry=Item(content=CONTENT)).text.startswith(EN[0])


def test_a_teaser_in_the_feed_does_not_make_an_article():
    assert refused(b"", entry=Item(title="x", summary=EN[0])) is Reason.EMPTY_BODY


def test_the_page_wins_over_the_feed():
    found = article(
        page(article_html(), title="From the page"), entry=Item(title="From the feed", content=CONTENT)
    )
    assert found.title == "From the page"
    assert "tunnel" not in found.text


@pytest.mark.parametrize("text", [EN, DE, RU, JA, AR, HI])
@pytest.mark.parametrize("shown", [2, 3])
def test_a_page_cut_short_gets_the_rest_from_its_feed(text, shown):
    whole = (*text, *(f"{number} {part} {part}" for number, part in enumerate(text * 3)))
    entry = Item(title="From the feed", content="".join(f"<p>{part}</p>" for part in whole))
    found = article(page(article_html(text[:shown]), title="From the page"), entry=entry)
    assert found.text.split("\n\n")[-1] == whole[-1]
    assert found.title == "From the page"
    assert dict(found.provenance)["blocks"] == "feed"
    assert found.word_count == sum(word_count(block.text) for block in found.blocks)


def test_a_different_text_in_the_feed_is_ignored_however_long():
    digest = "".join(f"<p>News item {number}: {part}</p>" for number, part in enumerate(DE * 6))
    found = article(page(article_html()), entry=Item(content=digest))
    assert found.text.split("\n\n") == list(EN)


def test_a_feed_with_hardly_more_text_is_ignored():
    entry = Item(content="".join(f"<p>{part}</p>" for part in (*EN, "And a last word of the feed.")))
    assert "last word" not in article(page(article_html()), entry=entry).text


@pytest.mark.parametrize(
    "line",
    [
        'The post <a href="/x">The bridge</a> appeared first on <a href="/">The News</a>.',
        'Der Beitrag <a href="/x">Die Brücke</a> erschien zuerst auf <a href="/">Blatt</a>.',
        'L’article <a href="/x">Le pont</a> est apparu en premier sur <a href="/">Journal</a>.',
        'La entrada <a href="/x">El puente</a> se publicó primero en <a href="/">Diario</a>.',
        'Сообщение <a href="/x">Мост</a> появились сначала на <a href="/">Газета</a>.',
    ],
)
def test_the_line_that_wordpress_adds_is_dropped(line):
    signed = Item(content=f"{CONTENT}<p>{line}</p>")
    assert article(b"", entry=signed).text == article(b"", entry=Item(content=CONTENT)).text


def test_the_feed_fills_in_what_the_page_leaves_out():
    found = article(
        page(article_html(), title="", lang=""),
        entry=Item("Title", ("Jo Park",), NOON, None, EN[0], None, "en"),
    )
    assert (found.title, found.authors, found.published, found.language) == (
        "Title",
        ("Jo Park",),
        NOON,
        "en",
    )
    assert (found.summary, found.published_precision) == (EN[0], "instant")


def test_a_feeds_date_without_zone_is_only_a_day():
    found = article(
        page(article_html()), entry=Item(published=NOON.replace(tzinfo=None)), url="https://news.example/x"
    )
    assert found.published is not None
    assert found.published.tzinfo is not None
    assert found.published_precision == "day"
