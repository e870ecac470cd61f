"""Publishers: the outlets, with the operator's labels."""

from collections.abc import Iterable
from typing import Any

from worker.store.db import Connection, rows, run


def listing(db: Connection) -> list[dict[str, Any]]:
    """Return all publishers by their sites, each with the number of its feeds."""
    return rows(
        db,
        """SELECT p.id, p.site, p.name, p.country, p.language, p.labels, count(f.id) AS feeds
        FROM publishers p LEFT JOIN feeds f ON f.publisher_id = p.id GROUP BY p.id ORDER BY p.site""",
    )


def ensure(db: Connection, sites: Iterable[str]) -> dict[str, int]:
    """Return the ids of the publishers of these sites, creating the missing ones."""
    wanted = sorted(set(sites))
    find = "SELECT site, id FROM publishers WHERE site = ANY(:sites)"
    known = {row["site"]: int(row["id"]) for row in rows(db, find, sites=wanted)}
    missing = [site for site in wanted if site not in known]
    if missing:
        sql = "INSERT INTO publishers (site) SELECT unnest(CAST(:sites AS text[])) ON CONFLICT DO NOTHING"
        run(db, sql, sites=missing)
        known |= {row["site"]: int(row["id"]) for row in rows(db, find, sites=missing)}
    return known
