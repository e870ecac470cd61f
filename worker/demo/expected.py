"""What a perfect ingestion of the demo ends with, counted by rule from its content, not from a run."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from worker.demo.outlets import Outlet, OutletArticle, OutletFeed, Shows
from worker.outcome import Reason

_REFUSED = {
    Shows.CONSENT: Reason.CONSENT_WALL,
    Shows.GONE: Reason.HTTP_GONE,
    Shows.PDF: Reason.NOT_HTML,
    Shows.PRIVATE: Reason.ROBOTS,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """The counts at the end: `discovered` = `stored` + `duplicate` + all of `refused`.

    `sightings` counts an entry once per feed that lists it, `stories` the different texts among what is
    stored, `revised` the articles that were edited.
    """

    discovered: int
    stored: int
    duplicate: int
    refused: Mapping[Reason, int]
    sightings: int
    stories: int
    revised: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry that the feeds show: an article under one link; `whole` where a feed has its full text."""

    outlet: Outlet
    article: OutletArticle
    sightings: int
    whole: bool
    short: bool

    @property
    def refusal(self) -> Reason | None:
        """Why it is not stored; a text that came with the feed is stored whatever the page shows."""
        return None if self.whole else _REFUSED.get(self.article.shows)


def expected(outlets: Iterable[Outlet], *, elapsed: float = float("inf")) -> Expected:
    """The counts once everything is done that had appeared `elapsed` seconds after the start."""
    entries = [entry for outlet in outlets for entry in _entries(outlet, elapsed)]
    taken = [entry for entry in entries if entry.refusal is None]
    stored = {(e.outlet.key, e.article.slug): e.article for e in taken}
    return Expected(
        discovered=len(entries),
        stored=len(stored),
        duplicate=len(taken) - len(stored),
        refused=dict(Counter(entry.refusal for entry in entries if entry.refusal)),
        sightings=sum(entry.sightings for entry in entries),
        stories=len({a.copy_of or f"{key}/{a.slug}" for (key, _), a in stored.items()}),
        revised=sum(1 for a in stored.values() if a.edit and a.edit.after <= elapsed),
    )


def _entries(outlet: Outlet, elapsed: float) -> list[_Entry]:
    """Short links have identifiers and URLs of their own, so they are entries of their own."""
    found = []
    for article in outlet.articles:
        if article.appears_after > elapsed:
            continue
        for short in (False, True):
            feeds = [f for f in outlet.feeds if f.carries(article) and f.short_links is short]
            if feeds:
                found.append(_Entry(outlet, article, len(feeds), _whole(feeds, article), short))
    return found


def _whole(feeds: Iterable[OutletFeed], article: OutletArticle) -> bool:
    return article.full_text or any(feed.full_text for feed in feeds)
