"""Subscription lists that feed readers import and export (OPML 2.0)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.entities import html5
from itertools import takewhile

from lxml import etree

from worker.feeds.formats.xml_guard import refuse_hostile_xml
from worker.text.encoding import to_utf8
from worker.text.plain import collapsed, storable
from worker.urls import join

_REFERENCE = re.compile(rb"&(#\d+;|#[xX][0-9a-fA-F]+;|\w+;)?")
# Control characters, our own names in OPML, and the entities that XML knows itself.
_C1 = re.compile("[\x7f-\x9f]")
_NAMESPACE = "urn:wiredesk:opml"
_SELECTOR = f"{{{_NAMESPACE}}}selector"
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


def read(body: bytes) -> list[OpmlFeed]:
    """Return the feeds of an OPML document in its order, duplicates included.

    Accepts attribute names in any case, bare ampersands, HTML entities and missing ends. Outlines without an
    address are folders; those with an address that cannot be fetched are left out. Raises `OpmlError` if the
    document is not OPML or defines entities that expand.
    """
    root = _parse(body)
    feeds = [feed for outline in root.iter("{*}outline") if (feed := _feed(outline))]
    if not feeds and _name(root) != "opml":
        raise OpmlError(f"not an OPML document: it begins with <{_name(root)[:40]}> and lists no feed")
    return feeds


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


def _parse(body: bytes) -> etree._Element:
    if refused := refuse_hostile_xml(body):
        raise OpmlError(f"the OPML document is dangerous to parse: {refused.detail}")
    body = to_utf8(body, xml=True)
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        root = etree.fromstring(_repaired(body), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        raise OpmlError("not an OPML document: it is not XML")
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


def _feed(outline: etree._Element) -> OpmlFeed | None:
    url = join("", _attribute(outline, "xmlurl"))
    if not url:
        return None
    above = reversed([*outline.iterancestors("{*}outline")])
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
    return str(element.tag).rpartition("}")[2].lower()
