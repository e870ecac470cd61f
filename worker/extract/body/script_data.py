"""Articles in the JSON of a page's scripts, as HTML: lists of content elements, and streams of React.

Content systems describe a text as a list of elements with a type and a text (Arc, Contentful, Sanity,
Editor.js); React Server Components stream the elements of the page itself.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

_LEAST = 3
"""Elements with text that make an article; a guess."""
_DEEPEST = 60  # levels of JSON that are searched, and of elements within each other; a guess
_MOST = 200_000  # values that are looked at; bounds the work on a hostile page
_DECODER = json.JSONDecoder(strict=False)
_MOST_STARTS = 300
"""Places of a script where JSON may begin; bounds the work: each error counts the lines before it."""
# Where JSON begins in a program, and a row of a stream.
_WHOLE = re.compile(r"\A\s*")
_PUSH = re.compile(r"__next_f\.push\(")
_ASSIGNED = re.compile(r"(?:=|JSON\.parse\()\s*(?=[\[{\"])")
_ROW = re.compile(r"([0-9a-f]+):(?:T([0-9a-f]+),)?")

# Names under which content systems keep the type, the text and the items of an element.
_TYPES = ("type", "_type", "__typename", "style", "tag", "nodeType", "name", "kind")
_TEXTS = ("content", "text", "html", "value", "paragraph", "copy", "body", "children", "data")
_ITEMS = ("items", "content", "children", "list", "data")
# Types of elements, in small letters.
_STYLE = re.compile(r"h[1-6]|blockquote")
_HEADING_KIND = re.compile(r"head|^h[1-6]$|subtitle")
_TEXT_KIND = re.compile(r"^(?:text|p|normal|block)$|para|html|copy|rich")
_NUMBERED = re.compile(r"(?<!un)ordered|number")
_LEVEL = re.compile(r"[1-6]")
# Markup within texts.
_MARKUP = re.compile(r"<[^<>]*>")
_PARAGRAPHS = re.compile(r"<p[\s>]")
_TAGS = """
p h1 h2 h3 h4 h5 h6 ul ol li blockquote cite a b strong em i figure figcaption table tr td th pre br section
article aside main header footer nav div span details summary sup sub
"""
_REACT_TAGS = frozenset(_TAGS.split())
"""Elements that are drawn; of others, the components of a page, only the content is."""


def articles_in(scripts: Sequence[str]) -> Iterator[str]:
    """Yield the HTML of each article that the JSON in `scripts` describes."""
    pushed: list[str] = []
    for script in scripts:
        for value in _values(script):
            if _is_push(value):
                pushed.append(value[1])
            else:
                yield from _content_in(value)
    for value in _rows("".join(pushed)):
        yield from _content_in(value)
        drawn = _drawn(value, 0)
        if len(_PARAGRAPHS.findall(drawn)) >= _LEAST:
            yield drawn


def _values(script: str) -> Iterator[Any]:
    """Yield the JSON values of a script: all of it, what is assigned, or what React is pushed."""
    begin = _WHOLE if script.lstrip()[:1] in ("{", "[") else _PUSH if "__next_f" in script else _ASSIGNED
    starts = [found.end() for found in islice(begin.finditer(script), _MOST_STARTS)]
    end = 0
    for start in starts:
        if start < end:
            continue
        try:
            value, end = _DECODER.raw_decode(script, start)
        except (ValueError, RecursionError):
            continue
        yield value


def _is_push(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and value[0] == 1 and isinstance(value[1], str)


def _rows(stream: str) -> Iterator[Any]:
    """Yield the values of a stream of React: rows of JSON, or of text with its length in bytes."""
    at = 0
    while found := _ROW.match(stream, at):
        if found[2]:
            size = int(found[2], 16)
            text = stream[found.end() : found.end() + size].encode("utf-8", "replace")[:size]
            at = found.end() + len(text.decode("utf-8", "ignore"))
            continue
        end = stream.find("\n", found.end())
        end = len(stream) if end < 0 else end
        at = end + 1
        try:
            yield json.loads(stream[found.end() : end])
        except (ValueError, RecursionError):
            continue


def _content_in(value: Any) -> Iterator[str]:
    """Yield the lists of content elements anywhere in a value, as HTML."""
    waiting, looked = [(value, 0)], 0
    while waiting and looked < _MOST:
        one, depth = waiting.pop()
        looked += 1
        if depth > _DEEPEST:
            continue
        if isinstance(one, str) and one[:1] in ("{", "["):
            try:
                waiting.append((json.loads(one), depth + 1))
            except (ValueError, RecursionError):
                continue
        elif isinstance(one, dict):
            waiting += [(inner, depth + 1) for inner in one.values() if isinstance(inner, dict | list | str)]
        elif isinstance(one, list):
            drawn = [
                shown for element in one if isinstance(element, dict) and (shown := _element(element, 0))
            ]
            if len(drawn) >= _LEAST:
                yield "".join(drawn)
            waiting += [(inner, depth + 1) for inner in one if isinstance(inner, dict | list | str)]


def _element(element: dict[str, Any], depth: int) -> str:
    """Return a content element as HTML; '' if it is of no type that has text."""
    kind = _kind(element)
    if depth > _DEEPEST or not kind:
        return ""
    if "list" in kind and "item" not in kind:
        return _list(element, kind, depth)
    text = _text(element, depth)
    if not _MARKUP.sub("", text).strip():
        return ""
    if _HEADING_KIND.search(kind):
        return _heading(element, kind, text)
    if "quote" in kind:
        who = _first(element, ("citation", "attribution", "author", "cite", "caption"))
        name = _text(who, depth + 1).strip()
        return f"<blockquote><p>{text}</p>{f'<cite>{name}</cite>' if name else ''}</blockquote>"
    if _TEXT_KIND.search(kind):
        return text if _PARAGRAPHS.search(text) else f"<p>{text}</p>"
    return ""


def _kind(element: dict[str, Any]) -> str:
    """Return the type of an element in small letters; the style of a paragraph may say what it is."""
    kinds = [value.lower() for name in _TYPES if isinstance(value := element.get(name), str)]
    return next((kind for kind in kinds if _STYLE.fullmatch(kind)), kinds[0] if kinds else "")


def _heading(element: dict[str, Any], kind: str, text: str) -> str:
    stated = _LEVEL.search(f"{element.get('level', '')}{kind}")
    level = min(6, max(2, int(stated[0]))) if stated else 2
    return f"<h{level}>{text}</h{level}>"


def _list(element: dict[str, Any], kind: str, depth: int) -> str:
    items = _first(element, _ITEMS)
    items = _first(items, _ITEMS) if isinstance(items, dict) else items
    if not isinstance(items, list):
        return ""
    style = f"{kind} {element.get('list_type', '')} {element.get('listType', '')} {element.get('style', '')}"
    tag = "ol" if _NUMBERED.search(style.lower()) else "ul"
    texts = [_text(item, depth + 1) for item in items]
    return f"<{tag}>{''.join(f'<li>{text}</li>' for text in texts if text.strip())}</{tag}>"


def _text(value: Any, depth: int) -> str:
    """Return the text of a value with its inline markup and links."""
    if depth > _DEEPEST:
        return ""
    if isinstance(value, str):
        return value if "<" in value else html.escape(html.unescape(value), quote=False)
    if isinstance(value, list):
        return "".join(_text(one, depth + 1) for one in value)
    if not isinstance(value, dict):
        return ""
    text = _text(_first(value, _TEXTS), depth + 1)
    address = _first(value, ("href", "url", "uri"))
    if isinstance(address, str) and _kind(value) in ("link", "a", "hyperlink"):
        return f'<a href="{html.escape(address)}">{text}</a>'
    return text


def _first(value: Any, names: Sequence[str]) -> Any:
    return next((value[name] for name in names if value.get(name)), None) if isinstance(value, dict) else None


def _drawn(value: Any, depth: int) -> str:
    """Return the HTML of an element of React: ["$", tag, key, {children, …}]."""
    if depth > _DEEPEST or value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return "" if value.startswith("$") else html.escape(value, quote=False)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return _drawn(value.get("children"), depth + 1)
    if not (len(value) == 4 and value[0] == "$" and isinstance(value[1], str) and isinstance(value[3], dict)):
        return "".join(_drawn(one, depth + 1) for one in value)
    tag, properties = value[1], value[3]
    inside = _drawn(properties.get("children"), depth + 1)
    stated = (properties.get("dangerouslySetInnerHTML") or {}) if not inside else {}
    inside = inside or (str(stated.get("__html") or "") if isinstance(stated, dict) else "")
    if tag not in _REACT_TAGS:
        return inside
    names = {"class": properties.get("className"), "href": properties.get("href"), "id": properties.get("id")}
    written = "".join(f' {name}="{html.escape(one)}"' for name, one in names.items() if isinstance(one, str))
    return f"<{tag}{written}>{inside}</{tag}>"
