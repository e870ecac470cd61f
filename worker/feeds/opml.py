"""Subscription lists that feed readers import and export (OPML 2.0)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.entities import html5
from itertools import takewhile

from lxml import etree

from worker.feeds.formats.prolog import prolog_of, without_doctype
from worker.feeds.formats.xml_guard import refuse_hostile_xml
from worker.text.encoding import to_utf8
from worker.text.plain import collapsed, storable
from worker.urls import join

_REFERENCE = re.compile(rb"&(#\d+;|#[xX][0-9a-fA-F]+;|\w+;)?")
# Control characters, our own names in OPML, and the entities that XML knows itself.
_C1 = re.compile("[\x7f-\x9f]")
_NAMESPACE = "urn:wiredesk:opml"
_SELECTOR = f"{{{_NAMESPACE}}}selector"
_FEED_TYPES = frozenset({"rss", "atom", "rdf", "feed", "listing"})
# The end of the document, and the attributes of feeds, to notice what the parser could not read.
_END = re.compile(rb"</(?:[\w.-]+:)?opml\s*>|<(?:[\w.-]+:)?opml[^<>]*/>", re.IGNORECASE)
_ADDRESS = re.compile(rb"\sxmlurl\s*=", re.IGNORECASE)
# A comment. One that is never closed runs to the end of the document, so that the search stays linear.
_COMMENT = re.compile(rb"<!--.*?(?:(-->)|\Z)", re.DOTALL)
_XML_NAMES = frozenset((b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"))


class OpmlError(ValueError):
    """The document is not a list of feeds, or is dangerous to parse; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """A feed in a list: absolute http(s) address, title ("" if missing) and folders.

    `labels` come from the attribute `category` (OPML 2.0: separated by commas). With `listing` it is not a
    feed but a page that lists articles, whose links `selector` names."""

    url: str
    title: str = ""
    folders: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    listing: bool = False
    selector: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """What a list names and cannot be subscribed to: the address as written, if any, and why, in one line."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class OpmlList:
    """A list that was read: its feeds in order, duplicates included, and everything else that it names."""

    feeds: tuple[OpmlFeed, ...]
    unread: tuple[Unread, ...] = ()


def is_opml(body: bytes) -> bool:
    """Return whether the root of the document is OPML's, in any encoding and with any prefix."""
    return prolog_of(to_utf8(body, xml=True)).root == "opml"


def read_list(body: bytes) -> OpmlList:
    """Return the feeds of an OPML document, and each outline that is neither a feed nor a folder.

    Says so when the file breaks off, and when addresses are in places that cannot be read. Raises `OpmlError`
    as `read` does.
    """
    text = to_utf8(body, xml=True)
    root = _parse(body, text)
    feeds: list[OpmlFeed] = []
    unread: list[Unread] = []
    outlines = [node for node in root.iter(etree.Element) if _name(node) == "outline"]
    for outline in outlines:
        if feed := _feed(outline):
            feeds.append(feed)
        elif (address := _address(outline)) or not len(outline):
            unread.append(Unread(address, _why_not(outline, address)))
    written = _ADDRESS.findall(_COMMENT.sub(lambda found: b"" if found[1] else found[0], text))
    if _name(root) == "opml" and not _END.search(text):
        last = outlines[-1] if outlines else None
        is_cut = not text[text.rfind(b"<") :].rstrip().endswith(b">")
        if is_cut and last is not None and not len(last) and not _feed(last):
            unread.pop()  # the outline in which it breaks off
        line = text.rstrip().count(b"\n") + 1
        unread.append(Unread("", f"the file breaks off at line {line}; {len(feeds)} feeds were readable"))
    elif (lost := len(written) - sum(1 for outline in outlines if _attribute(outline, "xmlurl"))) > 0:
        unread.append(Unread("", f"{lost} outlines with an xmlUrl are not well-formed and could not be read"))
    return OpmlList(tuple(feeds), tuple(unread))


def read(body: bytes) -> list[OpmlFeed]:
    """Return the feeds of an OPML document in its order, duplicates included.

    Accepts attribute names in any case, bare ampersands, HTML entities and missing ends. Outlines without an
    address are folders; those with an address that cannot be fetched are left out. Raises `OpmlError` if the
    document is not OPML or defines entities that expand.
    """
    return list(read_list(body).feeds)


def write(feeds: Iterable[OpmlFeed], *, title: str) -> bytes:
    """Return an OPML 2.0 document from which `read` gives the same feeds in the same order and folders.

    Consecutive feeds of the same folder share it, so sort by folder for a tidy file. A comma in a label is
    written as a semicolon.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"wiredesk": _NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _label(title)
    path: list[tuple[str, etree._Element]] = [("", etree.SubElement(root, "body"))]
    for feed in feeds:
        folder = _enter(path, feed.folders)
        etree.SubElement(folder, "outline", _attributes(feed))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _label(text: str) -> str:
    # XML allows the C1 controls, and terminals interpret them.
    return storable(_C1.sub("", text))


def _attributes(feed: OpmlFeed) -> dict[str, str]:
    kind = "listing" if feed.listing else "rss"
    found = {"type": kind, "text": _label(feed.title), "xmlUrl": _label(feed.url)}
    if feed.labels:
        found["category"] = ",".join(_label(label).replace(",", ";") for label in feed.labels)
    if feed.selector:
        found[_SELECTOR] = _label(feed.selector)
    return found


def _enter(path: list[tuple[str, etree._Element]], folders: tuple[str, ...]) -> etree._Element:
    """Move `path`, the open outlines from the body down, to `folders`; return the innermost."""
    opened = zip(folders, (name for name, _ in path[1:]), strict=False)
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], opened)))
    del path[1 + shared :]
    for name in folders[shared:]:
        path.append((name, etree.SubElement(path[-1][1], "outline", text=_label(name))))
    return path[-1][1]


def _parse(body: bytes, text: bytes) -> etree._Element:
    """Return the root; `body` is the document as it came, `text` the same in UTF-8."""
    if refused := refuse_hostile_xml(body):
        raise OpmlError(f"the OPML document is dangerous to parse: {refused.detail}")
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        root = etree.fromstring(_repaired(without_doctype(text)), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        raise OpmlError("not an OPML document: it is not XML")
    if _name(root) != "opml" and not any(_name(node) == "outline" and _feed(node) for node in root.iter()):
        raise OpmlError(f"not an OPML document: it begins with <{_name(root)[:40]}> and lists no feed")
    return root


def _repaired(body: bytes) -> bytes:
    """`body` from its first tag on, with its ampersands spelled as XML requires."""
    if b"\0" in body[:4]:
        return body
    return _REFERENCE.sub(lambda found: _reference(found[1] or b""), body[max(body.find(b"<"), 0) :])


def _reference(name: bytes) -> bytes:
    if name.startswith(b"#") and not _is_character(name[1:-1]):
        return b"&#xFFFD;"
    if name.startswith(b"#") or name in _XML_NAMES:
        return b"&" + name
    meant = html5.get(name.decode("ascii", errors="replace"))
    return "".join(f"&#{ord(character)};" for character in meant).encode() if meant else b"&amp;" + name


def _is_character(number: bytes) -> bool:
    """Whether a reference names a character. Surrogate halves do not, though libxml2 accepts them."""
    digits = number.lower().removeprefix(b"x")
    code = int(digits[:9], 16 if digits != number else 10)
    return 0 < code < 0x110000 and not 0xD800 <= code < 0xE000


def _address(outline: etree._Element) -> str:
    """The address of a feed. Some programs write `url` for `xmlUrl`; elsewhere it is that of a page."""
    address = _attribute(outline, "xmlurl")
    if not address and _attribute(outline, "type").strip().lower() in _FEED_TYPES:
        address = _attribute(outline, "url")
    return address.strip()


def _why_not(outline: etree._Element, address: str) -> str:
    title = _title(outline)[:80]
    place = f"line {outline.sourceline}" + (f", {title!r}" if title else "")
    if address:
        return f"{place}: {address[:200]!r} is not an http or https address"
    kind = _attribute(outline, "type").strip()[:40]
    if kind and kind.lower() not in _FEED_TYPES:
        return f"{place}: an outline of type {kind!r} is not a feed"
    return f"{place}: the outline has no xmlUrl and nothing inside"


def _feed(outline: etree._Element) -> OpmlFeed | None:
    url = join("", _address(outline))
    if not url:
        return None
    above = reversed([node for node in outline.iterancestors() if _name(node) == "outline"])
    folders = (_title(other) for other in above if not _attribute(other, "xmlurl"))
    categories = (collapsed(one).strip("/") for one in _attribute(outline, "category").split(","))
    return OpmlFeed(
        url,
        _title(outline),
        folders=tuple(name for name in folders if name),
        labels=tuple(dict.fromkeys(one for one in categories if one)),
        listing=_attribute(outline, "type").lower() == "listing",
        selector=outline.get(_SELECTOR),
    )


def _title(outline: etree._Element) -> str:
    return collapsed(_attribute(outline, "title") or _attribute(outline, "text"))


def _attribute(outline: etree._Element, name: str) -> str:
    return next((str(value) for key, value in outline.attrib.items() if str(key).lower() == name), "")


def _name(element: etree._Element) -> str:
    # QName would raise on names that a recovering parser accepts.
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
