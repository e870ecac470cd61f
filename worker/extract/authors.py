"""Names of authors: cut out of bylines, without 'By', roles, addresses and links; agencies told apart."""

import html
import re
from collections.abc import Callable, Iterable
from typing import Any

from worker.extract import lexicon
from worker.extract.head import Head
from worker.extract.types import FeedItem, Source
from worker.extract.words import key, squeeze, unique

_BY = re.compile(rf"^{lexicon.BY}(?:\s*[:：/／]\s*|\s+)", re.IGNORECASE)
_SPLIT = re.compile(rf"\s*(?:[,;|/、，；•·\n]|\s&\s|\s{lexicon.AND}\s)\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|\([^)]*\)|\[[^\]]*\]|<[^>]*>")
_ROLE = re.compile(rf"\b{lexicon.ROLE}\b", re.IGNORECASE)
_ENDING = re.compile(r"\s+(?:기자|記者|记者|특파원)(?:\s.*)?$")
_GENERIC = {
    "admin",
    "administrator",
    "editor",
    "staff",
    "author",
    "news",
    "redaktion",
    "null",
    "none",
    "undefined",
    "unknown",
}
_MAX_NAME = 60
_MAX_AUTHORS = 30
_MAX_MICRODATA = 3

_AGENCY = re.compile(rf"^{lexicon.AGENCY}$", re.IGNORECASE)


def choose_authors(
    head: Head, sites: Iterable[str], printed: Callable[[], tuple[str, ...]], entry: FeedItem | None
) -> tuple[tuple[str, ...], Source] | None:
    """The names from the first source that names a person; where none does, the site's own as stated.

    `sites` are spellings of the site's name, `printed` looks for the byline on the page.
    """
    sources: list[tuple[Source, Callable[[], Iterable[str]]]] = [
        ("json-ld", lambda: _of_node(head.json_ld.get("author")) or _of_node(head.json_ld.get("creator"))),
        ("meta", lambda: _of_meta(head, "author", "parsely-author", "sailthru.author")),
        ("opengraph", lambda: _of_meta(head, "article:author")),
        ("meta", lambda: _of_meta(head, "dc.creator", "byl", "citation_author", "dcterms.creator")),
        ("microdata", lambda: _of_microdata(head)),
        ("html", printed),
        ("feed", lambda: (entry.authors or ()) if entry else ()),
    ]
    ours = {key(site) for site in sites}
    collective: tuple[tuple[str, ...], Source] | None = None
    for source, values in sources:
        names = clean_names(values())
        if any(key(name) not in ours for name in names):
            return names, source
        collective = collective or ((names, source) if names else None)
    return collective


def clean_names(values: Iterable[str]) -> tuple[str, ...]:
    """The names in these bylines, each once, in order."""
    return unique(name for value in values for name in _names(value))[:_MAX_AUTHORS]


def agencies_in(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are news agencies."""
    return tuple(name for name in names if _AGENCY.match(name))


def _names(byline: str) -> list[str]:
    text = squeeze(html.unescape(str(byline)))
    if len(text) > 10 * _MAX_NAME:
        return []
    text = _BY.sub("", _ADDRESS.sub(" ", text).strip())
    return [name for part in _SPLIT.split(text) if (name := _name(part))]


def _name(part: str) -> str:
    """A name, or '' for a role, an address, a number or a sentence."""
    name = squeeze(_ENDING.sub("", _BY.sub("", part.strip()))).strip(' .:,-–—|*"')
    if not 2 <= len(name) <= _MAX_NAME or len(name.split()) > 6 or any(char.isdigit() for char in name[:4]):
        return ""
    return (
        ""
        if (_ROLE.search(name) and len(name.split()) != 2) or key(name) in _GENERIC or not key(name)
        else name
    )


def _of_microdata(head: Head) -> list[str]:
    """The first alone where there are many: the others are those of teasers."""
    names = head.itemprops.get("author", [])
    return names if len(set(names)) <= _MAX_MICRODATA else names[:1]


def _of_meta(head: Head, *names: str) -> list[str]:
    """The values under the first of these names that has any."""
    return next((head.meta[name] for name in names if name in head.meta), [])


def _of_node(value: Any) -> list[str]:
    """The names in a schema.org author: a string, a node, or a list of either."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [name for item in value[:_MAX_AUTHORS] for name in _of_node(item)]
    if isinstance(value, dict):
        return _of_node(value.get("name")) or _of_node(value.get("author"))
    return []
