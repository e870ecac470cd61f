"""Counting articles by group, and the times in which feeds had holes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from worker.model import Condition, GapFill
from worker.store.db import Connection, rows
from worker.store.exports import STORED_DAY
from worker.store.filtering import LANGUAGE
from worker.store.reading import FROM
from worker.store.where import Where

DIMENSIONS = {
    "day": STORED_DAY,
    "published": "(a.published AT TIME ZONE 'UTC')::date",
    "publisher": "p.site",
    "language": LANGUAGE,
    "label": "",
}
"""What articles can be grouped by, as SQL; empty for labels, of which an article has several."""

OF_LABELS = """
    SELECT m.id, unnest(p.labels) AS label FROM matching m JOIN publishers p ON p.id = m.publisher_id
    WHERE p.labels <> '{}'
    UNION
    SELECT m.id, unnest(f.labels) FROM matching m JOIN entries e ON e.article_id = m.id
        JOIN sightings s ON s.entry_id = e.id JOIN feeds f ON f.id = s.feed_id WHERE f.labels <> '{}'
"""
"""The labels of articles, those of their publishers and of feeds that have listed them."""

INCOMPLETE = (Condition.QUIET, Condition.FAILING)
"""The conditions in which a feed may have published what was not seen."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A time from `since` to `until` (None: it lasts) in which entries of a feed may be missing.

    `kind` is `gaps`, or the slug of a condition. `labels` are those of the feed and its publisher.
    """

    kind: str
    feed_id: int
    feed: str
    publisher: str | None
    language: str | None
    labels: frozenset[str]
    since: datetime
    until: datetime | None


def articles(db: Connection, where: Where, by: Sequence[str], *, limit: int) -> list[dict[str, Any]]:
    """Return `articles`, the number of matching articles, for at most `limit` groups, in order.

    An article with several labels is counted in the group of each.
    """
    columns = [f"{DIMENSIONS[name]} AS {name}" for name in by if DIMENSIONS[name]]
    places = ", ".join(str(place + 1) for place in range(len(by)))
    # The labels of all articles together: looked up for each article they take ten times as long.
    labelled = "label" in by
    return rows(
        db,
        f"""WITH matching AS {"MATERIALIZED" if labelled else ""} (
            SELECT {", ".join(["a.id", "a.publisher_id", *columns])} {FROM} WHERE {where.sql}
        )
        SELECT {", ".join(by)}, count(*) AS articles
        FROM matching {f"LEFT JOIN ({OF_LABELS}) AS labels USING (id)" if labelled else ""}
        GROUP BY {places} ORDER BY {places} LIMIT :most""",
        **where.values,
        most=limit,
    )


def first_day(db: Connection, where: Where, day: str) -> date | None:
    """Return the first of the days `day` (a dimension) of matching articles; None without articles."""
    found = rows(db, f"SELECT min({DIMENSIONS[day]}) AS day {FROM} WHERE {where.sql}", **where.values)
    first: date | None = found[0]["day"]
    return first


def holes(db: Connection, *, since: datetime, until: datetime) -> list[Hole]:
    """Return unfilled gaps, and times in which feeds were quiet or failing, between these instants."""
    found = rows(
        db,
        """
        SELECT h.kind, f.id AS feed_id, f.url AS feed, p.site AS publisher, f.language,
            f.labels || coalesce(p.labels, '{}') AS labels, h.since, h.until
        FROM (
            SELECT 'gaps' AS kind, feed_id, since, noticed_at AS until FROM gaps WHERE fill <> :filled
            UNION ALL
            SELECT condition, feed_id, since, until FROM feed_conditions WHERE condition = ANY(:conditions)
        ) AS h JOIN feeds f ON f.id = h.feed_id LEFT JOIN publishers p ON p.id = f.publisher_id
        WHERE h.since < :until AND (h.until IS NULL OR h.until >= :since)
        ORDER BY h.since, f.id
        """,
        filled=GapFill.FILLED,
        conditions=list(INCOMPLETE),
        since=since,
        until=until,
    )
    return [Hole(**{**row, "labels": frozenset(row["labels"])}) for row in found]
