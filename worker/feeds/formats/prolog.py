"""The beginning of an XML document: its document type and the name of its root element.

Publishers put comments of many kilobytes, stylesheets and stray text before the root, and quote document
types inside their items. So the beginning is read piece by piece as XML defines it (XML 1.0, section 2.8),
and anything after the root's tag is ignored. Linear in the length of the document.
"""

import re
from dataclasses import dataclass

# What can begin in front of the root element.
_START = re.compile(rb"<(?:(!--)|(\?)|(!\[CDATA\[)|(!DOCTYPE\b)|(!)|([^\W\d][\w.:-]*))", re.IGNORECASE)
# Inside a document type: quotes, the internal subset, comments, instructions, the end.
_IN_DOCTYPE = re.compile(rb"<!--|<\?|[\"'\[\]>]")
_CLOSED_BY = {b"<!--": b"-->", b"<?": b"?>", b'"': b'"', b"'": b"'"}


@dataclass(frozen=True, slots=True)
class Prolog:
    """The part of a document in front of its root element.

    `root` is the root's local name in lower case, "" without one. The document type is
    `body[doctype_start:doctype_end]`, empty if there is none.
    """

    root: str = ""
    doctype_start: int = 0
    doctype_end: int = 0


def prolog_of(body: bytes) -> Prolog:
    """Return the beginning of `body`, which is in ASCII or an encoding that extends it. Never raises."""
    start = end = at = 0
    while found := _START.search(body, at):
        comment, instruction, quoted, doctype, _, name = found.groups()
        if name:
            root = name.rpartition(b":")[2].decode("ascii", "replace").lower()
            return Prolog(root, start, end)
        if doctype:
            at = _doctype_end(body, found.end())
            if not end:
                start, end = found.start(), at
            continue
        closing = b"-->" if comment else b"?>" if instruction else b"]]>" if quoted else b">"
        closed = body.find(closing, found.end())
        if closed < 0:
            break
        at = closed + len(closing)
    return Prolog("", start, end)


def doctype_of(body: bytes) -> bytes:
    """Return the document type of `body`, empty without one."""
    prolog = prolog_of(body)
    return body[prolog.doctype_start : prolog.doctype_end]


def without_doctype(body: bytes) -> bytes:
    """Return `body` without its document type."""
    prolog = prolog_of(body)
    return body[: prolog.doctype_start] + body[prolog.doctype_end :]


def _doctype_end(body: bytes, at: int) -> int:
    """Return where the document type that began before `at` ends."""
    depth, unclosed = 0, set[bytes]()
    while found := _IN_DOCTYPE.search(body, at):
        at, mark = found.end(), found[0]
        if mark == b">":
            # Declarations of the internal subset end with the same sign.
            if depth <= 0:
                return at
        elif mark in b"[]":
            depth += 1 if mark == b"[" else -1
        elif mark not in unclosed:
            closing = _CLOSED_BY[mark]
            closed = body.find(closing, at)
            if closed < 0:
                unclosed.add(mark)
            else:
                at = closed + len(closing)
    return len(body)
