"""Subscribing: from an OPML file, a list of URLs or one URL to rows of feeds, hosts and publishers.

read the source: OPML, or one URL a line
find the host and the publisher of each wish         invalid addresses are reported, not fatal
save all in one transaction; known feeds gain the labels
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.feeds import opml
from worker.feeds.listing import articles
from worker.feeds.opml import OpmlFeed
from worker.rows.feeds import Subscription
from worker.store import Store, feeds, hosts, publishers
from worker.urls import BadUrl, host_key, host_of, without_user, without_www

# Shown with the address, from which user name and password have been removed.
_HAS_A_USER = (
    "the address contained a user name or a password, which everyone who sees the feed could read: "
    "set them for its host in hosts.toml, and add the address without them, as printed here"
)


class NotAList(ValueError):
    """The source has no subscriptions; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A feed to subscribe to, as its source names it.

    `listing`: a page whose links become entries; only those in `selector` (CSS), if there is one.
    """

    url: str
    title: str | None = None
    labels: tuple[str, ...] = ()
    listing: bool = False
    selector: str | None = None


@dataclass(frozen=True, slots=True)
class BadWish:
    """A feed that cannot be subscribed to, and why."""

    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The ids of new feeds, the number of known ones, and the wishes that were rejected."""

    added: tuple[int, ...]
    known: int
    bad: tuple[BadWish, ...]


def is_opml(body: bytes) -> bool:
    """Return whether the document looks like OPML."""
    return b"<opml" in body[:2000].lower()


def read_wishes(body: bytes) -> list[Wish]:
    """Return the wishes in an OPML document, or in a text with one URL a line (`#` begins a comment).

    Raises `NotAList`.
    """
    if is_opml(body):
        return _from_opml(body)
    if body.lstrip()[:1] in (b"<", b"{"):
        raise NotAList("neither OPML nor a list of URLs; to subscribe to a feed, give its address")
    try:
        lines = body.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise NotAList("neither OPML nor a list of URLs in UTF-8") from None
    wishes = [Wish(line.split()[0]) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not wishes:
        raise NotAList("it contains no URL")
    return wishes


def subscribe(store: Store, wishes: Iterable[Wish], *, now: datetime) -> Subscribed:
    """Subscribe to all wishes with a valid address. Raises `StoreUnavailable`."""
    good, bad = _sorted(wishes)
    with store.begin() as db:
        host_ids = hosts.ensure(db, [host_key(wish.url) for wish in good])
        publisher_ids = publishers.ensure(db, [without_www(host_of(wish.url)) for wish in good])
        rows = [
            Subscription(
                url=wish.url,
                host_id=host_ids[host_key(wish.url)],
                publisher_id=publisher_ids[without_www(host_of(wish.url))],
                title=wish.title,
                labels=wish.labels,
                settings=_settings(wish),
            )
            for wish in good
        ]
        added = feeds.add(db, rows, now=now)
    return Subscribed(tuple(added), len({wish.url for wish in good}) - len(added), tuple(bad))


def move_feed(store: Store, feed_id: int, url: str | None, *, now: datetime) -> str:
    """Give a feed the address `url`, by default the address that its site names; return it.

    Raises `ValueError`, which says why not in one line, `LookupError`, `StoreUnavailable`.
    """
    with store.begin() as db:
        url = url or feeds.successor(db, feed_id)
    if url is None:
        raise ValueError("its site names no other feed: give the address, or try `wiredesk feeds discover`")
    if bad := _sorted([Wish(url)])[1]:
        raise ValueError(f"{bad[0].url}: {bad[0].why}")
    with store.begin() as db:
        if feeds.url_taken(db, url, by_other_than=feed_id):
            raise ValueError(f"another feed has the address {url}: `wiredesk feeds remove` one of them")
        host_id = hosts.ensure(db, [host_key(url)])[host_key(url)]
        feeds.move_to(db, feed_id, url, host_id=host_id, now=now)
    return url


def as_opml(row: Mapping[str, Any]) -> OpmlFeed:
    """Return a row of `feeds.subscriptions` as an item of OPML that `read_wishes` can read."""
    listed = row["settings"].get("listing")
    return OpmlFeed(
        row["url"],
        row["title"],
        folders=tuple(row["labels"][:1]),
        labels=tuple(row["labels"][1:]),
        listing=listed is not None,
        selector=(listed or {}).get("selector"),
    )


def _settings(wish: Wish) -> dict[str, Any]:
    """Return the settings of the wished feed; empty for an ordinary feed."""
    if not wish.listing:
        return {}
    return {"listing": {"selector": wish.selector} if wish.selector else {}}


def _sorted(wishes: Iterable[Wish]) -> tuple[Sequence[Wish], Sequence[BadWish]]:
    good: list[Wish] = []
    bad: list[BadWish] = []
    for wish in wishes:
        try:
            host_key(wish.url)
            if (bare := without_user(wish.url)) != wish.url:
                bad.append(BadWish(bare, _HAS_A_USER))
                continue
            if wish.selector:
                articles.check_selector(wish.selector)
        except (BadUrl, articles.BadSelector) as error:
            bad.append(BadWish(wish.url, str(error)))
        else:
            good.append(wish)
    return good, bad


def _from_opml(body: bytes) -> list[Wish]:
    try:
        found = opml.read(body)
    except ValueError as error:
        raise NotAList(f"the OPML cannot be read: {error}") from None
    if not found:
        raise NotAList("the OPML contains no feed")
    return [
        Wish(
            feed.url,
            feed.title,
            labels=(*feed.folders, *feed.labels),
            listing=feed.listing,
            selector=feed.selector if feed.listing else None,
        )
        for feed in found
    ]
