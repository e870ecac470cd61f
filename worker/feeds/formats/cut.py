"""Removes known items from a feed before it is parsed: most polls show nothing new, and parsing costs most.

One pass of expat finds where each item begins and ends. An item is recognised by a hash of its bytes;
neighbours, order and the root's namespaces do not matter. The rest of the document stays the same byte for
byte, so parsing what is left gives the same entries as parsing the whole, without the known ones.
"""

import hashlib
import re
from dataclasses import dataclass
from xml.parsers import expat

from worker.feeds.formats.prolog import doctype_of
from worker.text.encoding import opaque_codecs

_ITEMS = frozenset(("item", "entry"))
DEPTH = 256
"""Nested elements; libxml2 allows as many."""
ATTRIBUTES = 500
"""Attributes of an element: parsers compare each with all others, in quadratic time."""
# The start tags of items: RSS, RDF and Atom, with any prefix.
_BEGINNINGS = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A document without its known items: `body` has the new ones.

    `hashes` are those of all items in order (each fits a PostgreSQL bigint), except of the `left` new items
    beyond the limit. `known` is how many items were removed. `hostile` says why the document must not be
    read."""

    body: bytes
    hashes: tuple[int, ...] = ()
    known: int = 0
    left: int = 0
    hostile: str | None = None


def cut(body: bytes, known: frozenset[int], *, most: int | None = None) -> Cut:
    """Return `body` without the items whose hash is in `known`, and with the first `most` of the others.

    A body that is not well-formed XML in an encoding that extends ASCII is returned unchanged, without
    hashes; if it has more than `most` items, it ends after those."""
    whole = body.lstrip()  # many feeds begin with a blank line, which XML forbids
    try:
        spans = _spans(whole)
    except _HostileXml as error:
        return Cut(body, hostile=str(error))
    if not spans:
        return _shortened(body, most)
    hashes = [_hash(whole[start:end]) for start, end in spans]
    new = [at for at, value in enumerate(hashes) if value not in known]
    left = frozenset(new[most:] if most is not None else ())
    gone = [span for at, span in enumerate(spans) if at in left or hashes[at] in known]
    kept = tuple(value for at, value in enumerate(hashes) if at not in left)
    return Cut(_without(whole, gone) if gone else body, kept, len(gone) - len(left), len(left))


def _shortened(body: bytes, most: int | None) -> Cut:
    begins = [found.start() for found in _BEGINNINGS.finditer(body)] if most is not None else []
    if most is None or len(begins) <= most:
        return Cut(body)
    return Cut(body[: begins[most]], left=len(begins) - most)


def _hash(item: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(item, digest_size=8).digest(), signed=True)


def _without(body: bytes, spans: list[tuple[int, int]]) -> bytes:
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(body)]
    return b"".join(body[start:end] for start, end in zip(starts, ends, strict=True))


def _spans(body: bytes) -> list[tuple[int, int]]:
    """Where the outermost items begin and end in `body`; empty if it is not well-formed."""
    if b"\0" in body[:4] or _declares_entities(body) or opaque_codecs(body, None):
        return []
    scan = _Scan(body)
    try:
        scan.run()
    except (expat.ExpatError, ValueError, LookupError):
        return []
    return scan.spans


def _declares_entities(body: bytes) -> bool:
    return b"<!ENTITY" in body and b"<!ENTITY" in doctype_of(body)


class _HostileXml(Exception):
    """The document would take very long to parse; the message says why."""


class _Scan:
    """Collects the positions of items while expat parses. Items inside items belong to the outer one."""

    def __init__(self, body: bytes) -> None:
        """Prepare a parser of `body`; nothing outside the document is ever read."""
        self.spans: list[tuple[int, int]] = []
        self._body = body
        self._depth = 0
        self._level = 0
        self._start = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed

    def run(self) -> None:
        """Parse the whole document; raise ExpatError if it is not well-formed."""
        self._parser.Parse(self._body, True)

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        self._level += 1
        if self._level > DEPTH:
            raise _HostileXml(f"elements are nested more than {DEPTH} deep")
        if len(attributes) > ATTRIBUTES:
            raise _HostileXml(f"an element has more than {ATTRIBUTES} attributes")
        if name.rpartition(":")[2] in _ITEMS:
            if not self._depth:
                self._start = self._parser.CurrentByteIndex
            self._depth += 1

    def _closed(self, name: str) -> None:
        self._level -= 1
        if name.rpartition(":")[2] in _ITEMS:
            self._depth -= 1
            if not self._depth:
                # For an empty element (<item/>) expat reports its beginning, else its end tag.
                end = self._body.index(b">", self._parser.CurrentByteIndex) + 1
                self.spans.append((self._start, end))
