"""Page fetches that noise in feeds costs: a day of feeds replayed, `python -m tests.bench.bench_noise`.

Each feed is polled every hour and has 15 items of three paragraphs, and one kind of noise that changes with
every request: a tracking pixel, a cache-buster in the address of a picture, a counter of comments, an age
("3 hours ago"), another order of attributes, or other white space; a seventh of them is quiet. Now and then a
publisher edits an item. The documents are read, cut and matched as a poll does; the entries are kept in
memory. An edited item's page is fetched as `store/entries.py` has it: at once, and once a day after
`MANY_LOOKS`. Compared with a naive hash of the bytes of title and content, which the service used before.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from html import escape
from random import Random
from uuid import UUID

from tests.site.prose import prose
from worker.fetch.reply import Reply
from worker.model import EntryState, FeedState
from worker.rows.entries import Item, Known
from worker.rows.feeds import Feed
from worker.services.poll.match import items_of_entries, match
from worker.services.poll.read import Document, read_document
from worker.store.entries import MANY_LOOKS

START = datetime(2026, 3, 2, tzinfo=UTC)
ITEMS = 15
EDITS_A_POLL = 0.02
"""Share of polls before which the publisher edits an item: one item in two days. A guess."""

Noise = Callable[[Random], tuple[str, str]]
"""What a request changes: the markup behind an item's text, and the end of its summary."""


def _quiet(_: Random) -> tuple[str, str]:
    return "", ""


def _pixel(rng: Random) -> tuple[str, str]:
    return f'<img src="https://t.example/{rng.getrandbits(40):x}.gif" width="1" height="1">', ""


def _cache_buster(rng: Random) -> tuple[str, str]:
    return f'<img src="https://p.example/a.jpg?cb={rng.getrandbits(40)}" alt="The ferry">', ""


def _counter(rng: Random) -> tuple[str, str]:
    return f"<p>{rng.randrange(2000)} comments</p>", f" {rng.randrange(2000)} comments"


def _age(rng: Random) -> tuple[str, str]:
    return f"<p>{rng.randrange(1, 60)} minutes ago</p>", ""


def _attributes(rng: Random) -> tuple[str, str]:
    names = ['src="https://p.example/a.jpg"', 'alt="The ferry"', 'width="600"']
    return f"<img {' '.join(rng.sample(names, 3))}>", ""


def _white_space(rng: Random) -> tuple[str, str]:
    return "\n" * rng.randrange(1, 9) + "<p>Read on.</p>", " " * rng.randrange(9)


KINDS: tuple[Noise, ...] = (_quiet, _pixel, _cache_buster, _counter, _age, _attributes, _white_space)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one day: edits by publishers, those that were found, and fetches that only noise has caused."""

    edits: int = 0
    found: int = 0
    noise: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.edits + other.edits, self.found + other.found, self.noise + other.noise)


def naive_hash(item: Item) -> UUID:
    """Hash title, content and date of update, byte for byte."""
    digest = blake2b(digest_size=16)
    for part in (item.title, item.content, item.updated and item.updated.isoformat()):
        digest.update((part or "").encode() + b"\x00")
    return UUID(bytes=digest.digest())


class Memory:
    """The entries of one feed, hashed in one way, and the looks at their pages."""

    def __init__(self, hash_of: Callable[[Item], UUID] | None) -> None:
        self.hash_of = hash_of
        self.known: dict[UUID, tuple[Known, UUID]] = {}
        self.looks: dict[int, int] = {}
        self.later: dict[int, datetime] = {}

    def poll(self, document: Document, edited_guid: str | None, now: datetime) -> Counts:
        """Match one document; count what the publisher edited, and fetches for anything else."""
        found = items_of_entries(document.entries, document.new_hashes, feed_id=1, positions=document.new_at)
        known = [entry for entry, _ in self.known.values()]
        matches = match(found, known, feed_id=1, listed=document.known)
        right = noise = 0
        for entry_id, item in matches.known:
            before = self.known[item.keys[0]][1]
            if self._hash(item) != before:
                fetched = self._fetches(entry_id, now)
                if item.guid == edited_guid:
                    right += 1
                else:
                    noise += fetched
            self._store(entry_id, item)
        for item in matches.new:
            self._store(len(self.known) + 1, item)
        return Counts(found=right, noise=noise)

    def _hash(self, item: Item) -> UUID:
        return self.hash_of(item) if self.hash_of else item.edit_hash

    def _store(self, entry_id: int, item: Item) -> None:
        entry = Known(
            id=entry_id,
            feed_id=1,
            key=item.keys[0],
            guid_key=item.guid_key,
            guid=item.guid,
            item_hash=item.item_hash,
            url=item.url,
            title=item.title,
            published=item.published,
            edit_hash=item.edit_hash,
            state=EntryState.STORED,
            here=True,
        )
        self.known[item.keys[0]] = (entry, self._hash(item))

    def _fetches(self, entry_id: int, now: datetime) -> int:
        """Whether an edit costs a fetch now: after many looks at a page, it is fetched once a day."""
        looks = self.looks.get(entry_id, 0)
        if looks >= MANY_LOOKS and now < self.later.get(entry_id, now):
            return 0
        self.looks[entry_id] = looks + 1
        self.later[entry_id] = now + timedelta(days=1)
        return 1


def document_of(texts: list[str], noise: Noise, rng: Random) -> bytes:
    """Return a feed of these texts, with the noise of one request."""
    items = []
    for number, text in enumerate(texts):
        behind, end = noise(rng)
        content = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
        items.append(
            f"<item><guid isPermaLink='false'>item-{number}</guid><link>https://p.example/{number}</link>"
            f"<title>Story {number}</title><description>{escape(text[:80] + end)}</description>"
            f"<content:encoded>{escape(content + behind)}</content:encoded></item>"
        )
    namespace = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    return f"<rss version='2.0' {namespace}><channel>{''.join(items)}</channel></rss>".encode()


def one_day(seed: int, noise: Noise, *, polls: int) -> tuple[Counts, Counts]:
    """Replay a day of one feed; return the counts with the naive hash and with the service's."""
    rng = Random(seed)
    texts = [prose(f"{seed} {number}", paragraphs=3) for number in range(ITEMS)]
    url = "https://p.example/feed"
    feed = Feed(1, url, 1, FeedState.ACTIVE, 0, 0, None, None, None, None, None, None, 0, None, 0, {})
    naive, ours = Memory(naive_hash), Memory(None)
    before, after = Counts(), Counts()
    for number in range(polls):
        edited = rng.randrange(ITEMS) if number and rng.random() < EDITS_A_POLL else None
        if edited is not None:
            texts[edited] += f" Corrected: {rng.getrandbits(40):x}."
            before, after = before + Counts(edits=1), after + Counts(edits=1)
        body = document_of(texts, noise, rng)
        document = read_document(feed, Reply(url=url, status=200, body=body, size=len(body)), most=100)
        if document is None:
            continue
        assert isinstance(document, Document)
        now, guid = START + timedelta(days=number / polls), None if edited is None else f"item-{edited}"
        before += naive.poll(document, guid, now)
        after += ours.poll(document, guid, now)
        feed = replace(feed, item_hashes=list(document.hashes), body_hash=document.body_hash)
    return before, after


def measure(*, feeds: int, polls: int) -> dict[str, tuple[Counts, Counts]]:
    """Replay a day of `feeds` feeds; return what each kind of noise costs, before and after."""
    found = {kind.__name__.strip("_"): (Counts(), Counts()) for kind in KINDS}
    for seed in range(feeds):
        kind = KINDS[seed % len(KINDS)]
        before, after = one_day(seed, kind, polls=polls)
        name = kind.__name__.strip("_")
        found[name] = (found[name][0] + before, found[name][1] + after)
    return found


def main() -> None:
    """Print the fetches that each kind of noise has caused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--polls", type=int, default=24)
    given = parser.parse_args()
    found = measure(feeds=given.feeds, polls=given.polls)
    print(f"{given.feeds} feeds, {given.polls} polls each: page fetches caused by noise, edits found")
    print(f"{'noise':<16}{'naive':>10}{'wiredesk':>10}{'edits':>8}{'naive':>8}{'wiredesk':>10}")
    everything = (
        sum((b for b, _ in found.values()), Counts()),
        sum((a for _, a in found.values()), Counts()),
    )
    for name, (before, after) in {**found, "all": everything}.items():
        print(
            f"{name:<16}{before.noise:>10}{after.noise:>10}{after.edits:>8}{before.found:>8}{after.found:>10}"
        )


if __name__ == "__main__":
    main()
