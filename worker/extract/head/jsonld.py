"""JSON-LD of a page: the node of its article with references resolved, all types, and breadcrumbs.

A block that cannot be repaired is searched by regular expression for its plain strings.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from worker.extract.head.lenient_json import read_lenient_json
from worker.extract.words import host_and_path, key
from worker.text.html import Tree

Node = dict[str, Any]

# Plain strings of an article in a block that cannot be repaired.
_PLAIN = re.compile(
    r'"(headline|datePublished|dateModified|description|articleSection|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
_PLAIN_AUTHOR = re.compile(r'"author"\s*+:\s*+(?:\[\s*+)?\{[^{}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')
_ARTICLE_TYPE = re.compile(r'"@type"\s*+:\s*+(?:\[\s*+)?"\w*(?:Article|Posting)"')
# Properties whose nodes may describe the page.
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item")
_MAX_NODES = 2000  # bounds the work on a hostile page
_MAX_DEPTH = 8  # of nested nodes; bounds the work on a hostile page
_MAX_GRAPHS = 3  # lists in lists and graphs; a guess
# Ranks of types, from 3 for an article: chosen by hand for the corpus. Each counts four times what one more
# statement in a node does, so that the number of statements only decides between nodes of one rank.
_RANK = {
    "Report": 2,
    "Recipe": 2,
    "HowTo": 2,
    "Review": 2,
    "CreativeWork": 1,
    "VideoObject": 1,
    "AudioObject": 1,
}
# Kinds of types by their ends: podcast, radio and television episodes; concerts and the like; pages.
_ENDS = {"Episode": 2, "Event": 1, "WebPage": 1}
_ARTICLE_RANK = 8
_OF_THIS_PAGE = 10  # more than any node gains by its statements


@dataclass(frozen=True, slots=True)
class JsonLd:
    """JSON-LD of a page: the `article` node, `{}` without one, with entities in its strings.

    `types` are those of all nodes that describe the page; `breadcrumbs` are names, outermost first.
    """

    article: Node = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    breadcrumbs: tuple[str, ...] = ()


def read_json_ld(tree: Tree, address: str | None = None, title: str | None = None) -> JsonLd:
    """Return the JSON-LD of a page; of several articles it takes the one with the page's address or title."""
    tops = [node for script in _scripts(tree) for node in _tops(read_json_ld_block(script))]
    nodes = [node for top in tops for node in _nodes(top)]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    ranks = [_rank(node) for node in nodes]
    if sum(rank >= _ARTICLE_RANK for rank in ranks) > 1:
        own = [_is_own(node, address, title) for node in nodes]
        ranks = [rank + _OF_THIS_PAGE * mine if rank else 0 for rank, mine in zip(ranks, own, strict=True)]
    best = max(range(len(nodes)), key=ranks.__getitem__, default=None)
    article = _followed(nodes[best], by_id) if best is not None and ranks[best] else {}
    return JsonLd(article, frozenset(kind for top in tops for kind in schema_types(top)), _breadcrumbs(nodes))


def schema_types(node: Node) -> tuple[str, ...]:
    """Return the schema.org types of a node without their namespace."""
    value = node.get("@type")
    return tuple(
        str(item).rsplit("/", 1)[-1] for item in (value if isinstance(value, list) else [value]) if item
    )


def name_of_thing(value: Any) -> str | None:
    """Return the name of the thing, or of the first of several, that a property refers to."""
    first = value[0] if isinstance(value, list) and value else value
    name = first.get("name") if isinstance(first, dict) else first
    return name if isinstance(name, str) else None


def read_json_ld_block(text: str) -> Any:
    """Return the value of a block: as written, repaired, or the plain strings that can be found in it."""
    value = read_lenient_json(text)
    return _plain(text) if value is None and text.strip() != "null" else value


def _plain(text: str) -> Node:
    if not _ARTICLE_TYPE.search(text):
        return {}
    node: Node = {"@type": "Article"}
    for name, value in _PLAIN.findall(text):
        node.setdefault(name, value.replace('\\"', '"').replace("\\/", "/"))
    if authors := _PLAIN_AUTHOR.findall(text):
        node["author"] = authors
    return node


def _scripts(tree: Tree) -> Iterator[str]:
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", "").lower() and script.text:
            yield script.text


def _tops(value: Any, depth: int = 0) -> list[Node]:
    """Return the nodes of lists and graphs that are not inside other nodes."""
    if isinstance(value, list):
        return (
            [node for item in value[:_MAX_NODES] for node in _tops(item, depth + 1)]
            if depth < _MAX_GRAPHS
            else []
        )
    if not isinstance(value, dict):
        return []
    graph = value.get("@graph")
    return [value] if not isinstance(graph, list) else [value, *_tops(graph, depth + 1)]


def _nodes(value: Any, depth: int = 0) -> list[Node]:
    """Return all nodes that may describe the page, outermost first; not those of `isPartOf` and the like."""
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [node for item in value[:_MAX_NODES] for node in _nodes(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    inside = (name for name in _INSIDE if depth or name != "@graph")
    return [value, *(node for name in inside for node in _nodes(value.get(name), depth + 1))]


def _rank(node: Node) -> int:
    """Rank articles before pages before the rest, then by the number of statements; ties go to the first."""
    rank = max(map(_rank_of, schema_types(node)), default=0)
    return 4 * rank + sum(name in node for name in ("headline", "datePublished", "author")) if rank else 0


def _rank_of(kind: str) -> int:
    if kind.endswith(("Article", "Posting")):
        return 3
    return _RANK.get(kind) or next((rank for end, rank in _ENDS.items() if kind.endswith(end)), 0)


def _is_own(node: Node, address: str | None, title: str | None) -> bool:
    of_page = node.get("mainEntityOfPage")
    said = (
        node.get("url"),
        node.get("@id"),
        of_page,
        of_page.get("@id") if isinstance(of_page, dict) else None,
    )
    path = host_and_path(address)[1] if address else ""
    if path and any(isinstance(one, str) and host_and_path(one)[1] == path for one in said):
        return True
    headline = key(html.unescape(node["headline"])) if isinstance(node.get("headline"), str) else ""
    return bool(headline and title) and key(title).startswith(headline)


def _breadcrumbs(nodes: list[Node]) -> tuple[str, ...]:
    listed = next((node for node in nodes if "BreadcrumbList" in schema_types(node)), {}).get(
        "itemListElement"
    )
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    items.sort(key=lambda item: item["position"] if isinstance(item.get("position"), int) else 0)
    return tuple(name for item in items if (name := name_of_thing(item) or name_of_thing(item.get("item"))))


def _followed(node: Node, by_id: Mapping[str, Node]) -> Node:
    """Return `node` with references by `@id` replaced by their nodes, one level deep."""

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [follow(item) for item in value]
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return by_id.get(value["@id"], value)
        return value

    return {
        name: follow(value) if name in ("author", "creator", "publisher") else value
        for name, value in node.items()
    }
