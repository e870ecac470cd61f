"""Parses the XML of a feed: once unchanged, and again after repairing what publishers often get wrong.

Errors that leave no doubt about the structure are repaired: bare ampersands, HTML's entities, references to
characters that do not exist, control characters, text before the first tag. Undeclared prefixes, a missing
end and text after the end are accepted. A document whose tags do not match is not read here, since libxml2
would put the rest of the document into the wrong element.
"""

import re
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from worker.feeds.formats.prolog import prolog_of
from worker.text.plain import collapsed

_REFERENCE = re.compile(rb"&(#\d+;|#[xX][0-9a-fA-F]+;|\w+;)?")
_PAIR = re.compile(rb"&#(x?)([0-9a-f]{4,5});&#(x?)([0-9a-f]{4,5});", re.IGNORECASE)
# What `mend_xml` looks for (XML 1.0): entities, the declaration, forbidden controls.
_LITERAL = re.compile(rb"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_XML_NAMES = frozenset((b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"))
_HARMLESS = frozenset(
    {
        etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE,
        etree.ErrorTypes.NS_ERR_XML_NAMESPACE,
        etree.ErrorTypes.WAR_NS_URI,
        etree.ErrorTypes.WAR_NS_URI_RELATIVE,
        etree.ErrorTypes.WAR_NS_COLUMN,
        etree.ErrorTypes.WAR_UNDECLARED_ENTITY,
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
        etree.ErrorTypes.ERR_DOCUMENT_END,
        etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
        etree.ErrorTypes.ERR_LTSLASH_REQUIRED,
        etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED,
    }
)
"""Errors after which libxml2's tree is what the publisher meant, without the faulty place."""
_LONGEST_FAULT = 200
"""Characters of a parser's message that go into a warning."""


class XmlTree(NamedTuple):
    """The root, and the first error of the parser (empty for a well-formed document)."""

    root: etree._Element
    fault: str

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to report of the error; empty for a well-formed document."""
        return (f"malformed: {collapsed(self.fault)[:_LONGEST_FAULT]}",) if self.fault else ()


def xml_tree(body: bytes) -> XmlTree | None:
    """Return the tree of `body` (UTF-8); None if it is not well-formed even after repairs."""
    body = body.lstrip()  # many feeds begin with a blank line, which XML forbids
    parser = _parser()
    has_doctype = b"<!DOCTYPE" in body and prolog_of(body).doctype_end
    root = None if has_doctype else _root(body, parser)
    if root is not None and not parser.error_log:
        return XmlTree(root, "")
    faults = [error.message for error in parser.error_log]
    parser = _parser()
    root = _root(mend_xml(body), parser)
    if root is None or any(error.type not in _HARMLESS for error in parser.error_log):
        return None
    faults += [error.message for error in parser.error_log]
    return XmlTree(root, faults[0] if faults else "")


def mend_xml(body: bytes) -> bytes:
    """Return `body` with what XML forbids removed or spelled as XML allows."""
    body = body[max(body.find(b"<"), 0) :]
    declaration = _DECLARATION.search(body)
    if declaration and declaration.start():
        body = declaration[0] + body[: declaration.start()] + body[declaration.end() :]
    prolog = prolog_of(body)
    declared = _LITERAL.findall(body, prolog.doctype_start, prolog.doctype_end)
    literals = {name + b";": one or other for name, one, other in declared}
    body = body[: prolog.doctype_start] + body[prolog.doctype_end :]
    body = _CONTROLS.sub(b"", body)
    first, *others = body.split(b"<![CDATA[")
    mended = [_with_references(first, literals)]
    for piece in others:
        inside, end, after = piece.partition(b"]]>")
        mended.append(inside + end + _with_references(after, literals))
    return b"<![CDATA[".join(mended)


def _with_references(text: bytes, literals: dict[bytes, bytes]) -> bytes:
    if b"&" not in text:
        return text
    text = _PAIR.sub(_joined, text)
    return _REFERENCE.sub(lambda found: _reference(found[1] or b"", literals), text)


def _reference(name: bytes, literals: dict[bytes, bytes]) -> bytes:
    if name.startswith(b"#"):
        return b"&" + name if _is_character(_number(name[1:-1])) else b""
    if name in _XML_NAMES:
        return b"&" + name
    if name in literals:
        return literals[name]
    meant = html5.get(name.decode("ascii", errors="replace")) if name else None
    return "".join(f"&#{ord(character)};" for character in meant).encode() if meant else b"&amp;" + name


def _joined(pair: re.Match[bytes]) -> bytes:
    """Two references to the halves of a surrogate pair, as one to the character that they mean."""
    high, low = _number(pair[1] + pair[2]), _number(pair[3] + pair[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return pair[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _number(digits: bytes) -> int:
    """The number in a reference; beyond all characters if it is too long or malformed."""
    hexadecimal = digits[:1] in (b"x", b"X")
    digits = digits.lstrip(b"xX").lstrip(b"0")
    try:
        return int(digits or b"0", 16 if hexadecimal else 10) if len(digits) < 9 else 0x110000
    except ValueError:
        return 0x110000


def _is_character(value: int) -> bool:
    """Whether XML 1.0 (section 2.2) allows the character."""
    return (
        value in (9, 10, 13)
        or 0x20 <= value < 0xD800
        or 0xE000 <= value < 0xFFFE
        or 0xFFFF < value < 0x110000
    )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def _root(body: bytes, parser: etree.XMLParser) -> etree._Element | None:
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None
    return root
