"""What the feed carried stands in where the page has nothing to say."""

from datetime import UTC, datetime

from tests.extract.pages import EN, Item, article_html, page
from tests.extract.read import article, refused
from worker.outcome import Reason

CONTENT = "".join(f"<p>{text}</p>" for text in (*EN, *(text.replace("bridge", "tunnel") for text in EN)))
NOON = datetime(2024, 5, 3, 12, tzinfo=UTC)


def test_an_empty_page_is_made_up_for_by_the_feeds_content():
    entry = Item(
        title="Bridge &amp; tunnel", authors=("By Jo Park",), published=NOON, content=CONTENT, language="en"
    )
    found = article(b"", entry=entry)
    assert found.text.startswith(EN[0])
    assert (found.title, found.authors, found.published) == ("Bridge & tunnel", ("Jo Park",), NOON)
    assert {source for _, source in found.provenance} <= {"feed", "url", "rule"}
    assert dict(found.provenance)["blocks"] == "feed"


def test_a_refused_page_is_made_up_for_too():
    challenge = page("<script src='/cdn-cgi/challenge-platform/x.js'></script>", title="Just a moment...")
    assert refused(challenge) is Reason.BOT_CHALLENGE
    assert article(challenge, entry=Item(content=CONTENT)).text.startswith(EN[0])


def test_a_teaser_does_not_stand_for_the_article():
    assert refused(b"", entry=Item(title="x", summary=EN[0])) is Reason.EMPTY_BODY


def test_the_page_comes_before_the_feed():
    found = article(
        page(article_html(), title="From the page"), entry=Item(title="From the feed", content=CONTENT)
    )
    assert found.title == "From the page"
    assert "tunnel" not in found.text


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
