"""Comparison of two versions of an article: the fields that the publisher changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from worker.extract.words import squeeze

COMPARED = (
    *(
        "title",
        "authors",
        "published",
        "modified",
        "language",
        "section",
        "tags",
        "summary",
        "blocks",
        "images",
    ),
    *("paywalled", "kind"),
)
"""The fields that a publisher changes; the others follow from these or from the extractor."""


def changed_fields(old_document: Mapping[str, Any], new_document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the fields that say something else, in the order of `COMPARED`.

    Differences in spacing, in the zone of an instant, in a link's address or in a picture's size do not
    count.
    """
    return tuple(name for name in COMPARED if _said(name, old_document) != _said(name, new_document))


def _said(name: str, document: Mapping[str, Any]) -> Any:
    value = document.get(name)
    if name in ("published", "modified"):
        return datetime.fromisoformat(value) if value else None
    if name == "blocks":
        return [(block["kind"], squeeze(block["text"])) for block in value or ()]
    if name == "images":
        return [(image["url"].partition("?")[0], squeeze(image.get("caption"))) for image in value or ()]
    if isinstance(value, str):
        return squeeze(value)
    return value or None
