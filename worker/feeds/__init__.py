"""Feeds: what publishers offer, read into one shape. Pure: bytes in, values out.

`cut` takes out of a document what is known already, `parse` reads the rest, `parse_date` reads the dates of
feeds, `discover` finds the feeds of a page. Beside them, as modules of their own: `identity` (which item is
which), `cadence` (when to poll next), `opml` and `websub`.
"""

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
