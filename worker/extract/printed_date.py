"""The date as printed on the page or hidden in its markup, for pages whose head has none.

Only a day: printed clocks seldom tell their zone. htmldate does the looking; it costs 1 to 10 ms, and so is
asked last.
"""

from datetime import UTC, datetime

from htmldate import find_date
from lxml import etree

from worker.extract.dates import Dated
from worker.extract.page import Tree

_FOREIGN_ERRORS = (
    etree.LxmlError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    OverflowError,
)
_FIRST, _LAST = "1995-01-01", "2099-12-31"
"""Both given, since htmldate would otherwise ask the clock."""


def printed_date(tree: Tree, url: str) -> Dated | None:
    """The day of publication that htmldate finds, None if it finds none. `tree` is left as it is."""
    try:
        found = find_date(tree, url=url, original_date=True, min_date=_FIRST, max_date=_LAST)
    except _FOREIGN_ERRORS:
        return None
    return Dated(datetime.fromisoformat(found).replace(tzinfo=UTC), "day", "html") if found else None
