"""What a filter reads of an article: if that changes, the article may match from now on, or no longer."""

from collections.abc import Mapping

from worker.filters.terms import Filter

OF_LINES = ("changed", "cause", "min_words")
"""Conditions on a line of the change log; all others are on the article."""

_READS: Mapping[str, tuple[str, ...]] = {
    "q": ("title", "text", "summary", "authors", "agencies", "language"),
    "language": ("language",),
    "publisher": ("url",),
    "feed": ("url",),
    "label": ("url",),
    "kind": ("kind",),
    "state": ("state",),
    "story": ("story_id",),
    "wire": ("wire", "agencies", "text"),
    "rights": ("rights", "paywalled"),
    "published_from": ("published",),
    "published_to": ("published",),
    "stored_from": (),
    "stored_to": (),
    "changed": (),
    "cause": (),
    "min_words": (),
}
"""The fields that each condition reads. An article's publisher follows from its address."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "state": ("removed", "restored"),
    "story": ("story",),
    "wire": ("story",),
}
"""The kinds of lines that say by themselves that what a condition reads has changed."""


def fields_read(filter_: Filter) -> list[str]:
    """Return the fields of articles that the filter reads, as lines of the change log name them."""
    return sorted({field for term in filter_.terms for field in _READS[term.name]})


def kinds_read(filter_: Filter) -> list[str]:
    """Return the kinds of lines that matter to the filter, whatever fields they name."""
    return sorted({kind for term in filter_.terms for kind in _KINDS.get(term.name, ())})
