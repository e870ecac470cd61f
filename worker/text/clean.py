"""HTML that came inside a feed, made safe and self-contained: nothing active, links absolute.

Only elements and attributes known to be harmless pass; of the others the text stays, except where the
element's text is code. The result is serialised from a tree, so it means to a browser what it meant here.
"""

import html

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from worker.text.html import has_attribute_flood
from worker.text.plain import absolute_link, plain_text, storable, without_lost_scripts

_ELEMENTS = """
    a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col
    colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i
    img ins kbd li main map mark nav ol p picture pre q rp rt ruby s samp section small source span
    strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr
"""
HARMLESS_ELEMENTS = frozenset(_ELEMENTS.split())
_DROPPED_WITH_TEXT = frozenset(("script", "style", "applet", "template"))
# Their text is not parsed (HTML, section 13.2.6.4.7): markup for those who do not show the frame.
_RAW_TEXT = frozenset(("iframe", "noembed", "noframes", "noscript", "plaintext", "xmp", "textarea"))
_PLAIN_ATTRIBUTES = """
    abbr align alt class colspan controls datetime dir height id lang loop muted rowspan scope span start
    title type value width
"""
_ATTRIBUTES = frozenset(_PLAIN_ATTRIBUTES.split())
_ADDRESSES = frozenset(("href", "src", "cite", "poster"))
_PASSES = 4
# Shorter than this, no tag can have so many attributes that it would take long.
_LONG = 8000
# lxml leaves them in attributes, as HTML allows; who looks for tags by a pattern would find some.
_NO_TAGS = {ord("<"): "%3C", ord(">"): "%3E"}
_OTHER_SCHEMES = ("mailto:", "tel:")


def clean_html(markup: str, base: str) -> str:
    """`markup` without active parts, its links resolved against `base`; text without tags stays as it is.

    Of markup in which a tag has attributes beyond all reason only the text is kept.
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
    """One pass, and whether it took away an element around others: these may then stand where a browser would
    not leave them (a paragraph inside a paragraph), so that what remains must be read again."""
    try:
        document: HtmlElement = document_fromstring(markup, parser=HTMLParser(recover=True, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, IndexError, ValueError):
        return html.escape(markup, quote=False), False
    opened = [_judge(node, base) for node in list(document.iterdescendants())]
    return _inner(document).strip(), any(opened)


def clean_plain_text(text: str, base: str) -> str:
    """Text said to be plain: tags in it are markup only where some are closed, as publishers mean it."""
    closed = "</" in text or "/>" in text
    return clean_html(text, base) if closed or "<" not in text else html.escape(storable(text), quote=False)


def _judge(node: HtmlElement, base: str) -> bool:
    """Keep, mend or take away an element; whether it was taken from around elements that stay."""
    tag = node.tag
    if not isinstance(tag, str) or tag in _DROPPED_WITH_TEXT:
        node.drop_tree()
    elif tag in _RAW_TEXT:
        node.text = plain_text(node.text or "", markup=True)
        node.drop_tag()
    elif tag not in HARMLESS_ELEMENTS:
        # The body that the parser itself puts around everything is no one's markup.
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
