"""Plain text and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.plain import absolute_link, plain_text, storable

BASE = "https://p.example/dir/page?q=1"


@pytest.mark.parametrize(
    "markup, text",
    [
        ("a<br>b", "a b"),
        ("<p>a</p><p>b</p>", "a b"),
        ("<b>a</b>b", "ab"),
        ("a<!-- <b> -->b", "ab"),
        ("a<script>x()</script>b<style>y{}</style>c", "abc"),
        ("a<script src=/ad.js> text<script>x()</script>b", "a textb"),
        ("a<script>w('<script>y()<\\/script>')</script>b", "ab"),
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("5 < 6", "5 < 6"),
        ("<![CDATA[a]]>", "a"),
        ("a&#0;b", "a\ufffdb"),
    ],
)
def test_markup_becomes_one_plain_line(markup: str, text: str) -> None:
    assert plain_text(markup, markup=True) == text


def test_plain_text_keeps_its_angle_brackets_and_ampersands() -> None:
    assert plain_text(" <b>\n&amp; ", markup=False) == "<b> &amp;"


@pytest.mark.parametrize(
    "reference", ["&#0;", "&#x0;", "&#8;", "&#x1F;", "&#00031;", "&#127;", "\0", "\ud800", "\x1b"]
)
def test_characters_that_cannot_be_stored_are_dropped(reference: str) -> None:
    assert storable(f"a{reference}b") == "ab"


@pytest.mark.parametrize("reference", ["&#8217;", "&#x1F600;", "&#10;", "&#9;", "&#160;", "\n", "\t", "é"])
def test_characters_that_can_be_stored_are_kept(reference: str) -> None:
    assert storable(f"a{reference}b") == f"a{reference}b"


@pytest.mark.parametrize(
    "link, whole",
    [
        ("#part", "https://p.example/dir/page?q=1#part"),
        ("?q=2", "https://p.example/dir/page?q=2"),
        ("../up", "https://p.example/up"),
        ("https://o.example/a\n  b", "https://o.example/ab"),
        ("java\nscript:x", None),
        (" JAVASCRIPT:x", None),
        ("https://", None),
        (None, None),
    ],
)
def test_an_address_is_absolute_or_none(link: str | None, whole: str | None) -> None:
    assert absolute_link(BASE, link) == whole


@given(st.text(max_size=40))
def test_any_link_resolves_to_an_http_address_or_none(link: str) -> None:
    whole = absolute_link(BASE, link)
    assert whole is None or whole.startswith(("http://", "https://"))
