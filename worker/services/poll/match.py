"""Matching the items of a feed's document with the entries in the store. Pure.

An item is named by the first of its guid, its link with the fragment, its link, and its text (title, summary
and content) that it has. A name that several items of the document share, or several entries that the feed
showed before, tells nothing apart, and the next one decides. Items that differ in any of these, or in their
date, are different items of one document; items that agree in all are one item, listed repeatedly.

Items and entries are matched in passes, the strongest evidence first, and no entry is given to two items. So
whatever names are missing, repeated or worthless, a document of n items has n entries, and the same items in
another order or with other dates have the same n: a date alone tells two items apart while both are in the
document, and an item that comes back with another date is the same item.

An item whose bytes are known was cut from the document before it was parsed. Its entry is taken (`listed`):
another item with its name, in the same document, is another item.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from itertools import count
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from worker.feeds import ParsedEntry
from worker.feeds.formats import bounds, identity, wording
from worker.model import EntryState
from worker.rows.entries import Item, Known
from worker.text.dates.precision import Precision
from worker.urls import canonical, canonical_or_none, host_key, key_of

FEW_MOVES = 3
"""Stored entries of one document with new addresses up to which their pages are fetched at once: a publisher
corrects a few links, and a site that has moved changes all of them. A guess."""


@dataclass(frozen=True, slots=True)
class Move:
    """A known entry whose feed gives it another link.

    `first`: the entry still has the address under which it was found. The addresses of feeds that rotate
    something in their links change again and again, and are not fetched each time.
    """

    entry_id: int
    item: Item
    first: bool
    look: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """The new items of a document, and the known ones with the ids of their entries.

    `edited` are the known ones whose title, text or date of update the publisher has changed; `renewed` those
    of which that is unknown, since another version has hashed them; `moved` those with another link.
    `repeated` counts items that the document lists more than once.
    """

    new: tuple[Item, ...]
    known: tuple[tuple[int, Item], ...]
    edited: tuple[tuple[int, Item], ...]
    renewed: tuple[tuple[int, Item], ...] = ()
    moved: tuple[Move, ...] = ()
    repeated: int = 0

    @property
    def edits(self) -> int:
        """The number of entries that the publisher has edited; another link is an edit, too."""
        return len({entry_id for entry_id, _ in self.edited} | {move.entry_id for move in self.moved})


NO_MATCHES = Matches((), (), ())


def items_of_entries(
    entries: Sequence[ParsedEntry], hashes: Sequence[int], *, feed_id: int, positions: Sequence[int]
) -> list[Item]:
    """Return parsed entries as items of feed `feed_id`, each with its keys and without the id of its host.

    `hashes` and `positions` belong to the entries one by one; pass none where they are unknown.
    """
    known_hashes = hashes if len(hashes) == len(entries) else [None] * len(entries)
    places = positions if len(positions) == len(entries) else range(len(entries))
    return [
        _item(entry, item_hash, place, feed_id)
        for entry, item_hash, place in zip(entries, known_hashes, places, strict=True)
    ]


def _item(entry: ParsedEntry, item_hash: int | None, position: int, feed_id: int) -> Item:
    guid = identity.guid_of(entry)
    facts = key_of(
        *(entry.id or "", entry.link or "", str(entry.published or entry.updated or "")),
        *(entry.title or "", wording.plain(entry.summary), wording.plain(entry.content)),
    )
    entry = bounds.bounded_entry(entry)
    url = canonical_or_none(entry.link) if entry.link else None
    fragment = identity.position_in_page(entry.link) if url else None
    edit_hash = wording.edit_hash(entry)
    said = wording.wording_in(edit_hash)
    text = key_of("feed", feed_id, "text", (said or b"").hex())
    # In the order in which they are tried for a new entry; the first two are the same in all feeds.
    keys = _link_keys(url, fragment) if url else ()
    keys += (key_of("feed", feed_id, guid),) if guid else ()
    keys += (text, key_of("feed", feed_id, "item", str(facts)))
    if guid:
        name = key_of("guid", guid)
    elif url:
        name = key_of("link", f"{url}#{fragment}" if fragment else url)
    else:
        name = key_of("text", (said or b"").hex())
    return Item(
        key=keys[0],
        keys=keys,
        old_key=_old_key(entry, url, guid, feed_id),
        facts=facts,
        guid=guid[: bounds.ID] if guid else None,
        guid_key=name,
        item_hash=item_hash,
        position=position,
        url=url,
        fragment=fragment,
        host_id=None,
        title=entry.title,
        authors=entry.authors,
        published=entry.published,
        updated=entry.updated,
        summary=entry.summary,
        content=entry.content,
        language=entry.language,
        edit_hash=edit_hash,
        published_precision=entry.published_precision,
        updated_precision=entry.updated_precision,
    )


def _old_key(entry: ParsedEntry, url: str | None, guid: str | None, feed_id: int) -> UUID | None:
    """Return the key that an older version gave the item, if it was another one."""
    if url and entry.link:
        if "?" not in entry.link:
            return None
        older = canonical(entry.link, by_value=False)
        return key_of(older) if older != url else None
    return None if guid else key_of("feed", feed_id, str(_hash_before_versions(entry)))


def _hash_before_versions(entry: ParsedEntry) -> UUID:
    """Hash an item as the first version of this service did: the key of entries without guid and link."""
    digest = blake2b(digest_size=16)
    for part in (entry.title, entry.content, entry.updated and entry.updated.isoformat()):
        digest.update((part or "").encode("utf-8", "surrogatepass") + b"\x00")
    return UUID(bytes=digest.digest())


def stated_date(item: Item | ParsedEntry) -> tuple[datetime | None, Precision | None]:
    """Return when an item was published, else when it was last updated, and how exactly that is stated."""
    if item.published is not None:
        return item.published, item.published_precision
    return item.updated, item.updated_precision


def link_keys(link: str) -> tuple[UUID, ...]:
    """Return the keys under which an entry with this link may be stored, also by an older version."""
    url, fragment = canonical_or_none(link), identity.position_in_page(link)
    if not url:
        return ()
    return tuple(dict.fromkeys((*_link_keys(url, fragment), key_of(canonical(link, by_value=False)))))


def _link_keys(url: str, fragment: str | None) -> tuple[UUID, ...]:
    return (key_of(url), key_of(f"{url}#{fragment}")) if fragment else (key_of(url),)


def host_keys(found: Sequence[Item]) -> set[str]:
    """Return the keys of the hosts that the items' pages are on."""
    return {host_key(item.url) for item in found if item.url}


def keys_of(found: Sequence[Item]) -> list[UUID]:
    """Return the keys under which the store may know the items."""
    old = (item.old_key for item in found if item.old_key is not None)
    return list(dict.fromkeys((*(key for item in found for key in item.keys), *old)))


def names_of(found: Sequence[Item]) -> list[UUID]:
    """Return the names under which the items may have been seen in their feed."""
    return list(dict.fromkeys(item.guid_key for item in found))


def match(
    found: Sequence[Item], known: Sequence[Known], *, feed_id: int, listed: Collection[int] = ()
) -> Matches:
    """Sort items into new ones and known entries.

    `listed` are the hashes of the document's items that were cut from it as known. Only the feed that brought
    an entry can edit it: two feeds that word it differently would otherwise edit it in turns.
    """
    distinct = list({item.facts: item for item in reversed(found)}.values())[::-1]
    pairing = _Pairing(distinct, known, frozenset(listed))
    pairing.run()
    taken = {entry.key for entry in known}
    new = []
    for item in pairing.left:
        key = next(key for key in pairing.keys_for(item) if key not in taken)
        taken.add(key)
        new.append(replace(item, key=key))
    edited, renewed, moves = [], [], []
    for entry, item in pairing.pairs:
        if entry.feed_id != feed_id:
            continue
        if not wording.is_comparable(entry.edit_hash):
            renewed.append((entry.id, item))
        elif entry.edit_hash != item.edit_hash:
            edited.append((entry.id, item))
        if _is_moved(entry, item):
            first = entry.url is None or entry.key == key_of(entry.url)
            moves.append(Move(entry.id, item, first, look=entry.state is EntryState.STORED))
    if sum(move.look for move in moves) > FEW_MOVES:
        moves = [replace(move, look=False) for move in moves]
    return Matches(
        new=tuple(new),
        known=tuple((entry.id, item) for entry, item in pairing.pairs),
        edited=tuple(edited),
        renewed=tuple(renewed),
        moved=tuple(moves),
        repeated=len(found) - len(new) - len(pairing.pairs),
    )


def _is_moved(entry: Known, item: Item) -> bool:
    """Whether the feed has corrected the entry's link.

    An entry that has its text, or is a duplicate, moves only to another path: hosts of mirrors, tokens and
    campaigns in queries change from one request to the next. One that was not fetched yet, or was refused, is
    better off with the newest link, whatever has changed.
    """
    if item.url is None or item.url == entry.url:
        return False
    has_article = entry.state in (EntryState.STORED, EntryState.DUPLICATE)
    return not (has_article and entry.url is not None and identity.same_page_moved(entry.url, item.url))


T = TypeVar("T", bound=Hashable)
Facts = tuple[Hashable, ...] | None
"""What an item and an entry must agree in to be matched in a pass; None: there is nothing to compare."""


@dataclass(slots=True)
class _Pairing:
    """Items and entries that are not matched yet, and the pairs that were found."""

    left: list[Item]
    known: Sequence[Known]
    listed: frozenset[int]
    pairs: list[tuple[Known, Item]] = field(default_factory=list)
    free: dict[int, Known] = field(default_factory=dict)
    shared_names: frozenset[UUID] = frozenset()
    shared_urls: frozenset[str] = frozenset()
    item_names: frozenset[UUID] = frozenset()

    def run(self) -> None:
        """Match in passes, each with less evidence than the one before it."""
        here = [entry for entry in self.known if entry.here]
        cut = [entry for entry in here if entry.item_hash is not None and entry.item_hash in self.listed]
        self.shared_names = _shared(
            [item.guid_key for item in self.left],
            [entry.guid_key for entry in cut if entry.guid_key],
            [entry.guid_key for entry in here if entry.guid_key],
        )
        self.shared_urls = _shared(
            [item.url for item in self.left if item.url],
            [entry.url for entry in cut if entry.url],
            [entry.url for entry in here if entry.url],
        )
        self.item_names = frozenset(item.guid_key for item in self.left)
        # An entry seen in this feed goes before one that only others showed.
        ordered = sorted(self.known, key=lambda entry: not entry.here)
        gone = {entry.id for entry in cut}
        self.free = {entry.id: entry for entry in ordered if entry.id in gone}
        # The item of an entry that was cut may be listed again in other bytes.
        self._match(_all_of_item, _all_of_entry)
        self.free = {entry.id: entry for entry in ordered if entry.id not in gone}
        self._match(_all_of_item, _all_of_entry)
        self._match(partial(self._guid, with_url=True), partial(self._guid_of, with_url=True))
        self._match(self._url, self._url_of, self._may_share_link)
        self._match(
            partial(self._guid, with_url=False), partial(self._guid_of, with_url=False), _is_same_item
        )
        self._match(_text_of_item, _text_of_entry)
        titles = Counter(map(_title_of_item, self.left)) + Counter(map(_title_of_entry, self.known))
        self._match(_title_of_item, _title_of_entry, lambda item, _: titles[_title_of_item(item)] <= 2)
        self._match(_dated_text_of_item, _dated_text_of_entry, self._is_renamed)
        self._match(_bare_text_of_item, _bare_text_of_entry, _may_have_lost_name)
        self._match(lambda item: (item.old_key,) if item.old_key else None, _key_of_entry, _is_old_note)
        self._match(lambda item: item.keys[-1:], _key_of_entry)

    def _match(
        self,
        of_item: Callable[[Item], Facts],
        of_entry: Callable[[Known], Facts],
        accept: Callable[[Item, Known], bool] = lambda item, entry: True,
    ) -> None:
        if not self.left or not self.free:
            return
        waiting: dict[Facts, list[Known]] = defaultdict(list)
        for entry in self.free.values():
            if (facts := of_entry(entry)) is not None:
                waiting[facts].append(entry)
        left = []
        for item in self.left:
            facts = of_item(item)
            candidates = waiting.get(facts, ()) if facts is not None else ()
            found = next((one for one in candidates if one.id in self.free and accept(item, one)), None)
            if found is None:
                left.append(item)
            else:
                del self.free[found.id]
                self.pairs.append((found, item))
        self.left = left

    def keys_for(self, item: Item) -> Iterator[UUID]:
        """Yield the keys under which a new item may be stored, the best first; there is always another.

        Never a link that several items share: another feed's only item with it is another item.
        """
        yield from item.keys[1:] if item.url in self.shared_urls else item.keys
        yield from (key_of("again", number, str(item.facts)) for number in count())

    def _guid(self, item: Item, *, with_url: bool) -> Facts:
        if item.guid is None or item.guid_key in self.shared_names:
            return None
        return (item.guid_key, item.url) if with_url else (item.guid_key,)

    def _guid_of(self, entry: Known, *, with_url: bool) -> Facts:
        if entry.guid_key is None:
            return None
        return (entry.guid_key, entry.url) if with_url else (entry.guid_key,)

    def _url(self, item: Item) -> Facts:
        return (item.url,) if item.url and item.url not in self.shared_urls else None

    def _url_of(self, entry: Known) -> Facts:
        return (entry.url,) if entry.url else None

    def _may_share_link(self, item: Item, entry: Known) -> bool:
        """Whether the item at an entry's link is the entry: not if they have different guids or fragments.

        Unless one is the other's new version, as where a program makes new guids at each request.
        """
        if not entry.here or not _has_other_name(item, entry):
            return True
        if entry.guid_key in self.item_names:
            return False
        if item.guid and entry.guid and identity.is_new_version(entry.guid, item.guid):
            return item.fragment is None or identity.is_retitled(entry.title, item.title)
        at_home = urlsplit(entry.url or "").path in ("", "/")
        said = wording.wording_in(entry.edit_hash)
        same_text = said is not None and said == wording.wording_in(item.edit_hash)
        return not at_home and (same_text or identity.is_retitled(entry.title, item.title))

    def _is_renamed(self, item: Item, entry: Known) -> bool:
        return entry.guid_key not in self.item_names


def _shared(found: Sequence[T], cut: Sequence[T], here: Sequence[T]) -> frozenset[T]:
    """What more than one item of the document has, or more than one entry that the feed has shown."""
    document, store = Counter([*found, *cut]), Counter(here)
    return frozenset(one for one in {*found, *here} if document[one] > 1 or store[one] > 1)


def _has_other_name(item: Item, entry: Known) -> bool:
    """Whether item and entry have different names of one kind: guids, or links with fragments."""
    if entry.guid_key is None or (item.guid is None) != (entry.guid is None):
        return False
    return item.guid_key != entry.guid_key


def _all_of_item(item: Item) -> Facts:
    return (item.guid_key, item.url, wording.wording_in(item.edit_hash), item.published)


def _all_of_entry(entry: Known) -> Facts:
    if not entry.here or not wording.is_comparable(entry.edit_hash):
        return None
    return (entry.guid_key, entry.url, wording.wording_in(entry.edit_hash), entry.published)


def _text_of_item(item: Item) -> Facts:
    return (item.guid_key, item.url, wording.wording_in(item.edit_hash))


def _text_of_entry(entry: Known) -> Facts:
    return (_all_of_entry(entry) or ())[:3] or None


def _title_of_item(item: Item) -> Facts:
    return (item.guid_key, item.url, item.title, item.published) if item.title and item.published else None


def _title_of_entry(entry: Known) -> Facts:
    return (entry.guid_key, entry.url, entry.title, entry.published) if entry.here else None


def _dated_text_of_item(item: Item) -> Facts:
    dated = item.url and item.published
    return (item.url, wording.wording_in(item.edit_hash), item.published) if dated else None


def _dated_text_of_entry(entry: Known) -> Facts:
    return (_all_of_entry(entry) or ())[1:] or None


def _bare_text_of_item(item: Item) -> Facts:
    return (wording.wording_in(item.edit_hash),)


def _bare_text_of_entry(entry: Known) -> Facts:
    return (_all_of_entry(entry) or ())[2:3] or None


def _may_have_lost_name(item: Item, entry: Known) -> bool:
    """Whether item and entry with one text can be one: a feed has begun or ceased to give guids or links."""
    same_guid = item.guid is None or entry.guid is None or item.guid_key == entry.guid_key
    return same_guid and (item.url is None or entry.url is None)


def _key_of_entry(entry: Known) -> Facts:
    return (entry.key,)


def _is_same_item(item: Item, entry: Known) -> bool:
    # Two articles of one day are not one because of it.
    instant = item.published if item.published_precision != "day" else None
    said = ParsedEntry(id=item.guid, link=item.url, title=item.title, published=instant)
    return identity.same_item(entry.url, entry.title, entry.published, said)


def _is_old_note(item: Item, entry: Known) -> bool:
    """Whether an entry stored under the first version's key, which left out summary and date, is the item."""
    return bool(item.title or item.content) or item.published == entry.published
