"""Articles as JSON-able values, for the store, the API and the exports; and back.

Keys are the attributes of `Article` and its parts. Instants are ISO 8601 with their offset, tuples are lists,
`provenance` is an object, and empty values are left out of blocks and images. `text` is not included: it
follows from the blocks.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from worker.extract.article import Article
from worker.extract.types import Block, Image, Link, Rights

Document = dict[str, Any]

# Fields that need conversion.
_TUPLES = [one.name for one in fields(Article) if one.type == tuple[str, ...]]
_INSTANTS = [one.name for one in fields(Article) if one.type == datetime | None]


def to_document(article: Article) -> Document:
    """Return the article as a JSON object with every field; null or empty where a field is unknown."""
    document: Document = {one.name: getattr(article, one.name) for one in fields(article)}
    for name in _TUPLES:
        document[name] = list(document[name])
    for name in _INSTANTS:
        document[name] = document[name].isoformat() if document[name] else None
    document["blocks"] = [_without_empty(asdict(block)) for block in article.blocks]
    document["images"] = [_without_empty(asdict(image)) for image in article.images]
    rights = asdict(article.rights)
    document["rights"] = {name: list(v) if isinstance(v, tuple) else v for name, v in rights.items()}
    document["provenance"] = dict(article.provenance)
    return document


def from_document(document: Mapping[str, Any]) -> Article:
    """Return the article of a document that `to_document` made; unknown keys are ignored."""
    known = {one.name for one in fields(Article)}
    values = {name: value for name, value in document.items() if name in known}
    for name in _TUPLES:
        values[name] = tuple(values.get(name) or ())
    for name in _INSTANTS:
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    values["blocks"] = tuple(block_of(block) for block in values.get("blocks") or ())
    values["images"] = tuple(Image(**image) for image in values.get("images") or ())
    rights: Document = dict(values.get("rights") or {})
    for name in ("robots", "agents_denied"):
        rights[name] = tuple(rights.get(name) or ())
    values["rights"] = Rights(**rights)
    values["provenance"] = tuple(sorted((values.get("provenance") or {}).items()))
    return Article(**{"title": None, **values})


def _without_empty(values: Document) -> Document:
    return {
        name: list(value) if name == "links" else value
        for name, value in values.items()
        if value is not None and value is not False and value != ()
    }


def block_of(values: Mapping[str, Any]) -> Block:
    """Return the block of a JSON object in an article's `blocks`."""
    return Block(**{**values, "links": tuple(Link(**link) for link in values.get("links", ()))})
