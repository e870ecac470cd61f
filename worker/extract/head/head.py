"""The statements of a page about itself, gathered in one sweep over its tree.

`Head` holds all of them; the modules of the single fields choose among them.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from lxml import etree

from worker.extract.head.jsonld import Node, read_json_ld
from worker.extract.inline import shown_text
from worker.extract.words import squeeze
from worker.text.html import Tree

# The microdata that some field is read from.
_ITEMPROPS = frozenset(
    {"headline", "datePublished", "dateModified", "author", "articleSection", "inLanguage"}
)
_ALL_ITEMPROPS = etree.XPath("descendant-or-self::*/@itemprop")  # half as long as `descendant::*`
_MAX_VALUES = 60  # of one name; bounds the work on a hostile page
_MAX_H1 = 5  # of the page; a guess


@dataclass(frozen=True, slots=True)
class Head:
    """The statements: `meta` maps lower-case names and properties to values, `itemprops` those not in <meta>.

    `json_ld` is the article's node, `types` are the schema.org types of all nodes of the page.
    """

    meta: dict[str, list[str]]
    links: dict[str, list[str]]
    itemprops: dict[str, list[str]]
    times: tuple[str, ...]
    titles: tuple[str, ...]
    h1: tuple[str, ...]
    language: str | None
    json_ld: Node
    types: frozenset[str]
    breadcrumbs: tuple[str, ...]

    def first(self, *names: str) -> str | None:
        """Return the first value under the first of these names that has one."""
        return next((value for name in names for value in self.meta.get(name, ())), None)


def read_head(tree: Tree) -> Head:
    """Return the statements of a page."""
    meta: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    for element in tree.iter("meta", "link"):
        if element.tag == "meta":
            _add_meta(meta, element)
        elif element.get("href"):
            for rel in element.get("rel", "").lower().split():
                links.setdefault(rel, []).append(element.get("href").strip())
    titles = [shown_text(title) for title in islice(tree.iter("title"), 1)]
    canonical = next(iter(links.get("canonical") or meta.get("og:url") or ()), None)
    json_ld = read_json_ld(tree, canonical, next(iter(meta.get("og:title") or titles), None))
    times = (element.get("datetime") for element in tree.iter("time"))
    return Head(
        meta,
        links,
        _itemprops(tree),
        tuple(islice(filter(None, times), _MAX_VALUES)),
        tuple(filter(None, titles)),
        tuple(filter(None, (shown_text(heading) for heading in islice(tree.iter("h1"), _MAX_H1)))),
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
        json_ld.article,
        json_ld.types,
        json_ld.breadcrumbs,
    )


def _add_meta(meta: dict[str, list[str]], element: Tree) -> None:
    # Some pages write `value` instead of `content` throughout.
    value = squeeze(element.get("content") or element.get("value"))
    if not value:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if name := element.get(attribute):
            values = meta.setdefault(name.strip().lower(), [])
            if value not in values and len(values) < _MAX_VALUES:
                values.append(value)


def _itemprops(tree: Tree) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in cast(list[Any], _ALL_ITEMPROPS(tree)):
        if name not in _ITEMPROPS:
            continue
        element = name.getparent()
        if element.tag != "meta" and not _of_another(element):
            value = squeeze(element.get("content") or element.get("datetime")) or shown_text(element)
            if value and len(found.setdefault(str(name), [])) < _MAX_VALUES:
                found[name].append(value)
    return found


def _of_another(element: Tree) -> bool:
    """Whether the property describes something other than the page's article."""
    return any(ancestor.tag in ("aside", "nav", "footer") for ancestor in element.iterancestors())
