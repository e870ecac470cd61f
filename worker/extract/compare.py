"""Comparison of two versions of an article: what a reader sees differ, and whether that is an edit.

An edit changes what the article says: one of `EDITED`. `OTHERS` are visible as well, but change without the
publisher's editing the article, such as its tags or what the site reserves. What changes at each request of
many pages counts for neither: the date of the last modification, the addresses of pictures, the order of
tags, a date that only the feed states. It is stored with the next difference that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from worker.extract.words import squeeze
from worker.text import word_diff

EDITED = ("title", "text", "summary", "authors", "agencies", "published", "kind", "images")
"""The fields whose difference makes a revision; of images the captions and credits."""

OTHERS = (
    *("blocks", "images", "published_precision", "language", "section", "tags", "site_name", "paywalled"),
    *("rights", "correction"),
)
"""The fields whose difference makes a line without a revision."""

WITH_OTHERS = ("modified",)
"""The fields that are named only if one of the others differs."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two versions: the `edited` fields and all that count, in the order of the lists.

    `words_added` and `words_removed` are those of title and text.
    """

    changed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0


NOTHING = Differences()

_EARLIEST, _LATEST = timedelta(hours=14), timedelta(hours=12)
"""How long before midnight in UTC a day begins at the earliest, and how long after it at the latest: the
offsets of Kiritimati and of Baker Island."""


def compare_versions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Differences:
    """Return what a reader sees differ between two documents; `NOTHING` if that is nothing that counts."""
    edited = _edited(old, new)
    changed = changed_fields(old, new)
    if not set(changed) - set(WITH_OTHERS):
        return NOTHING
    added = removed = 0
    for name in ("title", "text"):
        if name in edited:
            counted = word_diff.count(_words(name, old), _words(name, new))
            added, removed = added + counted[0], removed + counted[1]
    return Differences(changed, edited, added, removed)


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the fields that say something else, in the order of the lists.

    The spacing of texts and the time zone of dates do not count.
    """
    edited = _edited(old, new)
    # Another text has other blocks.
    implied = {*edited, "blocks"} if "text" in edited else set(edited)
    others = (name for name in OTHERS if name not in implied and _shown(name, old) != _shown(name, new))
    more = (name for name in WITH_OTHERS if _instant(old, name) != _instant(new, name))
    return (*edited, *others, *more)


def _edited(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        name
        for name in EDITED
        if (not _is_same_date(old, new) if name == "published" else _said(name, old) != _said(name, new))
    )


def _said(name: str, document: Mapping[str, Any]) -> Any:
    """Return the part of a field that is an edit when it differs; None if the field is empty."""
    value = document.get(name)
    if name == "text":
        return squeeze(_words(name, document))
    if name == "images":
        lines = ((squeeze(image.get("caption")), squeeze(image.get("credit"))) for image in value or ())
        return sorted(line for line in lines if any(line))
    if isinstance(value, str):
        return squeeze(value) or None
    return [squeeze(one) for one in value] if value else None


def _shown(name: str, document: Mapping[str, Any]) -> Any:
    """Return the part of a field that a reader sees otherwise when it differs."""
    value = document.get(name)
    if name == "blocks":
        return [_block(block) for block in value or ()]
    if name == "images":
        return sorted(_picture(image["url"]) for image in value or ())
    if name == "tags":
        return {squeeze(tag) for tag in value or ()}
    if name == "rights":
        given = {key: one for key, one in (value or {}).items() if one}
        return {key: sorted(one) if isinstance(one, list | tuple) else one for key, one in given.items()}
    if isinstance(value, str):
        return squeeze(value) or None
    return value


def _block(block: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what counts of a block; addresses without their query, which may name the session."""
    links = tuple(
        (link["start"], link["end"], link["url"].partition("?")[0].partition("#")[0])
        for link in block.get("links") or ()
    )
    place = (block["kind"], block.get("level"), bool(block.get("ordered")))
    return (*place, squeeze(block["text"]), squeeze(block.get("attribution")), links)


def _picture(url: str) -> str:
    """Return the file's name in an address: hosts, folders and queries differ with server and size."""
    return str(url.partition("?")[0].rpartition("/")[2])


def _words(name: str, document: Mapping[str, Any]) -> str:
    if name == "text" and "text" not in document:
        return "\n\n".join(block["text"] for block in document.get("blocks") or ())
    return document.get(name) or ""


def _is_same_date(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two versions state the same date of publication, one of them perhaps less precisely."""
    if all((one.get("provenance") or {}).get("published") == "feed" for one in (old, new)):
        # Many feeds date all their items again at each request.
        return True
    one, other = _instant(old, "published"), _instant(new, "published")
    if one is None or other is None:
        return one is other
    precisions = {document.get("published_precision") or "instant" for document in (old, new)}
    if precisions == {"day"}:
        return bool(one.date() == other.date())
    if precisions == {"instant"}:
        return bool(one == other)
    instant, day = (one, other) if new.get("published_precision") == "day" else (other, one)
    return bool(-_EARLIEST <= instant - day <= timedelta(days=1) + _LATEST)


def _instant(document: Mapping[str, Any], name: str) -> datetime | None:
    value = document.get(name)
    return datetime.fromisoformat(value).astimezone(UTC) if value else None
