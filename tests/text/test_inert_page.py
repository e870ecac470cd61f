"""A foreign page is shown as text in its structure: nothing of it runs, loads or leads anywhere."""

import re

import pytest
from lxml import etree, html

from worker.outcome import Refusal
from worker.text.html import parse_page
from worker.text.inert_page import KEPT, MAX_CHARACTERS, InertPage, inert_page

ATTACKS = {
    "a script": "<script>alert(1)</script>",
    "a script in svg": "<svg><script>alert(1)</script></svg>",
    "a handler": '<p onclick="alert(1)" onload=alert(1)>x</p>',
    "a link that runs": '<a href="javascript:alert(1)" ping="https://evil.example/">x</a>',
    "a picture": '<img src="https://evil.example/p.png" onerror="alert(1)" alt="x">',
    "a picture's other sources": '<picture><source srcset="https://evil.example/p"><img src=x></picture>',
    "a style that loads": '<style>@import "//evil.example/"</style><p style="background:url(//e.example)">',
    "a sheet": '<link rel=stylesheet href="//evil.example/"><link rel=preconnect href="//evil.example">',
    "a refresh": '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "a base": '<base href="https://evil.example/">',
    "a frame": '<iframe src="https://evil.example/" srcdoc="<script>alert(1)</script>"></iframe>',
    "an object": '<object data="https://evil.example/"></object><embed src="https://evil.example/">',
    "a form": '<form action="//evil.example/"><input autofocus onfocus=alert(1)><button>x</button></form>',
    "a film": '<video src="https://evil.example/v" autoplay></video><audio src="https://evil.example/a"></audio>',
    "a closed title": "<title></title><script>alert(1)</script>",
    "an attribute that breaks out": """<td colspan='1"><script>alert(1)</script>'>x</td>""",
    "a language that breaks out": """<p lang='en" onload="alert(1)'>x</p>""",
    "an alternative that breaks out": """<img alt='"><script>alert(1)</script>'>""",
    "a mutation": '<math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=alert(1)&gt;">',
    "a noscript that ends": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "a template": "<template><img src=https://evil.example/></template>",
    "an end of the body": "</body></html><script>alert(1)</script>",
}
"""What a publisher, or someone who broke into its site, may have put into a page."""


def shown(markup: str) -> InertPage:
    tree = parse_page(f"<!doctype html><body><h1>Title</h1>{markup}<p>After</p>".encode(), "text/html")
    assert not isinstance(tree, Refusal)
    return inert_page(tree)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_only_known_elements_with_harmless_attributes_come_through(attack: str) -> None:
    page = shown(attack).html
    for element in html.fragment_fromstring(page, create_parent="main").iter(etree.Element):
        if element.tag == "main":
            continue
        assert element.tag in KEPT, page
        for name, value in element.attrib.items():
            assert name in ("colspan", "rowspan", "start", "value", "lang", "dir"), page
            assert re.fullmatch(r"[A-Za-z0-9-]+", value), page
    assert "Title" in page
    assert "alert(1)" not in re.sub(r"&lt;.*?&gt;|\[picture:[^]]*\]", "", page)


def test_text_structure_direction_and_the_words_of_pictures_stay() -> None:
    page = shown(
        '<article dir="rtl" lang="ar"><h2>Sub</h2><ul><li value="3">one <b>bold</b> tail</ul>'
        '<table><tr><td colspan="2">cell</table><img alt="The harbour"><br>more</article>'
    ).html
    assert '<div lang="ar" dir="rtl"><h2>Sub</h2><ul><li value="3">one <b>bold</b> tail</li></ul>' in page
    assert '<td colspan="2">cell</td>' in page
    assert "[picture: The harbour] <br>more" in page
    assert page.endswith("<p>After</p></div>")


def test_a_page_that_is_too_long_or_too_deep_is_cut_and_stays_well_formed() -> None:
    long = shown("<p>&amp;&amp;</p>" * 59_000 + "<p>" + "&lt;" * 400_000 + "</p><p>" + "x" * 100 + "</p>")
    assert long.is_cut
    assert len(long.html) < 3 * MAX_CHARACTERS
    deep = shown("<div>" * 200 + "deep" + "</div>" * 200)
    assert "deep" in deep.html
    for page in (long.html, deep.html):
        opened = re.findall(r"<([a-z0-9]+)", page)
        closed = re.findall(r"</([a-z0-9]+)", page)
        assert len(opened) == len(closed)
    assert deep.html.count("<div>") < 100
