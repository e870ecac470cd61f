"""JSON Feed 1.0 and 1.1 (https://jsonfeed.org/version/1.1). A field of a wrong type counts as missing."""

import json
from typing import Any

from worker.feeds.formats.identity import is_placeholder
from worker.feeds.types import Enclosure, ParsedEntry, ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.clean import clean_html
from worker.text.dates.strict import NO_DATE, feed_date
from worker.text.plain import absolute_link, collapsed, plain_text, storable

JsonObject = dict[str, Any]


def read_json_feed(body: bytes, *, url: str, most: int | None = None) -> ParsedFeed | Refusal:
    """Return the feed in `body`; refuse with NOT_A_FEED if it is not JSON or has no list of items."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        return Refusal(Reason.NOT_A_FEED, f"unreadable JSON: {str(error)[:200]}")
    if not isinstance(document, dict) or not _looks_like_feed(document):
        return Refusal(Reason.NOT_A_FEED, "JSON, but not a JSON Feed")
    return _feed(document, url, most)


def _looks_like_feed(document: JsonObject) -> bool:
    named = "jsonfeed.org" in str(document.get("version", "")) or "items" in document
    return named and isinstance(document.get("items", []), list)


def _feed(document: JsonObject, url: str, most: int | None) -> ParsedFeed:
    authors = _authors(document)
    base = absolute_link(url, _text(document, "feed_url")) or url
    items = [item for item in document.get("items", []) if isinstance(item, dict)]
    troubles = (
        (len(document.get("items", [])) - len(items), "items are not objects"),
        (len(items) - len(items[:most]), f"entries beyond the first {most} were left out"),
    )
    return ParsedFeed(
        kind="json",
        title=_line(document, "title"),
        link=absolute_link(base, _text(document, "home_page_url")),
        language=_line(document, "language"),
        entries=tuple(_entry(item, base, authors) for item in items[:most]),
        warnings=tuple(f"{count} {words}" for count, words in troubles if count > 0),
        hubs=tuple(hub for h in _objects(document, "hubs") if (hub := absolute_link(base, _text(h, "url")))),
        self_url=absolute_link(url, _text(document, "feed_url")),
        next_page=absolute_link(base, _text(document, "next_url")),
    )


def _entry(item: JsonObject, base: str, feed_authors: tuple[str, ...]) -> ParsedEntry:
    page, elsewhere = (
        None if is_placeholder(address) else address
        for address in (_text(item, "url"), _text(item, "external_url"))
    )
    html, text = _text(item, "content_html"), _text(item, "content_text")
    published = feed_date(_text(item, "date_published")) or NO_DATE
    updated = feed_date(_text(item, "date_modified")) or NO_DATE
    return ParsedEntry(
        id=_id(item),
        link=absolute_link(base, page) or absolute_link(base, elsewhere) or _link_in_id(item),
        title=_line(item, "title"),
        authors=_authors(item) or feed_authors,
        published=published[0],
        updated=updated[0],
        summary=_text(item, "summary"),
        content=clean_html(html, base) if html else text,
        enclosures=tuple(e for a in _objects(item, "attachments") if (e := _enclosure(a, base))),
        tags=_strings(item.get("tags")),
        language=_line(item, "language"),
        published_precision=published[1],
        updated_precision=updated[1],
    )


def _text(thing: JsonObject, key: str) -> str | None:
    value = thing.get(key)
    return storable(value).strip() or None if isinstance(value, str) else None


def _line(thing: JsonObject, key: str) -> str | None:
    """A value that should be one plain line; markup in it is a publisher's mistake and removed."""
    value = _text(thing, key)
    return plain_text(value, markup="</" in value or "&" in value) or None if value else None


def _id(item: JsonObject) -> str | None:
    """The id; a number counts as the string it was meant to be (specification, `id`)."""
    value = item.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _text(item, "id")


def _link_in_id(item: JsonObject) -> str | None:
    """The id as the link, if it is an address: the specification prefers such ids (`id`)."""
    written = _text(item, "id") or ""
    return absolute_link(written, written) if "://" in written else None


def _objects(thing: JsonObject, key: str) -> list[JsonObject]:
    value = thing.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _authors(thing: JsonObject) -> tuple[str, ...]:
    """Names of version 1.1's `authors`, else of 1.0's `author`."""
    single = thing.get("author")
    people = _objects(thing, "authors") or ([single] if isinstance(single, dict) else [])
    return tuple(dict.fromkeys(name for person in people if (name := _line(person, "name"))))


def _strings(value: object) -> tuple[str, ...]:
    """A list of words, which some publishers write as one string with commas."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(s for v in value if isinstance(v, str) and (s := collapsed(storable(v)))))


def _enclosure(attachment: JsonObject, base: str) -> Enclosure | None:
    address = absolute_link(base, _text(attachment, "url"))
    size = attachment.get("size_in_bytes")
    length = size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
    return Enclosure(address, _text(attachment, "mime_type"), length) if address else None
