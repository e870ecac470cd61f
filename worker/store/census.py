"""Counts of what is stored, to compare with a web whose content is known."""

from dataclasses import dataclass

from worker.store.db import Connection, rows


@dataclass(frozen=True, slots=True)
class Census:
    """`sightings`: entries, once for each feed; `stories`: distinct texts; `revised`: edited articles."""

    sightings: int
    stories: int
    revised: int


def take(db: Connection) -> Census:
    """Count now."""
    found = rows(
        db,
        """SELECT (SELECT count(*) FROM sightings) AS sightings,
            (SELECT count(DISTINCT coalesce(story_id, -id)) FROM articles) AS stories,
            (SELECT count(*) FROM articles WHERE revision > 1) AS revised""",
    )
    return Census(**{name: int(count) for name, count in found[0].items()})
