"""What feedparser stumbles over, put out of its way before it sees the document."""

import re

_ROOT = re.compile(rb"<\w")
_BLANKS = re.compile(rb"\s{2,}")
_LINK_URI = re.compile(rb"<link\s+uri=(?:\"[^\"<>]*\"|'[^'<>]*')\s*>")
_TIGHT_DOCTYPE = re.compile(rb">(?=<!DOCTYPE)", re.I)
_CAPTION = re.compile(rb"<(/?)media:description\b[^<>]*(?<!/)>")
_STRAY_PREFIXES = tuple(
    (name + b":", re.compile(rb"<(/?)" + name + rb":(?=\w)")) for name in (b"rss", b"atom")
)
_ENDLESS_NAME = re.compile(
    rb"(<(?:\w+:)?(?:author|creator|managingEditor|name|email)\b[^<>]*>(?:<!\[CDATA\[)?)[^<>\]]{2000,}", re.I
)


_NUMBER = rb"&#(?:[xX]0*([0-9a-fA-F]{4,})|0*([0-9]{5,}));"
_LONG_REFERENCE = re.compile(_NUMBER)
_PAIR = re.compile(rb"&#(?:[xX]0*([dD][89abAB][0-9a-fA-F]{2})|0*(5[56][0-9]{3}));" + _NUMBER)


def repaired(body: bytes) -> bytes:
    """`body` meaning the same, without the known traps.

    - Blank lines before the XML declaration make a strict parser give up.
    - Blanks without end before the root, and in names, take time without end (patterns that look ahead).
    - References of no character (surrogates, numbers beyond the last) end the second parser. Two surrogates
      mean one character, as some write what is beyond the first plane.
    - A prefix `rss:` or `atom:` that is declared nowhere hides the elements.
    - A document type on the line of the declaration is overlooked, and then HTML's entities are lost.
    - For a link's `uri`, feedparser forgets the link's text.
    - The caption of a picture (Media RSS) gets another name: it would be taken for the summary, or for the
      content where there is a summary.
    """
    body = _short_prolog(body.lstrip())
    if b"&#" in body:
        body = _LONG_REFERENCE.sub(_character, _PAIR.sub(_joined, body))
    for prefix, tags in _STRAY_PREFIXES:
        if b"<" + prefix in body and b"xmlns:" + prefix[:-1] not in body:
            body = tags.sub(rb"<\1", body)
    body = _ENDLESS_NAME.sub(rb"\1", _LINK_URI.sub(b"<link>", body))
    return _CAPTION.sub(rb"<\1media:caption>", body)


def _short_prolog(body: bytes) -> bytes:
    root = _ROOT.search(body)
    if not root or b"\0" in body[:4]:
        return body
    prolog = _TIGHT_DOCTYPE.sub(b">\n", _BLANKS.sub(b"\n", body[: root.start()]))
    return prolog + body[root.start() :]


def _joined(pair: re.Match[bytes]) -> bytes:
    high, low = _value(pair[1], pair[2]), _value(pair[3], pair[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return pair[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _character(reference: re.Match[bytes]) -> bytes:
    value = _value(reference[1], reference[2])
    return b"" if 0xD800 <= value < 0xE000 or value > 0x10FFFF else reference[0]


def _value(hexadecimal: bytes | None, decimal: bytes) -> int:
    """The number; of more digits than any character has, one beyond them all."""
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    return int(digits, base) if len(digits) < 9 else 0x110000
