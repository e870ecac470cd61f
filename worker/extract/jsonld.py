"""JSON-LD of a page, read tolerantly: the node that describes the article, with references followed.

Publishers' blocks carry comments, trailing commas, raw newlines, HTML entities or several documents in a row.
What no repair helps is read by regular expression for its few plain strings.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from worker.extract.page import Tree

Node = dict[str, Any]

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
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


def article_node(tree: Tree) -> Node:
    """The node of the page's article, `{}` where there is none; string values are still as written."""
    nodes = [node for script in _scripts(tree) for node in _nodes(load(script))]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    best = max(nodes, key=_rank, default={})
    return _followed(best, by_id) if best and _rank(best) > 0 else {}


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
    for attempt in (text, _repaired(text), html.unescape(_repaired(text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _in_a_row(_repaired(text)) or _plain(text)


def _repaired(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _WRAPPING.sub("", _WRAPPING.sub("", text.strip())))


def _in_a_row(text: str) -> list[Any]:
    """Documents one after the other, up to the first that cannot be read."""
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while (start := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found


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


def _nodes(value: Any, depth: int = 0) -> list[Node]:
    """All nodes that may describe the page, outermost first; not those of properties such as `isPartOf`."""
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [node for item in value[:_MAX_NODES] for node in _nodes(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for name in _INSIDE for node in _nodes(value.get(name), depth + 1))]


def _rank(node: Node) -> int:
    """Articles before pages before the rest; among articles, one that says more; ties go to the first."""
    kinds = types(node)
    rank = max(
        (3 if kind.endswith(("Article", "Posting")) else _RANK.get(kind, 0) for kind in kinds), default=0
    )
    return 4 * rank + sum(name in node for name in ("headline", "datePublished", "author")) if rank else 0


def _followed(node: Node, by_id: dict[str, Node]) -> Node:
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
