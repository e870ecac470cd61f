"""Feeds: what publishers offer, read into one shape. Pure: bytes in, values out.

`cut` removes known items from a document, `parse` reads the rest, `parse_date` reads the dates of feeds.
Rooms: `formats` (one module for each format), `listing` (pages that list articles), `cadence` (when to poll
next), `health` (what is wrong with a feed). Modules: `archive` (older entries), `discover` (the feeds of a
page), `opml`, `websub`."""

from typing import TYPE_CHECKING

from worker.exports import exported_later
from worker.text.dates.strict import parse_date

if TYPE_CHECKING:
    from worker.feeds.formats.cut import Cut, cut
    from worker.feeds.formats.parse import parse
    from worker.feeds.types import Enclosure, Hints, ParsedEntry, ParsedFeed

__all__ = [
    "Cut",
    "Enclosure",
    "Hints",
    "ParsedEntry",
    "ParsedFeed",
    "cut",
    "parse",
    "parse_date",
]

__getattr__ = exported_later(
    __name__,
    {
        "Cut": "formats.cut",
        "Enclosure": "types",
        "Hints": "types",
        "ParsedEntry": "types",
        "ParsedFeed": "types",
        "cut": "formats.cut",
        "parse": "formats.parse",
    },
)
