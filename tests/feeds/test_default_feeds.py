"""The feeds that come with Wiredesk for the first run."""

from collections import Counter
from pathlib import Path

from worker.feeds.opml import read, write
from worker.urls import canonical, host_of

DEFAULT = Path(__file__).parents[2] / "config" / "feeds.opml"


def test_the_default_list_has_many_feeds_from_many_places() -> None:
    feeds = read(DEFAULT.read_bytes())
    assert len(feeds) >= 24
    assert len({feed.folders[0] for feed in feeds}) >= 6
    assert all(feed.title and feed.url.startswith("https://") for feed in feeds)


def test_the_default_list_has_no_duplicates_and_few_feeds_per_host() -> None:
    feeds = read(DEFAULT.read_bytes())
    assert len({canonical(feed.url) for feed in feeds}) == len(feeds)
    assert max(Counter(host_of(feed.url) for feed in feeds).values()) <= 2


def test_the_default_list_is_formatted_as_an_export_writes_it() -> None:
    feeds = read(DEFAULT.read_bytes())
    assert read(write(feeds, title="x")) == feeds
