"""What one filter would have done to the entries of the last days."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from worker.feeds.entry_filters import EntryFacts, EntryFilter
from worker.store import Store, filtered
from worker.store.filtered import SeenEntry


@dataclass(frozen=True, slots=True)
class FilterTrial:
    """The entries that were tried and those that the filter matches, by feed; `newest` are some of these."""

    tried: int
    matched: int
    stored: int
    by_feed: dict[str, int]
    newest: tuple[SeenEntry, ...]


def try_filter(store: Store, chosen: EntryFilter, *, since: datetime, show: int) -> FilterTrial:
    """Try a filter alone, whatever those before it decide. Articles count with their title and language.

    A filter by language matches no entry without an article: its language is unknown.
    """
    tried, found = 0, []
    with store.begin() as db:
        for entry in filtered.seen_since(db, since):
            tried += 1
            facts = EntryFacts(entry.url, entry.title, entry.labels, entry.language, is_read=True)
            if chosen.matches(facts):
                found.append(entry)
    return FilterTrial(
        tried=tried,
        matched=len(found),
        stored=sum(entry.article_id is not None for entry in found),
        by_feed=dict(Counter(entry.feed or "no feed" for entry in found).most_common()),
        newest=tuple(found[: -show - 1 : -1]),
    )
