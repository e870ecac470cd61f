"""Matching the items of a feed's document with the entries in the store. Pure.

An item is a known entry if its canonical link is that of an entry, whichever feed brought it, or if its guid
was seen in this feed before and it is still the same item. A guid that several items of one document share
identifies none of them, and a guid reused for another article does not hide that article.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from worker.feeds import ParsedEntry
from worker.feeds.formats import bounds, identity
from worker.rows.entries import Item, Known
from worker.urls import canonical_or_none, host_key, key_of


@dataclass(frozen=True, slots=True)
class Matches:
    """The new items of a document, and the known ones with the ids of their entries.

    `edited` are the known ones whose title, content or date of update the publisher has changed.
    """

    new: tuple[Item, ...]
    known: tuple[tuple[int, Item], ...]
    edited: tuple[tuple[int, Item], ...]


NO_MATCHES = Matches((), (), ())


def items_of_entries(
    entries: Sequence[ParsedEntry], hashes: Sequence[int], *, feed_id: int, positions: Sequence[int]
) -> list[Item]:
    """Return parsed entries as items of feed `feed_id`, each with its key and without the id of its host.

    `hashes` and `positions` belong to the entries one by one; pass none where they are unknown.
    """
    guids = identity.identifying_guids(entries)
    known_hashes = hashes if len(hashes) == len(entries) else [None] * len(entries)
    places = positions if len(positions) == len(entries) else range(len(entries))
    return [
        _item(entry, guid, item_hash, place, feed_id)
        for entry, guid, item_hash, place in zip(entries, guids, known_hashes, places, strict=True)
    ]


def _item(entry: ParsedEntry, guid: str | None, item_hash: int | None, position: int, feed_id: int) -> Item:
    entry = bounds.bounded_entry(entry)
    url = canonical_or_none(entry.link) if entry.link else None
    guid_key = key_of("guid", guid) if guid else None
    edit_hash = _edit_hash(entry)
    key = key_of(url) if url else key_of("feed", feed_id, guid or str(edit_hash))
    return Item(
        key=key,
        guid=guid[: bounds.ID] if guid else None,
        guid_key=guid_key,
        item_hash=item_hash,
        position=position,
        url=url,
        host_id=None,
        title=entry.title,
        authors=entry.authors,
        published=entry.published,
        updated=entry.updated,
        summary=entry.summary,
        content=entry.content,
        language=entry.language,
        edit_hash=edit_hash,
    )


def _edit_hash(entry: ParsedEntry) -> UUID:
    """Hash what the feed says of the item; a changed hash means that the publisher edited it.

    The date of the last update counts, the summary does not: many summaries carry counters of comments.
    """
    digest = blake2b(digest_size=16)
    for part in (entry.title, entry.content, entry.updated and entry.updated.isoformat()):
        digest.update((part or "").encode("utf-8", "surrogatepass") + b"\x00")
    return UUID(bytes=digest.digest())


def link_keys(link: str) -> tuple[UUID, ...]:
    """Return the keys under which an entry with this link may be stored."""
    url = canonical_or_none(link)
    return (key_of(url),) if url else ()


def host_keys(found: Sequence[Item]) -> set[str]:
    """Return the keys of the hosts that the items' pages are on."""
    return {host_key(item.url) for item in found if item.url}


def match(found: Sequence[Item], known: Sequence[Known], *, feed_id: int) -> Matches:
    """Sort items into new ones and known entries.

    Only the feed that brought an entry can edit it: two feeds that word it differently would otherwise edit
    it in turns.
    """
    by_key = {entry.key: entry for entry in known if entry.guid_key is None}
    by_guid: Mapping[UUID, Known] = {entry.guid_key: entry for entry in known if entry.guid_key is not None}
    new: dict[UUID, Item] = {}
    matched: dict[int, Item] = {}
    edited: dict[int, Item] = {}
    for item in found:
        entry = _entry_of(item, by_key, by_guid)
        if entry is None:
            new.setdefault(item.key, item)
            continue
        matched.setdefault(entry.id, item)
        if entry.feed_id == feed_id and entry.edit_hash != item.edit_hash:
            edited.setdefault(entry.id, item)
    return Matches(tuple(new.values()), tuple(matched.items()), tuple(edited.items()))


def _entry_of(item: Item, by_key: Mapping[UUID, Known], by_guid: Mapping[UUID, Known]) -> Known | None:
    if item.key in by_key:
        return by_key[item.key]
    entry = by_guid.get(item.guid_key) if item.guid_key else None
    if entry is None:
        return None
    said = ParsedEntry(id=item.guid, link=item.url, title=item.title, published=item.published)
    return entry if identity.same_item(entry.url, entry.title, entry.published, said) else None
