"""Feeds: what publishers offer, read into one shape. Pure: bytes in, values out.

`cut` removes known items from a document, `parse` reads the rest, `parse_date` reads the dates of feeds and
`discover` finds the feeds of a page. Rooms: `formats` (one module for each format), `listing` (pages that
list articles), `cadence` (when to poll next), `health` (what is wrong with a feed). Modules: `archive` (older
entries), `opml`, `websub`."""

from worker.feeds.discover import FoundFeed, discover
from worker.feeds.formats.cut import Cut, cut
from worker.feeds.formats.parse import parse
from worker.feeds.types import Enclosure, Hints, ParsedEntry, ParsedFeed
from worker.text.dates.strict import parse_date

__all__ = [
    "Cut",
    "Enclosure",
    "FoundFeed",
    "Hints",
    "ParsedEntry",
    "ParsedFeed",
    "cut",
    "discover",
    "parse",
    "parse_date",
]
