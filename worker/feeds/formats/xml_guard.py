"""Refuses XML that is dangerous to parse: document types that define more than a few short texts.

Billion laughs, quadratic blow-up, parameter entities and external entities all need an ENTITY declaration.
A short literal (`<!ENTITY nbsp "&#160;">`) is harmless and occurs in old feeds. A document type that only
names a DTD (RSS 0.91) passes; the DTD is never fetched.
"""

import re

from worker.outcome import Reason, Refusal
from worker.text.encoding import opaque_codecs

_ENTITY = re.compile(rb"<!ENTITY(?=[\s%])([^>]*)")
_LITERAL = re.compile(
    rb"""\s+[\w.-]+\s+(?:"(?:&\#\w{1,8};|[^&%"<]){0,32}"|'(?:&\#\w{1,8};|[^&%'<]){0,32}')\s*"""
)
_MAX_ENTITIES = 300
"""HTML 4 has 252; each costs the parser memory."""


def refuse_hostile_xml(body: bytes, content_type: str | None = None) -> Refusal | None:
    """Return why the XML in `body` may not be parsed; None if it may."""
    if b"\0" in body[:4]:
        # UTF-16 and UTF-32 are seen through without their NULs.
        body = body.replace(b"\0", b"")
    declared = _declarations(body)
    for codec in opaque_codecs(body, content_type):
        declared += _declarations(_undisguised(body, codec))
    if any(not _LITERAL.fullmatch(one) for one in declared):
        return Refusal(
            Reason.HOSTILE_XML, "its document type defines entities that expand or that point elsewhere"
        )
    if len(declared) > _MAX_ENTITIES:
        return Refusal(Reason.HOSTILE_XML, f"its document type defines {len(declared)} entities")
    return None


def _declarations(body: bytes) -> list[bytes]:
    """Every ENTITY declaration in a document that has a document type.

    Searches the whole document: the bytes alone do not show where a prolog ends (comments and
    quoted text may hold tags).
    """
    return _ENTITY.findall(body) if b"<!DOCTYPE" in body else []


def _undisguised(body: bytes, codec: str) -> bytes:
    try:
        return body.decode(codec, "replace").encode("utf-8", "replace")
    except (UnicodeError, LookupError, ValueError):
        return b""
