"""The list of feeds over many feeds: `make bench-feed-list`, or with more `ARGS='--feeds 1000000'`.

Generated feeds of a tenth as many hosts and publishers: one in a hundred fails, one in two hundred has a
condition, one in fifty is paused; rare and common labels and words, also such that only the last feeds have.
For each filter the table has the time of the first page of fifty and of one in the middle of the list: the
median of five runs after one to warm up, in milliseconds.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from tests.bench.generated import TEMPORARY, Place, filled_store, timed
from worker.store import Store, feed_pages
from worker.store.db import run
from worker.store.feed_pages import EVERY_FEED, FeedFilter, ListPlace

DEFAULT_FEEDS = 10_000
MOST_MILLISECONDS = 50
"""What a page may take over 1,000,000 feeds, warm."""
LIMIT = 50

FILTERS = (
    EVERY_FEED,
    FeedFilter(state="active"),
    FeedFilter(state="paused"),
    FeedFilter(state="retired"),
    FeedFilter(failing=True),
    FeedFilter(condition="any"),
    FeedFilter(condition="quiet"),
    FeedFilter(condition="moved"),
    FeedFilter(label="national"),
    FeedFilter(label="sea"),
    FeedFilter(label="late"),
    FeedFilter(label="unknown"),
    FeedFilter(publisher="site7.example"),
    FeedFilter(q="news"),
    FeedFilter(q="harbour"),
    FeedFilter(q="https://site7.example/feed/"),
    FeedFilter(q="nowhere"),
    FeedFilter(q="news", label="sea"),
    FeedFilter(q="news", state="paused", label="national"),
    FeedFilter(state="paused", publisher="site7.example"),
)

FILLING = (
    "INSERT INTO hosts (key) SELECT 'https://site' || n || '.example:443' FROM generate_series(1, :some) n",
    "INSERT INTO publishers (site) SELECT 'site' || n || '.example' FROM generate_series(1, :some) n",
    """INSERT INTO feeds (url, host_id, publisher_id, title, labels, state, reason, due_at, errors,
        discovered)
    SELECT 'https://www.site' || 1 + n % :some || '.example/feed/' || n, 1 + n % :some, 1 + n % :some,
        'News ' || CASE WHEN n % 1000 = 3 THEN 'from the harbour ' ELSE 'of the day ' END || n,
        CASE WHEN n % 2000 = 7 THEN '{sea}'::text[] WHEN n > :feeds * 0.99 THEN '{late}'
            WHEN n % 3 = 0 THEN '{national}' ELSE '{}' END,
        CASE WHEN n % 50 = 11 THEN 'paused' WHEN n % 5000 = 12 THEN 'retired' ELSE 'active' END,
        CASE WHEN n % 5000 = 12 THEN 'gone' END,
        CASE WHEN n % 50 <> 11 AND n % 5000 <> 12 THEN now() END,
        CASE WHEN n % 100 = 5 THEN 3 ELSE 0 END, 20
    FROM generate_series(1, :feeds) n""",
    """INSERT INTO feed_conditions (feed_id, condition, since, reason)
    SELECT id, CASE WHEN id % 400 = 5 THEN 'failing' WHEN id % 2000 = 200 THEN 'moved' ELSE 'quiet' END,
        now(), 'generated' FROM feeds WHERE id % 200 = 0 OR id % 400 = 5""",
    "UPDATE feed_counts SET stored = 15, refused = 5",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of a page at the beginning and in the middle; and feeds on the first."""

    filter_: FeedFilter
    found: int
    first: float
    middle: float


def fill(store: Store, feeds: int) -> None:
    """Generate feeds with their hosts, publishers, labels and conditions."""
    for statement in FILLING:
        with store.begin() as db:
            for name, number in (("feeds", feeds), ("some", feeds // 10)):
                statement = statement.replace(f":{name}", str(number))
            run(db, statement)


def measure(store: Store, feeds: int) -> Iterator[Figures]:
    """Measure each filter."""
    middle = ListPlace(feed_pages.SECTIONS - 1, feeds // 2)
    for filter_ in FILTERS:
        found, first = timed(store, partial(feed_pages.page, filter_=filter_, limit=LIMIT))
        _, later = timed(store, partial(feed_pages.page, filter_=filter_, limit=LIMIT, after=middle))
        yield Figures(filter_, len(found.feeds), first, later)


def filled(feeds: int, place: Place = TEMPORARY) -> AbstractContextManager[Store]:
    """A store with generated feeds."""
    return filled_store(f"bench-feed-list-{feeds}", partial(fill, feeds=feeds), place)


def main() -> int:
    """Print the figures; return 1 if a page takes longer than `MOST_MILLISECONDS`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=DEFAULT_FEEDS)
    Place.add_options(parser)
    arguments = parser.parse_args()
    place = Place.of(parser, arguments)
    slow = 0
    with filled(arguments.feeds, place) as store:
        if place.only_build:
            return 0
        print(f"{arguments.feeds:,} feeds, milliseconds")
        print(f"{'first':>8} {'middle':>8} {'found':>5}  filter")
        for one in measure(store, arguments.feeds):
            given = {name: value for name in FeedFilter.__slots__ if (value := getattr(one.filter_, name))}
            name = " ".join(f"{name}={value}" for name, value in given.items()) or "(all)"
            print(f"{one.first:8.1f} {one.middle:8.1f} {one.found:5d}  {name}", flush=True)
            slow += max(one.first, one.middle) > MOST_MILLISECONDS
    print(f"{slow} of them take more than {MOST_MILLISECONDS} ms")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
