"""Writing feeds: one document, in the three formats that feed readers know."""

from worker.feeds.output.atom import write_atom
from worker.feeds.output.document import FeedDocument, GoneItem, PublishedItem, feed_urn
from worker.feeds.output.json_feed import write_json_feed
from worker.feeds.output.rss import write_rss

__all__ = [
    "FeedDocument",
    "GoneItem",
    "PublishedItem",
    "feed_urn",
    "write_atom",
    "write_json_feed",
    "write_rss",
]
