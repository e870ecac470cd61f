"""What feedparser leaves escaped where it has to read a document that is no XML.

Its second parser, for malformed documents, keeps the references of the five characters that XML escapes in
ids and categories. The same id must come out of a document that is malformed today and was not yesterday.
"""

import re
from html import unescape
from typing import Any
from xml.sax import SAXException

_ESCAPED = re.compile(
    r"&(?:amp|lt|gt|quot|apos|#0*(?:34|38|39|60|62)|#x0*(?:22|26|27|3c|3e));", re.IGNORECASE
)
_NAMES = ("term", "label")


def is_loose(document: dict[str, Any]) -> bool:
    """Whether the second parser read it."""
    return isinstance(dict.get(document, "bozo_exception"), SAXException)


def unescape_in(entry: dict[str, Any]) -> None:
    """Undo the escaping, once, in the id, a link that is the id, and the categories of an entry."""
    if isinstance(written := dict.get(entry, "id"), str):
        entry["id"] = _unescaped(written)
        if dict.get(entry, "link") == written:
            entry["link"] = entry["id"]
    for tag in dict.get(entry, "tags") or ():
        for name in _NAMES:
            if isinstance(written := dict.get(tag, name), str):
                tag[name] = _unescaped(written)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: unescape(found[0]), text)
