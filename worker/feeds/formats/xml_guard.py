"""Refuses XML whose document type is an attack: entities that expand, or that point to a private address.

Only the document type in front of the root element counts: an item may quote one. It is cut off
before a document is parsed (`prolog`), nothing outside the document is ever fetched, and of its entities only
short literals are replaced. So what old feeds have is harmless: `<!ENTITY nbsp "&#160;">`, a DTD that is only
named (RSS 0.91), and a parameter entity that includes HTML's entities from a public address. Billion laughs,
quadratic blow-up and files of this machine are in no honest feed, so such a document is refused as a whole.
"""

import re

from worker.feeds.formats.prolog import doctype_of
from worker.outcome import Reason, Refusal
from worker.text.encoding import opaque_codecs

# A declaration, and an entity that is a short text.
_ENTITY = re.compile(rb"<!ENTITY(?=[\s%])([^>]*)")
_LITERAL = re.compile(
    rb"""\s+[\w.-]+\s+(?:"(?:&\#\w{1,8};|[^&%"<]){0,32}"|'(?:&\#\w{1,8};|[^&%'<]){0,32}')\s*"""
)
# A parameter entity, with the address from which its declarations come, or with a short text.
_PARAMETER = re.compile(
    rb"""\s+%\s+[\w.-]+\s+(?:
        (?:PUBLIC\s+(?:"[^"]*"|'[^']*')|SYSTEM)(?:\s*(?:"([^"]*)"|'([^']*)'))?
        | "[^&%"<]{0,32}" | '[^&%'<]{0,32}'
    )\s*""",
    re.VERBOSE,
)
_PUBLIC_ADDRESS = re.compile(rb"https?://(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}(?:[/:?#]|$)", re.IGNORECASE)
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
    if not all(_LITERAL.fullmatch(one) or _is_old_habit(one) for one in declared):
        return Refusal(
            Reason.HOSTILE_XML, "its document type defines entities that expand or that point elsewhere"
        )
    if len(declared) > _MAX_ENTITIES:
        return Refusal(Reason.HOSTILE_XML, f"its document type defines {len(declared)} entities")
    return None


def _declarations(body: bytes) -> list[bytes]:
    """Return the ENTITY declarations in the document type, without their keyword."""
    return _ENTITY.findall(doctype_of(body)) if b"<!ENTITY" in body else []


def _is_old_habit(declared: bytes) -> bool:
    """Return whether this is a parameter entity as old feeds have them: short, or from a public address."""
    found = _PARAMETER.fullmatch(declared)
    if not found:
        return False
    address = found[1] or found[2]
    return not address or bool(_PUBLIC_ADDRESS.match(address))


def _undisguised(body: bytes, codec: str) -> bytes:
    try:
        return body.decode(codec, "replace").encode("utf-8", "replace")
    except (UnicodeError, LookupError, ValueError):
        return b""
