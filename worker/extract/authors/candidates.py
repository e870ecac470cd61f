"""Authors and agencies: stated and printed names in order of trust, people before organisations."""

from collections.abc import Iterable, Iterator
from typing import Any

from worker.extract.authors.agencies import agencies_in, agencies_of_bylines, is_agency
from worker.extract.authors.byline import name_in_link, printed_byline
from worker.extract.authors.names import clean_names, is_collective, is_person
from worker.extract.authors.unmarked import unmarked_byline
from worker.extract.head import Head
from worker.extract.head.jsonld import schema_types
from worker.extract.page_index import Index
from worker.extract.types import FeedItem, Source
from worker.extract.words import key, squeeze

_META = (
    ("author", "parsely-author", "sailthru.author", "article:author_name", "articleauthor", "authors"),
    ("article:author", "og:article:author", "og:author"),
    (
        "citation_author",
        "dc.creator",
        "dcterms.creator",
        "dc.creator.personalname",
        "byl",
        "byline",
        "creator",
    ),
    ("shareaholic:article_author_name", "twitter:data1"),
)
"""Names of <meta> elements for authors, most trusted group first; the first name with a value counts in
each."""
_OWNERS = ("sourceOrganization", "provider", "copyrightHolder", "contributor")
"""Properties of schema.org that may name the agency an article is from."""
_BODY = ("Organization", "Corporation", "NGO")
"""Ends of the schema.org types of organisations."""
_MAX_AUTHORS = 30
"""A guess: longer lists in JSON-LD are of a whole newsroom."""

_Chosen = tuple[tuple[str, ...], Source]


def choose_authors(index: Index, head: Head, sites: Iterable[str], entry: FeedItem | None) -> _Chosen | None:
    """Return the names from the first source that names a person, otherwise the best that is stated.

    `sites` are spellings of the site's name.
    """
    ours = {key(site) for site in sites}
    said = (head.first("og:title"), head.json_ld.get("headline"))
    titles = {key(title) for title in said if isinstance(title, str)}
    candidates = _candidates(index, head, entry, ours)
    bodies: list[_Chosen] = []
    for names, source, sure in candidates:
        names = tuple(name for name in names if key(name) not in titles)
        others = tuple(name for name in names if key(name) not in ours)
        if any(map(is_person, others)):
            chosen = (
                name for name in others if is_person(name) or is_agency(name) or not is_collective(name)
            )
            return _without_shorter_forms(chosen), source
        if others and sure:
            return names, source
        if names:
            bodies.append((names, source))
    own = [body for body in bodies if all(key(name) in ours for name in body[0])]
    if other := next((body for body in bodies if body not in own), None):
        return other
    return own[0] if own else next(_of_the_site(head, ours), None)


def _without_shorter_forms(names: Iterable[str]) -> tuple[str, ...]:
    """Drop 'Jo Anne' next to 'Jo Anne Park': the page calls one person by both."""
    chosen = tuple(names)
    words = {name: frozenset(name.casefold().split()) for name in chosen}
    return tuple(
        name
        for name in chosen
        if len(words[name]) == 1 or not any(words[name] < words[other] for other in chosen)
    )


def _of_the_site(head: Head, ours: set[str]) -> Iterator[_Chosen]:
    """Yield the site's name where it is stated as author, even if it does not look like a name."""
    for value in _of_node(head.json_ld.get("author")):
        if key(value) in ours:
            yield (squeeze(value),), "json-ld"
    for value in (value for group in _META for value in _of_meta(head, *group)):
        if key(value) in ours:
            yield (squeeze(value),), "meta"


def _candidates(
    index: Index, head: Head, entry: FeedItem | None, ours: set[str]
) -> Iterator[tuple[tuple[str, ...], Source, bool]]:
    """Yield names, their source, and whether a single word is an author's name there; most trusted first.

    Lazy: a source is only searched when those before it did not settle the matter.
    """
    stated = list(_stated(head))
    yield from ((names, source, False) for names, source in stated if source == "json-ld")
    people = tuple(name for names, _ in stated for name in names if is_person(name) and key(name) not in ours)
    byline = printed_byline(index, people)
    if byline and any(map(is_person, byline.names)):
        fuller = (one for one in stated if set(byline.names) < set(one[0]))
        yield *next(fuller, (byline.names, byline.source)), False
    yield from ((names, source, False) for names, source in stated if source != "json-ld")
    yield clean_names((entry.authors or ()) if entry else ()), "feed", False
    if line := unmarked_byline(index.tree):
        yield line.names, line.source, True
    if byline:
        yield byline.names, byline.source, byline.sure
    yield clean_names(map(name_in_link, _links(head))), "meta", False


def _links(head: Head) -> Iterator[str]:
    """Yield the addresses of authors' pages that the head gives instead of names."""
    for name in ("article:author", "og:article:author", "author"):
        yield from head.meta.get(name, ())
    yield from head.links.get("author", ())


def choose_agencies(head: Head, authors: tuple[str, ...], source: Source) -> _Chosen | None:
    """Return the news agencies among the authors, who came from `source`, otherwise those in the head."""
    if found := agencies_in(authors):
        return found, source
    stated = (name for names, _ in _stated(head) for name in names)
    owners = (name for field in _OWNERS for name in _of_node(head.json_ld.get(field)))
    if found := agencies_in((*stated, *owners)):
        return found, "json-ld"
    found = agencies_of_bylines(value for group in _META for value in _of_meta(head, *group))
    return (found, "meta") if found else None


def _stated(head: Head) -> Iterator[_Chosen]:
    for name in ("author", "creator"):
        if names := _of_bodies(head.json_ld.get(name)) or clean_names(_of_node(head.json_ld.get(name))):
            yield names, "json-ld"
    for group in _META:
        if names := clean_names(_of_meta(head, *group)):
            yield names, "opengraph" if "article:author" in group else "meta"


def _of_bodies(value: Any) -> tuple[str, ...]:
    """Return the name of a node that is an organisation, whole: 'Center for Roads and Bridges'.

    Empty if it is the name of a person or an agency, as some sites state all authors as organisations."""
    node = value[0] if isinstance(value, list) and len(value) == 1 else value
    name = node.get("name") if isinstance(node, dict) else None
    if not isinstance(name, str) or not any(kind.endswith(_BODY) for kind in schema_types(node)):
        return ()
    parts = clean_names([name])
    is_whole = len(parts) > 1 and not any(is_person(part) or is_agency(part) for part in parts)
    return (squeeze(name),) if is_whole else ()


def _of_meta(head: Head, *names: str) -> list[str]:
    """Return the values of the first of these <meta> names that has any."""
    return next((head.meta[name] for name in names if name in head.meta), [])


def _of_node(value: Any) -> list[str]:
    """Return the names in a schema.org author: a string, a node, or a list of either."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [name for item in value[:_MAX_AUTHORS] for name in _of_node(item)]
    if isinstance(value, dict):
        return _of_node(value.get("name")) or _of_node(value.get("author"))
    return []
