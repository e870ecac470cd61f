"""What feedparser stumbles over, put out of its way before it sees the document."""

import re

_ROOT = re.compile(rb"<\w")
_BLANKS = re.compile(rb"\s{2,}")
_LINK_URI = re.compile(rb"<link\s+uri=\"[^\"<>]*\"\s*>")
_CAPTION = re.compile(rb"<(/?)media:description\b[^<>]*(?<!/)>")
_STRAY_PREFIXES = tuple(
    (name + b":", re.compile(rb"<(/?)" + name + rb":(?=\w)")) for name in (b"rss", b"atom")
)
_ENDLESS_NAME = re.compile(
    rb"(<(?:\w+:)?(?:author|creator|managingEditor|name|email)\b[^<>]*>(?:<!\[CDATA\[)?)[^<>\]]{2000,}", re.I
)


def repaired(body: bytes) -> bytes:
    """`body` meaning the same, without the known traps.

    - Blank lines before the XML declaration make a strict parser give up.
    - Blanks without end before the root, and in names, take time without end (patterns that look ahead).
    - A prefix `rss:` or `atom:` that is declared nowhere hides the elements.
    - For a link's `uri`, feedparser forgets the link's text.
    - The caption of a picture (Media RSS) gets another name: it would be taken for the summary, or for the
      content where there is a summary.
    """
    body = _short_prolog(body.lstrip())
    for prefix, tags in _STRAY_PREFIXES:
        if b"<" + prefix in body and b"xmlns:" + prefix[:-1] not in body:
            body = tags.sub(rb"<\1", body)
    body = _ENDLESS_NAME.sub(rb"\1", _LINK_URI.sub(b"<link>", body))
    return _CAPTION.sub(rb"<\1media:caption>", body)


def _short_prolog(body: bytes) -> bytes:
    root = _ROOT.search(body)
    if not root or b"\0" in body[:4]:
        return body
    return _BLANKS.sub(b"\n", body[: root.start()]) + body[root.start() :]
