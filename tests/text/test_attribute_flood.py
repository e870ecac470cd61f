"""A tag with thousands of attributes is refused before the parser sees it, however it is disguised."""

import time

import pytest

from tests.extract.pages import EN, Item, article_html, page
from tests.extract.read import article, refused
from worker.outcome import Reason
from worker.text.html import MAX_ATTRIBUTES, has_attribute_flood

FORMS = (b" a%d", b" a%d=1", b"/a%d", b' a%d="1"', b"a%d=''", b' a%d="<b x>"', b"\na%d = '>'", b" <%d")
DISGUISES = (
    *(b"", b'<script>a<b="</script>', b'<!-- <a b=" -->', b"<title><a b='</title>", b'<p ">', b'<p =">'),
    *(b'<p a==">', b'<p a=b">', b"<TEXTAREA><a b='</textarea>", b"<p a='\"'>", b"<svg><title/>"),
)


def flood(form: bytes, count: int = MAX_ATTRIBUTES + 1) -> bytes:
    return b"<div " + b"".join(form % number for number in range(count)) + b">"


@pytest.mark.parametrize("form", FORMS)
def test_attributes_are_counted_in_every_form(form):
    assert has_attribute_flood(b"<p>" + flood(form) + b"<p>")
    assert not has_attribute_flood(b"<p>" + flood(form, MAX_ATTRIBUTES) + b"<p>")


@pytest.mark.parametrize("name", [b"p", b"script", b"TITLE", b"x-y"])
def test_attributes_are_counted_in_every_tag(name):
    assert has_attribute_flood(flood(b" a%d='>'").replace(b"<div", b"<" + name))


@pytest.mark.parametrize("before", DISGUISES)
def test_no_markup_before_a_flood_hides_it(before):
    assert has_attribute_flood(before + flood(b" a%d") + b"\"'</div>")


@pytest.mark.parametrize(
    "innocent",
    [
        b"<p>" + b"word " * 5_000,
        b"<script>if (a <b) { " + b"x = 1; " * 5_000 + b"}</script>",
        b"<!-- <a " + b"x " * 5_000 + b"-->",
        b'<p title="' + b"word " * 5_000 + b'">',
        b"<p class=x>" * 5_000,
    ],
    ids=["text", "script", "comment", "value", "many tags"],
)
def test_only_attributes_of_one_tag_are_counted(innocent):
    assert not has_attribute_flood(innocent)


@pytest.mark.parametrize(
    "piece", [b"<a", b'<a "', b"<!--", b"<a x='", b"<script>", b"=", b"<a b = ", b"<a b" + b" " * 900]
)
def test_the_check_of_ten_megabytes_is_fast(piece):
    start = time.process_time()
    has_attribute_flood(piece * (10_000_000 // len(piece)))
    assert time.process_time() - start < 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_page_with_a_flood_is_refused_in_any_encoding(encoding):
    hostile = page(article_html()).replace(b"<article>", flood(b" a%d='<'", 200_000) + b"<article>")
    assert refused(hostile.decode().encode(encoding)) == Reason.TOO_LARGE


def test_a_flood_in_the_content_of_a_feed_entry_is_safe():
    entry = Item(content=flood(b" a%d='<'", 200_000).decode() + article_html(EN * 3))
    assert article(page(article_html()), entry=entry).text.startswith(EN[0])
    assert refused(page("<p>short</p>"), entry=entry) == Reason.TOO_SHORT
