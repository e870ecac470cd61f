"""JSON-LD of a page: the node of its article, with references followed, and what stands beside it.

What no repair helps is read by regular expression for its few plain strings.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from worker.extract.head.json_repair import read_json
from worker.extract.links import host_and_path
from worker.extract.words import key
from worker.text.html import Tree

Node = dict[str, Any]

_PLAIN = re.compile(
    r'"(headline|datePublished|dateModified|description|articleSection|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
_PLAIN_AUTHOR = re.compile(r'"author"\s*:\s*\[?\s*\{[^{}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')
_ARTICLE_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"\w*(?:Article|Posting)"')
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item")
_MAX_NODES = 2000
_MAX_DEPTH = 8
_RANK = {
    "Report": 2,
    "CreativeWork": 1,
    "WebPage": 1,
    "VideoObject": 1,
    "Product": 0,
    "Recipe": 2,
    "Review": 2,
}
_ARTICLE_RANK = 8
_OF_THIS_PAGE = 10
"""More than what any node gains by saying more of itself."""


@dataclass(frozen=True, slots=True)
class JsonLd:
    """`article` is `{}` where there is none; string values are still as written. `types` are those of all
    nodes that describe the page. `breadcrumbs` are the names on the way to it, outermost first."""

    article: Node = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    breadcrumbs: tuple[str, ...] = ()


def read_json_ld(tree: Tree, address: str | None = None, title: str | None = None) -> JsonLd:
    """What a page's blocks say. Of several articles the one with the page's address or title is its own."""
    tops = [node for script in _scripts(tree) for node in _tops(load(script))]
    nodes = [node for top in tops for node in _nodes(top)]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    ranks = [_rank(node) for node in nodes]
    if sum(rank >= _ARTICLE_RANK for rank in ranks) > 1:
        own = [_is_own(node, address, title) for node in nodes]
        ranks = [rank + _OF_THIS_PAGE * mine if rank else 0 for rank, mine in zip(ranks, own, strict=True)]
    best = max(range(len(nodes)), key=ranks.__getitem__, default=None)
    article = _followed(nodes[best], by_id) if best is not None and ranks[best] else {}
    return JsonLd(article, frozenset(kind for top in tops for kind in types(top)), _breadcrumbs(nodes))


def article_node(tree: Tree) -> Node:
    """The node of the page's article."""
    return read_json_ld(tree).article


def types(node: Node) -> tuple[str, ...]:
    """The schema.org types of a node, without their namespace."""
    value = node.get("@type")
    return tuple(
        str(item).rsplit("/", 1)[-1] for item in (value if isinstance(value, list) else [value]) if item
    )


def named(value: Any) -> str | None:
    """The name of a thing, or of the first of several, that a property refers to."""
    first = value[0] if isinstance(value, list) and value else value
    name = first.get("name") if isinstance(first, dict) else first
    return name if isinstance(name, str) else None


def load(text: str) -> Any:
    """The documents in a JSON-LD block: as it stands, repaired, or the plain strings that can be made out."""
    value = read_json(text)
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
    """The nodes that stand by themselves: of lists and graphs, not those inside of others."""
    if isinstance(value, list):
        return [node for item in value[:_MAX_NODES] for node in _tops(item, depth + 1)] if depth < 3 else []
    if not isinstance(value, dict):
        return []
    graph = value.get("@graph")
    return [value] if not isinstance(graph, list) else [value, *_tops(graph, depth + 1)]


def _nodes(value: Any, depth: int = 0) -> list[Node]:
    """All nodes that may describe the page, outermost first; not those of properties such as `isPartOf`."""
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [node for item in value[:_MAX_NODES] for node in _nodes(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    inside = (name for name in _INSIDE if depth or name != "@graph")
    return [value, *(node for name in inside for node in _nodes(value.get(name), depth + 1))]


def _rank(node: Node) -> int:
    """Articles before pages before the rest; among articles, one that says more; ties go to the first."""
    kinds = types(node)
    rank = max(
        (3 if kind.endswith(("Article", "Posting")) else _RANK.get(kind, 0) for kind in kinds), default=0
    )
    return 4 * rank + sum(name in node for name in ("headline", "datePublished", "author")) if rank else 0


def _is_own(node: Node, address: str | None, title: str | None) -> bool:
    """Whether a node has the page's address or its title for its own."""
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
    listed = next((node for node in nodes if "BreadcrumbList" in types(node)), {}).get("itemListElement")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    items.sort(key=lambda item: item["position"] if isinstance(item.get("position"), int) else 0)
    return tuple(name for item in items if (name := named(item) or named(item.get("item"))))


def _followed(node: Node, by_id: Mapping[str, Node]) -> Node:
    """`node` with its references by `@id` replaced by what they refer to, one level deep."""

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
