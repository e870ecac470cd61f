"""What a reply to a poll says: the document with the items that were not known. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

from worker.feeds import ParsedEntry, ParsedFeed, archive, cut, parse
from worker.feeds.formats import sitemap
from worker.feeds.formats.bounds import bounded
from worker.feeds.inflate import inflated
from worker.feeds.listing.articles import read_listing
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason, Refusal
from worker.rows.feeds import Feed
from worker.urls import host_key_or_none

SITEMAPS_OF_INDEX = 3
"""Sitemaps of an index that are read at each poll, the likeliest to bring news first: a guess."""


@dataclass(frozen=True, slots=True)
class Document:
    """A changed document: `parsed` has the items that were not known, None when all were.

    `hashes` are those of all its items in order, empty when the format has no items to hash; `new_at` are the
    positions of the items in `parsed`. `left` is how many new items are left for the next poll, which must
    then read the document again: it is not remembered as read.
    """

    body_hash: UUID
    parsed: ParsedFeed | None
    hashes: tuple[int, ...]
    known: tuple[int, ...]
    new_at: tuple[int, ...]
    left: int = 0

    @property
    def entries(self) -> tuple[ParsedEntry, ...]:
        """The items that were not known."""
        return self.parsed.entries if self.parsed else ()

    @property
    def new_hashes(self) -> tuple[int, ...]:
        """The hashes of the items that were not known."""
        return tuple(self.hashes[at] for at in self.new_at)


def read_document(feed: Feed, reply: Reply, *, most: int) -> Document | Refusal | None:
    """Read at most `most` new items; None when it is the document that was read before.

    Returns a Refusal when the reply holds no feed.
    """
    if reply.unchanged:
        return None
    body = reply.content()
    if (wish := feed.settings.get("listing")) is not None:
        return _listing(feed, read_listing(body, url=reply.url, selector=wish.get("selector")), most=most)
    body_hash = _hash(body)
    if body_hash == feed.body_hash:
        return None
    known = frozenset(feed.item_hashes or ())
    cutting = cut(body, known, most=most)
    if cutting.hostile:
        return Refusal(Reason.HOSTILE_XML, cutting.hostile)
    new_at = tuple(at for at, item in enumerate(cutting.hashes) if item not in known)
    if cutting.hashes and not new_at:
        return Document(body_hash, None, cutting.hashes, cutting.hashes, ())
    parsed = parse(cutting.body, url=reply.url, content_type=reply.headers.get("content-type"), most=most)
    if isinstance(parsed, Refusal):
        return parsed
    parsed = bounded(parsed, most=most)
    if cutting.left:
        what = "new entries are left for the next poll" if new_at else "entries were left out"
        parsed = replace(
            parsed, warnings=(f"{cutting.left} {what}, beyond the first {most}", *parsed.warnings)
        )
    again = tuple(item for item in cutting.hashes if item in known)
    return Document(body_hash, parsed, cutting.hashes, again, new_at, left=cutting.left if new_at else 0)


def _listing(feed: Feed, parsed: ParsedFeed | Refusal, *, most: int) -> Document | Refusal | None:
    """A page that lists articles has changed when its links have, whatever else is on it."""
    if isinstance(parsed, Refusal):
        return parsed
    body_hash = _hash(archive.fingerprint(parsed.entries).encode("utf-8", "surrogatepass"))
    same = body_hash == feed.body_hash
    return None if same else Document(body_hash, bounded(parsed, most=most), (), (), ())


def _hash(content: bytes) -> UUID:
    return UUID(bytes=blake2b(content, digest_size=16).digest())


# A feed may be an index of sitemaps. Its own bytes can stay the same while a sitemap below it changes, so the
# likeliest ones are requested at each poll, and what they list together is read, hashed and compared.


def is_index(reply: Reply) -> bool:
    """Whether the reply is an index of sitemaps."""
    body = inflated(reply.content())
    return not isinstance(body, Refusal) and sitemap.is_index(body)


def sitemaps_of(index: Reply, *, host: str) -> list[str]:
    """Return the sitemaps to read at this poll: those on `host`, since other hosts have their own turns."""
    body = inflated(index.content())
    named = [] if isinstance(body, Refusal) else sitemap.children(body, url=index.url)
    return [child.url for child in named if host_key_or_none(child.url) == host][:SITEMAPS_OF_INDEX]


def merged(index: Reply, sitemaps: Sequence[Reply]) -> Reply:
    """Return the reply with the entries of `sitemaps` in place of the index, and without validators."""
    bodies = (inflated(reply.content()) for reply in sitemaps)
    body = sitemap.merged([body for body in bodies if not isinstance(body, Refusal)])
    headers = {"content-type": "application/xml"}
    return replace(index, body=body, encoding="", size=len(body), headers=headers)


def empty_index(index: Reply) -> Failure:
    """Return the failure of an index that names no sitemap on its own host."""
    refusal = Refusal(Reason.NOT_A_FEED, "an index of sitemaps that names none on its own host")
    return Failure(refusal=refusal, retryable=True, url=index.url, status=index.status)
