"""Plain text and addresses from what feeds carry: without markup, control characters and foreign schemes."""

import html
import re

from worker.urls import join

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


def storable(text: str) -> str:
    """Drop characters, raw or as numeric references, that PostgreSQL or XML cannot hold."""
    return _FORBIDDEN.sub("", _CONTROL_REFERENCE.sub("", text))


def collapsed(text: str) -> str:
    """Return `text` with each run of white space as one blank, and without blanks at the ends."""
    return " ".join(text.split())


def plain_text(text: str, *, markup: bool) -> str:
    """Return one line of plain text. If `text` is `markup`, drops its tags and decodes its entities, once."""
    if markup:
        text = _TAG.sub("", _BLOCK.sub(" ", _shown(without_lost_scripts(text))))
        text = html.unescape(text)
    return collapsed(_FORBIDDEN.sub("", text))


def without_lost_scripts(markup: str) -> str:
    """Drop each start tag of a script that has no end tag before the next script starts.

    The end tag was lost; a parser would take the rest of the entry for script.
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
    """Drop comments, scripts and styles that end, in time linear in the length of `text`.

    One lazy pattern would search for the end again from each start tag, of which hostile text has thousands.
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
    """Resolve `link`, as a feed carries it, against `base`; None unless that gives an http(s) address."""
    link = "".join(storable(link or "").split()) if "\n" in (link or "") else storable(link or "").strip()
    return None if link.rstrip("/").endswith(":") else join(base, link)
