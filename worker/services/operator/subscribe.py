"""Subscribing: from an OPML file, a list of URLs or one URL to rows of feeds, hosts and publishers.

read the source: OPML, one URL a line, or a table with a header
find the host and the publisher of each wish         invalid addresses are reported, not fatal
save all in one transaction; known feeds gain the labels
"""

import codecs
import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from worker.feeds import opml
from worker.feeds.listing import articles
from worker.feeds.opml import OpmlFeed
from worker.rows.feeds import Subscription
from worker.store import Store, feeds, hosts, publishers
from worker.text.encoding import to_utf8
from worker.urls import BadUrl, host_key, host_of, without_user, without_www

# Shown with the address, from which user name and password have been removed.
_HAS_A_USER = (
    "the address contained a user name or a password, which everyone who sees the feed could read: "
    "set them for its host in hosts.toml, and add the address without them, as printed here"
)


# Marks of UTF-16, in which spreadsheets export; what separates the cells of a table.
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = ",;\t"
"""Between the cells of a table: CSV, CSV of spreadsheets in many countries of Europe, a copied table."""
# Names of columns in tables that feed readers and spreadsheets export, without blanks.
_COLUMNS = {
    **dict.fromkeys(
        ("url", "xmlurl", "feed", "feedurl", "rss", "rssurl", "address", "link", "adresse"), "url"
    ),
    **dict.fromkeys(("title", "name", "text", "feedtitle", "feedname", "titel"), "title"),
    **dict.fromkeys(("folder", "category", "label", "labels", "group", "tag", "tags", "ordner"), "label"),
}


class NotAList(ValueError):
    """The source has no subscriptions; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A feed to subscribe to, as its source names it.

    `why_not` says why it cannot be subscribed to, if its source shows that. `listing`: a page whose links
    become entries; only those in `selector` (CSS), if there is one.
    """

    url: str
    title: str | None = None
    labels: tuple[str, ...] = ()
    listing: bool = False
    selector: str | None = None
    why_not: str | None = None


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


def read_wishes(body: bytes) -> list[Wish]:
    """Return the wishes in an OPML document, a text with one URL a line, or a table with a header.

    `#` begins a comment. Raises `NotAList`.
    """
    if opml.is_opml(body):
        return _from_opml(body)
    if body.startswith(_UTF_16):
        body = to_utf8(body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{"):
        raise NotAList("neither OPML nor a list of URLs; to subscribe to a feed, give its address")
    text = body.decode("utf-8-sig", "replace")
    if "\ufffd" in text:
        raise NotAList("neither OPML nor a list of URLs in UTF-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    wishes = _from_table(lines) if _is_table(lines) else [Wish(line.split()[0]) for line in lines]
    if not wishes:
        raise NotAList("it contains no URL")
    return wishes


def _is_table(lines: Sequence[str]) -> bool:
    """Whether the first line is a header: it has several names, none of them an address."""
    return (
        bool(lines)
        and "://" not in lines[0]
        and any("://" in line for line in lines[1:])
        and (any(mark in lines[0] for mark in _DELIMITERS) or lines[0].strip().strip('"').lower() in _COLUMNS)
    )


def _from_table(lines: Sequence[str]) -> list[Wish]:
    """Return the wishes of a table of comma-, semicolon- or tab-separated values with a header."""
    delimiter = max(_DELIMITERS, key=lines[0].count)
    header, *rows = csv.reader(lines, delimiter=delimiter)
    columns = [_COLUMNS.get(re.sub(r"[\s_-]", "", name).lower(), "") for name in header]
    if "url" not in columns:
        named = ", ".join(name.strip()[:40] for name in header)
        raise NotAList(f"a table without a column of addresses: name one url (its columns are: {named})")

    def cell(row: Sequence[str], column: str) -> str:
        at = columns.index(column) if column in columns else len(row)
        return row[at].strip() if at < len(row) else ""

    wishes = []
    for number, row in enumerate(rows, 2):
        if url := cell(row, "url"):
            wishes.append(Wish(url, cell(row, "title") or None, tuple(filter(None, [cell(row, "label")]))))
        else:
            wishes.append(Wish("", why_not=f"row {number} of the table has no address"))
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish: `became` is added, known or refused, and `why` says why."""

    KINDS: ClassVar = ("added", "known", "refused")

    url: str
    title: str | None
    became: str
    feed_id: int | None = None
    why: str = ""


def subscribe_each(store: Store, wishes: Sequence[Wish], *, now: datetime) -> list[Outcome]:
    """Subscribe to all wishes with a valid address, and return what became of each, in their order.

    An address that is listed twice is known the second time. Raises `StoreUnavailable`.
    """
    done = subscribe(store, wishes, now=now)
    added, refused = set(done.added), {bad.url: bad.why for bad in done.bad}
    with store.begin() as db:
        ids = feeds.ids_of(db, [wish.url for wish in wishes])
    outcomes = []
    for wish in wishes:
        bare = without_user(wish.url)
        why = wish.why_not or refused.get(bare, "")
        feed_id = None if why else ids.get(wish.url)
        if why or feed_id is None:
            outcomes.append(Outcome(bare, wish.title, "refused", why=why or "the address cannot be stored"))
        else:
            outcomes.append(Outcome(wish.url, wish.title, "added" if feed_id in added else "known", feed_id))
            added.discard(feed_id)
    return outcomes


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
        if wish.why_not:
            bad.append(BadWish(wish.url, wish.why_not))
            continue
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
        found = opml.read_list(body)
    except ValueError as error:
        raise NotAList(f"the OPML cannot be read: {error}") from None
    if not found.feeds and not found.unread:
        raise NotAList("the OPML contains no feed")
    wishes = [
        Wish(
            feed.url,
            feed.title,
            labels=(*feed.folders, *feed.labels),
            listing=feed.listing,
            selector=feed.selector if feed.listing else None,
        )
        for feed in found.feeds
    ]
    return [*wishes, *(Wish(one.address, why_not=one.why) for one in found.unread)]
