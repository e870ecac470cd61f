"""Feeds: what publishers offer, read into one shape. Pure: bytes in, values out.

`parse` reads a feed, `cut` takes out of it what is known already, `parse_date` reads the dates of feeds,
and `identity` decides which item is which.
"""

from worker.feeds.dates import parse_date
from worker.feeds.parse import parse
from worker.feeds.types import Enclosure, Hints, ParsedEntry, ParsedFeed

__all__ = ["Enclosure", "Hints", "ParsedEntry", "ParsedFeed", "parse", "parse_date"]
