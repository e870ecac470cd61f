"""The counts after a perfect ingestion of the demo, computed from its content rather than from a run."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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
    """The final counts: `discovered` = `stored` + `duplicate` + the sum of `refused`.

    `sightings` counts an entry once for each feed that lists it, `stories` the different texts among the
    stored articles, `revised` the edited articles.
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
    """An article under one link, as the feeds list it; `whole` if a feed has its full text."""

    outlet: Outlet
    article: OutletArticle
    sightings: int
    whole: bool
    short: bool

    @property
    def refusal(self) -> Reason | None:
        """Why the entry is not stored; full text from a feed is stored whatever its page shows."""
        return None if self.whole else _REFUSED.get(self.article.shows)


def expected(
    outlets: Iterable[Outlet],
    *,
    elapsed: float = float("inf"),
    edited: Callable[[Outlet, OutletArticle], bool] = lambda _outlet, _article: True,
) -> Expected:
    """Return the counts once everything is ingested that has appeared `elapsed` seconds after the start.

    `edited` decides which of the articles with an edit show it by then.
    """
    entries = [entry for outlet in outlets for entry in _entries(outlet, elapsed)]
    taken = [entry for entry in entries if entry.refusal is None]
    stored = {(e.outlet.key, e.article.slug): (e.outlet, e.article) for e in taken}
    return Expected(
        discovered=len(entries),
        stored=len(stored),
        duplicate=len(taken) - len(stored),
        refused=dict(Counter(entry.refusal for entry in entries if entry.refusal)),
        sightings=sum(entry.sightings for entry in entries),
        stories=len({a.copy_of or f"{key}/{a.slug}" for (key, _), (_, a) in stored.items()}),
        revised=sum(1 for outlet, a in stored.values() if a.edit and edited(outlet, a)),
    )


def _entries(outlet: Outlet, elapsed: float) -> list[_Entry]:
    """List the entries; short links have their own identifiers and URLs, so they are separate entries."""
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
