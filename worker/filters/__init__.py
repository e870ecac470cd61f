"""Filters: which articles a consumer wants, in one form for all of Wiredesk.

    language=de language=fr publisher=-wire.example q="storm surge"

A condition given twice means either; a `-` before a value means not; different conditions must all hold. The
same conditions are the parameters of the API, the words of the command line and the text of a saved search.

Pure. `worker.store.filtering` makes SQL of a filter; docs/filters.md describes every condition.
"""

from worker.filters.conditions import FilterError
from worker.filters.parse import parse_pairs, parse_text, search_name
from worker.filters.terms import EVERYTHING, Filter, Term

__all__ = [
    "EVERYTHING",
    "Filter",
    "FilterError",
    "Term",
    "parse_pairs",
    "parse_text",
    "search_name",
]
