"""How long articles took from their publication to the store."""

from dataclasses import dataclass

from worker.store.db import Connection, first

NEWEST = 1_000
"""Articles that are looked at: the newest, so that the figure is about now and costs milliseconds."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """Seconds from publication to store, of the newest `articles` whose instant of publication is known."""

    articles: int
    median: float
    p95: float


def freshness(db: Connection) -> Freshness | None:
    """Return the freshness of the newest articles; None without one.

    Articles that are older than a day when they are stored are left out: archives, not delays.
    """
    found = first(
        db,
        """SELECT count(*) AS articles, percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median,
            percentile_cont(0.95) WITHIN GROUP (ORDER BY took) AS p95
        FROM (
            SELECT extract(epoch FROM stored_at - published) AS took FROM (
                SELECT stored_at, published, published_precision FROM articles
                ORDER BY stored_at DESC LIMIT :newest
            ) AS newest
            WHERE published_precision = 'instant' AND published <= stored_at
                AND published > stored_at - interval '1 day'
        ) AS timed""",
        newest=NEWEST,
    )
    if found is None or not found["articles"]:
        return None
    return Freshness(int(found["articles"]), float(found["median"]), float(found["p95"]))
