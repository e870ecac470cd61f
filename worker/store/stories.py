"""Stories: clusters of articles that carry the same text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.model import Cause, ChangeKind
from worker.store.changes import Change
from worker.store.db import Connection, rows, run, value

LOCK = 0x73_74_6F_72
"""The advisory lock for relating articles: two transactions at once could each begin the same story.

'stor' in ASCII."""


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """An article that shares a band of its signature with another."""

    id: int
    story_id: int | None
    bands: tuple[int, ...]
    signature: bytes


def candidates(db: Connection, ids: Sequence[int], *, limit: int = 500) -> list[StoryCandidate]:
    """Return these articles and those that share a band with any of them, newest first. Takes the lock.

    Call this after the articles were committed: of two articles stored at the same moment, the later call
    then sees the other.
    """
    run(db, "SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)
    bands = value(
        db,
        "SELECT array_agg(band) FROM articles, unnest(bands) AS band WHERE id = ANY(:ids)",
        ids=list(ids),
    )
    if not bands:
        return []
    found = rows(
        db,
        """SELECT id, story_id, bands, signature FROM articles
        WHERE bands && CAST(:bands AS bigint[]) AND signature IS NOT NULL ORDER BY id DESC LIMIT :limit""",
        bands=bands,
        limit=limit,
    )
    return [
        StoryCandidate(row["id"], row["story_id"], tuple(row["bands"]), bytes(row["signature"]))
        for row in found
    ]


def join(db: Connection, article_ids: Sequence[int], story_id: int | None, *, now: datetime) -> int:
    """Put articles into a story, beginning one if `story_id` is None, and return its id."""
    if story_id is None:
        story_id = int(value(db, "INSERT INTO stories (begun_at) VALUES (:now) RETURNING id", now=now))
    run(
        db,
        "UPDATE articles SET story_id = :story WHERE id = ANY(:ids) AND story_id IS NULL",
        story=story_id,
        ids=list(article_ids),
    )
    run(
        db,
        "UPDATE stories SET size = (SELECT count(*) FROM articles WHERE story_id = :story) WHERE id = :story",
        story=story_id,
    )
    return story_id


def lines(db: Connection, joined: Sequence[int]) -> list[Change]:
    """Return the lines for articles that joined a story in this transaction."""
    found = rows(db, "SELECT id, revision FROM articles WHERE id = ANY(:ids) ORDER BY id", ids=list(joined))
    return [Change(row["id"], ChangeKind.STORY, row["revision"], ("story_id",), Cause.STORY) for row in found]
