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

    Of blocks only kind and text count; of images only the address without its query, and the caption. The
    spacing of texts and the time zone of dates do not count.
    """
    return tuple(
        name for name in COMPARED if _comparable(name, old_document) != _comparable(name, new_document)
    )


def _comparable(name: str, document: Mapping[str, Any]) -> Any:
    """Return the part of a field that counts as a change when it differs; None if the field is empty."""
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
