"""Articles as a table for pandas, which is imported only here."""

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING

from wiredesk_client.errors import WiredeskError
from wiredesk_client.models import Article, Change

if TYPE_CHECKING:
    import pandas

INSTANTS = ("published", "modified", "stored_at", "revised_at", "removed_at")
"""Columns that become UTC timestamps, with NaT where a date is unknown."""

LEFT_OUT = frozenset({"raw", "blocks", "images", "rights", "revisions", "sightings"})
"""Fields that are objects; a table has a column for each other field."""


def to_pandas(found: Iterable[Article | Change]) -> "pandas.DataFrame":
    """Return a data frame with a row for each article, in their order, and `id` as a column.

    Of several changes of one article the last remains, and articles that are gone are left out, so that the
    frame shows the state after these changes. Raises `WiredeskError` if pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise WiredeskError("to_pandas needs pandas: pip install 'wiredesk-client[pandas]'") from None

    names = [field.name for field in fields(Article) if field.name not in LEFT_OUT]
    rows = [[getattr(article, name) for name in names] for article in _current(found)]
    frame = pandas.DataFrame(rows, columns=names)
    for name in INSTANTS:
        frame[name] = pandas.to_datetime(frame[name], utc=True)
    return frame


def _current(found: Iterable[Article | Change]) -> Iterable[Article]:
    articles: dict[object, Article] = {}
    for one in found:
        if isinstance(one, Article):
            articles[one.key or one.id] = one
        elif not one.is_reset:
            name = one.key or one.article_id
            articles.pop(name, None)
            if one.article is not None and not one.is_gone:
                articles[name] = one.article
    return articles.values()
