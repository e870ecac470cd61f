"""Publishers: the outlets, with the operator's labels."""

from collections.abc import Iterable, Mapping
from typing import Any

from worker.store.db import Connection, dumps, rows, run, value
from worker.urls import country_of

NAME = "coalesce(p.name, a.site_name)"
"""The name of the outlet of the article `a`: set by the operator, else stated by its page."""


def ensure(db: Connection, sites: Iterable[str]) -> dict[str, int]:
    """Return the ids of the publishers of these sites, creating the missing ones."""
    wanted = sorted(set(sites))
    find = "SELECT site, id FROM publishers WHERE site = ANY(:sites)"
    known = {row["site"]: int(row["id"]) for row in rows(db, find, sites=wanted)}
    missing = [{"site": site, "country": country_of(site)} for site in wanted if site not in known]
    if missing:
        sql = """INSERT INTO publishers (site, country)
            SELECT site, country
            FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r (site text, country text)
            ON CONFLICT DO NOTHING"""
        run(db, sql, records=dumps(missing))
        known |= {
            row["site"]: int(row["id"]) for row in rows(db, find, sites=[one["site"] for one in missing])
        }
    return known


def listing(db: Connection) -> list[dict[str, Any]]:
    """Return all publishers by site, each with the number of its feeds and the time of its newest article."""
    return rows(
        db,
        """SELECT p.id, p.site, p.name, p.country, p.language, p.labels,
            (SELECT count(*) FROM feeds WHERE publisher_id = p.id) AS feeds,
            (SELECT max(stored_at) FROM articles WHERE publisher_id = p.id) AS newest_at
        FROM publishers p ORDER BY p.site""",
    )


def find(db: Connection, site: str) -> int | None:
    """Return the id of the publisher of this site; None if there is no such publisher."""
    found = value(db, "SELECT id FROM publishers WHERE site = :site", site=site)
    return None if found is None else int(found)


def describe(db: Connection, publisher_id: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Set `name`, `country` and `labels`, as far as they are given, and return the publisher."""
    (found,) = rows(
        db,
        """UPDATE publishers SET
            name = CASE WHEN :has_name THEN :name ELSE name END,
            country = CASE WHEN :has_country THEN :country ELSE country END,
            labels = CASE WHEN :has_labels THEN CAST(:labels AS text[]) ELSE labels END
        WHERE id = :id RETURNING id, site, name, country, labels""",
        id=publisher_id,
        **{f"has_{name}": name in given for name in ("name", "country", "labels")},
        **{name: given.get(name) for name in ("name", "country", "labels")},
    )
    return found
