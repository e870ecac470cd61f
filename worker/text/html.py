"""Parse HTML pages: bytes to an lxml tree that trafilatura accepts, or a Refusal.

The tree's elements are `HtmlElement` by the default lookup: lxml.html's own parser asks Python for the class
of every element, which costs 8 % of a page (measured over 219 pages).
"""

import re
from typing import TypeAlias, cast

from lxml import etree
from lxml.html import HtmlElement

from worker.outcome import Reason, Refusal
from worker.text.encoding import to_utf8
from worker.text.mojibake import without_mojibake

Tree: TypeAlias = HtmlElement

MAX_BYTES = 10_000_000
"""Larger bodies are refused: the largest article page of 700 measured has 4 MB."""

_NOT_TEXT = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x01\x00",
    b"ID3",
)
"""How files of other kinds begin (the MIME Sniffing Standard has these patterns)."""
_HTML_TYPES = ("html", "text/plain", "xml", "octet-stream")
"""Parts of media types under which pages are served, rightly or wrongly."""
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|meta|title|div|p|article|frameset|span|h1|script)\b", re.IGNORECASE
)
_FEED = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?>.*?-->)\s*+)*+<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b",
    re.I | re.S,
)
"""The beginning of a feed or a sitemap. A comment ends at its first `-->`, or each would double the time."""
_PRINTABLE = bytes(byte if (byte >= 32 and byte != 127) or byte in b"\t\n\r" else 32 for byte in range(256))
# References to what cannot be in a tree's text: lxml gives it out but does not take it back.
_BAD_REFERENCE = re.compile(
    rb"&#(?:x0*+(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f][0-9a-f]{2})(?![0-9a-f])"
    rb"|0*+(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45])(?![0-9]));?",
    re.IGNORECASE,
)
_NOT_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_COUNT = etree.XPath("count(descendant-or-self::*)")
_SNIFF = 4096
"""Bytes in which the root of a feed is looked for; tags of a page may be sixteen times as far."""
MAX_ATTRIBUTES = 500
"""Of one tag; the most on 818 pages measured are 100, and a page may have many such tags.

libxml2 compares each attribute of a tag with all before it: it takes a second for 40,000 attributes and three
minutes for 200,000.
"""
MAX_TEXT = 1_000_000
"""Characters outside of scripts; the most on 818 pages are 493,000. Code that takes the text of each element
takes each character once for each element around it: 1.7 GB were seen for 2.6 million characters."""
_LEAST_SIZE = 2
"""Bytes of the shortest element: three for its tag, for which the parser may make two elements."""
MAX_ELEMENTS = 60_000
"""A larger tree is refused, since the time of extraction grows faster than the tree. The most on 818 pages
are 9,888."""


def refuse_bytes(body: bytes, content_type: str | None) -> Refusal | None:
    """Return why these bytes cannot be a page, by size, first bytes and content type; None if they can."""
    if not body or body.isspace():
        return Refusal(Reason.EMPTY_BODY)
    if len(body) > MAX_BYTES:
        return Refusal(Reason.TOO_LARGE, f"{len(body)} bytes, the limit is {MAX_BYTES}")
    if body.startswith(_NOT_TEXT) or body[4:8] == b"ftyp":
        return Refusal(Reason.NOT_HTML, "the bytes are of a binary format")
    if _FEED.match(body[:_SNIFF]):
        return Refusal(Reason.NOT_HTML, "the document is a feed or a sitemap")
    declared = (content_type or "").partition(";")[0].strip().lower()
    has_markup = _MARKUP.search(body, 0, _SNIFF * 16) is not None
    if not has_markup and (declared and not any(kind in declared for kind in _HTML_TYPES)):
        return Refusal(Reason.NOT_HTML, f"the content type is {declared}")
    if not has_markup and body.lstrip()[:1] in (b"{", b"["):
        return Refusal(Reason.NOT_HTML, "the document is JSON")
    return None


def parse_page(body: bytes, content_type: str | None = None) -> Tree | Refusal:
    """Return a new tree of the page, without comments and processing instructions, or why there is none."""
    return refuse_bytes(body, content_type) or _parse(without_mojibake(to_utf8(body, content_type)))


def parse_html(text: str) -> Tree | Refusal:
    """Parse HTML that has already been decoded."""
    return _parse(text.encode("utf-8", "replace"))


def _parse(source: bytes) -> Tree | Refusal:
    # libxml2 ends the document at a NUL; the other control characters cannot be in a tree's text.
    source = _BAD_REFERENCE.sub(b" ", source.translate(_PRINTABLE))
    if b"\xef" in source:
        source = _NOT_CHARACTERS.sub(b" ", source)
    if has_attribute_flood(source):
        return Refusal(Reason.TOO_LARGE, f"a tag with more than {MAX_ATTRIBUTES} attributes")
    try:
        tree = _tree(source)
    except (etree.LxmlError, ValueError) as error:
        return Refusal(Reason.NOT_HTML, f"the parser gave up: {error}"[:200])
    if tree is None or not isinstance(tree.tag, str):
        return Refusal(Reason.NOT_HTML, "the document has no elements")
    _open_shadow_roots(tree)
    return _too_large(tree, len(source)) or tree


def _tree(source: bytes) -> Tree | None:
    """Parse the page, again with more end tags if the parser ignored one that closes a <div> in a browser."""
    parser = _parser()
    tree = etree.fromstring(source, parser)
    errors = parser.error_log
    if len(errors) >= _MAX_ERRORS or any(_IGNORED_END.match(error.message) for error in errors):
        ended = _with_ends(source)
        return tree if ended == source else etree.fromstring(ended, _parser())
    return tree


def _with_ends(source: bytes) -> bytes:
    """Return the page with the `</div>` that are missing inside of buttons, menus and their like.

    Their end tag closes all that is open in them (WHATWG HTML, 13.2.6.4.7). libxml2 ignores it while a <div>
    is open, and the rest of the page would be part of the button.
    """
    if source.count(b"<div") > source.count(b"</div"):
        for name in _CLOSERS:
            source = _with_ends_of(name, source)
    return source


def _with_ends_of(name: bytes, source: bytes) -> bytes:
    pieces: list[bytes] = []
    done = 0
    while (end := source.find(b"</" + name, done + 1)) >= 0:
        start = source.rfind(b"<" + name, done, end)
        pieces.append(source[done:end])
        if (
            start >= 0
            and source[start + 1 + len(name)] in _NAME_ENDS
            and source.count(b"<div", start, end) > source.count(b"</div", start, end)
        ):
            tags = [tag[1] for tag in _DIVS.finditer(source, start, end) if tag[1] is not None]
            pieces.append(b"</div>" * (len(tags) - 2 * tags.count(b"/")))
        done = end
    return b"".join([*pieces, source[done:]])


def _open_shadow_roots(tree: Tree) -> None:
    """Put declarative shadow roots where a browser shows them, with their slots filled.

    A browser prints the template of a shadow root in place of its host's content, and that content in the
    template's slots (WHATWG DOM, 4.2.2).
    """
    for root in [one for one in tree.iter("template") if _SHADOW_ROOT.intersection(one.keys())]:
        root.tag = "div"
        host = root.getparent()
        slots = {slot.get("name", ""): slot for slot in reversed(list(root.iter("slot")))}
        for child in list(host) if slots and host is not None else ():
            if child is not root and (slot := slots.get(child.get("slot", ""))) is not None:
                slot.append(child)


def _too_large(tree: Tree, size: int) -> Refusal | None:
    if size > _LEAST_SIZE * MAX_ELEMENTS and cast(float, _COUNT(tree)) > MAX_ELEMENTS:
        return Refusal(Reason.TOO_LARGE, f"more than {MAX_ELEMENTS} elements")
    if size <= MAX_TEXT:
        return None
    texts = (e.tail if e.tag in ("script", "style") else f"{e.text or ''}{e.tail or ''}" for e in tree.iter())
    if sum(len(text) for text in texts if text) > MAX_TEXT:
        return Refusal(Reason.TOO_LARGE, f"more than {MAX_TEXT} characters of text")
    return None


def _parser() -> etree.HTMLParser:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=False
    )
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


# Every repetition is possessive, so that no page makes the search look twice: 0.3 ms for a page, 0.1 s for
# 10 MB of the worst. Spaces are listed, for a set with a class in it is asked member by member.
_SPACE = r" \t\n\r\f\v"
_ATTRIBUTE = (
    rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
    rf"""(?:[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+"|'[^']*+'|[^{_SPACE}"'>][^{_SPACE}>]*+)?+)?+"""
)
_ATTRIBUTES = rf"(?:[{_SPACE}/]*+{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+[{_SPACE}/]*+"
_TAG = rf"[a-z][^{_SPACE}/>]*+{_ATTRIBUTES}(?:>|\Z)"
_COMMENT = r"!--(?:[^-]++|-(?!->))*+"
_RAW_NAMES = ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
_RAW = "|".join(
    rf"{name}(?![^{_SPACE}/>]){_ATTRIBUTES}(?<!/)>(?:[^<]++|<(?!/{name}))*+" for name in _RAW_NAMES
)
_WITHOUT_FLOOD = re.compile(
    rf"(?:[^<]*+<(?:/|(?=[instx])(?:{_RAW})|{_TAG}|{_COMMENT}|(?![a-z])))*+[^<]*+".encode(), re.IGNORECASE
)

_CLOSERS = (b"button", b"dialog", b"menu", b"nav", b"aside", b"header", b"footer")
"""Elements whose unclosed content hides the page, which is not read there."""
_IGNORED_END = re.compile(
    f"Opening and ending tag mismatch: (?:{'|'.join(map(bytes.decode, _CLOSERS))}) and "
)
"""The parser's message on an end tag of theirs that it ignored."""
_MAX_ERRORS = 100
"""libxml2 reports no more of a page (XML_MAX_ERRORS)."""
_NAME_ENDS = b" \t\n\r\f\v/>"
"""What may follow the name of a tag; anything else is part of a longer name."""
# As `_RAW`, but of any tag with such a name, so that no search begins inside one that is not closed.
_RAW_OR_TAG = "|".join(
    rf"{name}(?![^{_SPACE}/>])(?:[{_SPACE}/]*+{_ATTRIBUTE})*+[{_SPACE}/]*+"
    rf"(?:(?<!/)>(?:[^<]++|<(?!/{name}))*+|>|\Z)"
    for name in _RAW_NAMES
)
_DIVS = re.compile(rf"<(?:(?:{_RAW_OR_TAG})|{_COMMENT}|(/?)div(?=[{_SPACE}/>]))".encode())
_SHADOW_ROOT = frozenset(("shadowrootmode", "shadowroot"))
"""The attribute of the standard, and that of Chrome 90 to 110."""


def has_attribute_flood(source: bytes) -> bool:
    """Whether some tag has more than `MAX_ATTRIBUTES`. `source` is ASCII or a superset of it.

    Finds tags as a parser does (WHATWG HTML, 13.2.5): comments and raw text hold none, a quotation mark opens
    a value only after an equals sign, a tag that closes itself has no content. So neither markup inside of
    values nor an odd quote hides a flood.
    """
    read = _WITHOUT_FLOOD.match(source)
    return read is None or read.end() < len(source)
