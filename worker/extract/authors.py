"""Who wrote it: the names that the page states and prints, people before bodies, agreement before order."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from worker.extract.byline import Byline
from worker.extract.head import Head
from worker.extract.names import clean_names, is_agency, is_person
from worker.extract.types import FeedItem, Source
from worker.extract.words import key

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
_MAX_AUTHORS = 30

_Chosen = tuple[tuple[str, ...], Source]


def choose_authors(
    head: Head,
    sites: Iterable[str],
    printed: Callable[[tuple[str, ...]], Byline | None],
    entry: FeedItem | None,
) -> _Chosen | None:
    """The names from the first source that names a person; where none does, the best that is stated.

    `sites` are spellings of the site's name, `printed` looks for the byline on the page.
    """
    ours = {key(site) for site in sites}
    others: list[_Chosen] = []
    for names, source in _stated(head):
        people = _people(names, ours)
        if people and source == "json-ld":
            return people, source
        others.append((people or names, source))
    byline = printed(tuple(name for names, _ in others for name in names if is_person(name)))
    if byline and _people(byline.names, ours):
        return byline.names, byline.source
    for names, source in others:
        if any(map(is_person, names)):
            return names, source
    if byline and byline.sure and not all(key(name) in ours for name in byline.names):
        return byline.names, byline.source
    if entry and (names := clean_names(entry.authors or ())):
        others.insert(0, (names, "feed"))
    for names, source in others:
        if not all(key(name) in ours for name in names):
            return names, source
    return next(iter(others), (byline.names, byline.source) if byline else None)


def agencies_in(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are news agencies."""
    return tuple(filter(is_agency, names))


def _people(names: tuple[str, ...], ours: set[str]) -> tuple[str, ...]:
    """`names` without the site's, if there is a person among them."""
    rest = tuple(name for name in names if key(name) not in ours)
    return rest if any(map(is_person, rest)) else ()


def _stated(head: Head) -> Iterator[_Chosen]:
    """What the head says, in order of trust; empty statements are left out."""
    for name in ("author", "creator"):
        if names := clean_names(_of_node(head.json_ld.get(name))):
            yield names, "json-ld"
    for group in _META:
        if names := clean_names(_of_meta(head, *group)):
            yield names, "opengraph" if "article:author" in group else "meta"


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
