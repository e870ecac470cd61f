"""HTML that came inside a feed, made safe and self-contained: nothing active, links absolute.

Only elements and attributes known to be harmless pass; of the others the text stays, except where the
element's text is code. The result is serialised from a tree, so it means to a browser what it meant here.
"""

import html

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from worker.text.html import has_attribute_flood
from worker.text.plain import absolute_link, plain_text, storable, without_lost_scripts

# Elements and attributes that cannot run, load or submit anything (HTML Standard; font, center and their like
# are what feeds of twenty years hold).
_ELEMENTS = """
    a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col
    colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i
    img ins kbd li main map mark nav ol p picture pre q rp rt ruby s samp section small source span
    strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr
"""
HARMLESS_ELEMENTS = frozenset(_ELEMENTS.split())

_DROPPED_WITH_TEXT = frozenset(("script", "style", "applet", "template"))
"""Elements whose text is code, or is not shown."""
_RAW_TEXT = frozenset(("iframe", "noembed", "noframes", "noscript", "plaintext", "xmp", "textarea"))
"""Elements whose text parsers leave unparsed (HTML, section 13.2.6.4.7), though it may be markup."""

# Attributes that only describe or lay out.
_PLAIN_ATTRIBUTES = """
    abbr align alt class colspan controls datetime dir height id lang loop muted rowspan scope span start
    title type value width
"""
_ATTRIBUTES = frozenset(_PLAIN_ATTRIBUTES.split())
_ADDRESSES = frozenset(("href", "src", "cite", "poster"))
"""Attributes whose value is resolved, and dropped if it is not http(s)."""
_OTHER_SCHEMES = ("mailto:", "tel:")
"""Schemes that a link may have besides: they open a program that asks first."""
_NO_TAGS = {ord("<"): "%3C", ord(">"): "%3E"}
"""lxml leaves angle brackets in attributes, as HTML allows; they mislead readers that search for tags."""
_PASSES = 4
"""Times that markup is parsed at most. The 8,847 texts of the corpus feeds need two; more is a guess."""
_LONG = 8000
"""Characters below which no tag has enough attributes to take the parser long."""


def clean_html(markup: str, base: str) -> str:
    """Return `markup` without active parts, its links resolved against `base`; text without tags as given.

    Of markup that has a flood of attributes only the text is kept.
    """
    markup = without_lost_scripts(storable(markup))
    if len(markup) > _LONG and has_attribute_flood(markup.encode("utf-8", "replace")):
        return html.escape(plain_text(markup, markup=True), quote=False)
    for _ in range(_PASSES):
        if "<" not in markup:
            break
        markup, opened = _cleaned(markup, base)
        if not opened:
            break
    return markup


def _cleaned(markup: str, base: str) -> tuple[str, bool]:
    """Clean once, and say whether the result has to be parsed again.

    It has to where an element was taken from around others: these may now be where a browser would not leave
    them, such as a paragraph inside a paragraph.
    """
    try:
        document: HtmlElement = document_fromstring(markup, parser=HTMLParser(recover=True, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, IndexError, ValueError):
        return html.escape(markup, quote=False), False
    opened = [_judge(node, base) for node in list(document.iterdescendants())]
    return _inner(document).strip(), any(opened)


def clean_plain_text(text: str, base: str) -> str:
    """Return text that the feed calls plain, as HTML: its tags are markup only if some of them are closed."""
    closed = "</" in text or "/>" in text
    return clean_html(text, base) if closed or "<" not in text else html.escape(storable(text), quote=False)


def _judge(node: HtmlElement, base: str) -> bool:
    """Keep, clean or remove an element; return whether it was removed from around others that stay."""
    tag = node.tag
    if not isinstance(tag, str) or tag in _DROPPED_WITH_TEXT:
        node.drop_tree()
    elif tag in _RAW_TEXT:
        node.text = plain_text(node.text or "", markup=True)
        node.drop_tag()
    elif tag not in HARMLESS_ELEMENTS:
        # The parser itself puts a body around everything.
        opened = tag != "body" and len(node) > 0
        node.drop_tag()
        return opened
    else:
        _judge_attributes(node, base)
    return False


def _judge_attributes(node: HtmlElement, base: str) -> None:
    for name, value in node.attrib.items():
        if name == "xlink:href" and "href" not in node.attrib and (address := _address("href", value, base)):
            node.set("href", address)
        if name in _ADDRESSES and (address := _address(name, value, base)):
            node.set(name, address)
        elif name not in _ATTRIBUTES:
            del node.attrib[name]


def _address(name: str, value: str, base: str) -> str | None:
    if name == "href" and value.strip().lower().startswith(_OTHER_SCHEMES):
        return value.strip().translate(_NO_TAGS)
    address = absolute_link(base, value)
    return address and address.translate(_NO_TAGS)


def _inner(parent: HtmlElement) -> str:
    first = html.escape(parent.text or "", quote=False)
    return first + "".join(tostring(child, encoding="unicode") for child in parent)
