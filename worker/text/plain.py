"""Plain text and addresses out of what feeds carry: no markup, no control characters, no foreign schemes."""

import html
import re
from urllib.parse import urljoin, urlsplit

# XML 1.0 forbids the C0 controls; NUL and lone surrogates besides cannot be stored by PostgreSQL.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(
    r"&#0*(?:[0-8]|1[124-9]|2\d|3[01]|127)(?!\d);?|&#[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF])(?![0-9a-fA-F]);?"
)
_HIDDEN = re.compile(r"<(?:!--|(?:script|style)\b)", re.I)
_ENDS = {
    "<!--": re.compile("-->"),
    "<script": re.compile(r"</script\s*>", re.I),
    "<style": re.compile(r"</style\s*>", re.I),
}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!\[CDATA\[|\]\]>|<![a-zA-Z-][^<>]*>")
_BLOCK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|hr|section)\b[^<>]*>", re.I)
# In quotes it is a script's own text, which writes another script into the page.
_SCRIPT = re.compile(r"</script\b[^<>]*>|(?<![\"'`\\])<script\b[^<>]*>", re.I)
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)/+")


def storable(text: str) -> str:
    """`text` without the characters, raw or as numeric references, that no database or document may hold."""
    return _FORBIDDEN.sub("", _CONTROL_REFERENCE.sub("", text))


def collapsed(text: str) -> str:
    """`text` with every run of blanks, tabs, newlines and no-break spaces as one blank, none at the ends."""
    return " ".join(text.split())


def plain_text(text: str, *, markup: bool) -> str:
    """One line of plain text; where `text` is `markup`, tags go and entities are decoded, once."""
    if markup:
        text = _TAG.sub("", _BLOCK.sub(" ", _shown(without_lost_scripts(text))))
        text = html.unescape(text)
    return collapsed(_FORBIDDEN.sub("", text))


def without_lost_scripts(markup: str) -> str:
    """`markup` without the beginnings of scripts that have no end before another script begins.

    Their ends were lost, and to a parser all that follows, the text of the entry, would be script.
    """
    begun, kept, place = None, [], 0
    for tag in _SCRIPT.finditer(markup):
        ends = tag[0].startswith("</")
        if begun and not ends:
            kept.append(markup[place : begun.start()])
            place = begun.end()
        begun = None if ends else tag
    return "".join([*kept, markup[place:]])


def _shown(text: str) -> str:
    """`text` without comments, scripts and styles that end; in time linear in its length.

    One lazy pattern would look for an end anew from each beginning, which hostile text has by the thousand.
    """
    kept, place, endless = [], 0, set()
    for start in _HIDDEN.finditer(text):
        kind = start[0].lower()
        if start.start() < place or kind in endless:
            continue
        end = _ENDS[kind].search(text, start.end())
        if end:
            kept.append(text[place : start.start()])
            place = end.end()
        else:
            endless.add(kind)
    return "".join([*kept, text[place:]])


def absolute_link(base: str, link: str | None) -> str | None:
    """`link` resolved against `base`; None unless that gives an http or https address with a host."""
    link = "".join(storable(link or "").split()) if "\n" in (link or "") else storable(link or "").strip()
    if not link or link.rstrip("/").endswith(":"):
        return None
    try:
        whole = urljoin(base, _SLASHES.sub(r"\1", link))
        parts = urlsplit(whole)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return whole if good else None
