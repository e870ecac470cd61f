"""Feeds and sitemaps are recognised by how they begin, after comments."""

import pytest

from worker.text.html import refuse_bytes


@pytest.mark.parametrize(
    "body",
    [
        b"<rss>",
        b" <?xml version='1.0'?> <!-- made by x --> <!-- at noon --><feed xmlns='a'>",
        b"<!----><urlset>",
    ],
)
def test_a_feed_is_refused_as_a_page(body: bytes) -> None:
    assert refuse_bytes(body, "text/html") is not None


@pytest.mark.parametrize(
    "body",
    [b"<!-- a --><html><!-- b --><rss>", b"<!-- a --> text --> <rss>", b"<!-- --> " * 200, b"<!-- <rss>"],
)
def test_a_page_may_begin_with_comments_and_quote_a_feed(body: bytes) -> None:
    assert refuse_bytes(body, "text/html") is None
