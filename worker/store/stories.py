"""Stories: articles that carry the same text, whichever outlets published them.

Which articles those are is decided in `worker.extract.story_links`. Here is what it is decided from (bands,
by which candidates are found, and a queue of articles that are still to be related), and what follows: the
stories, their members and whose text it is (`wire`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.extract.story_links import Regrouped, StoryText, story_bands
from worker.store.db import Connection, dumps, rows, run, value

LOCK = 0x73_74_6F_72
"""The advisory lock for relating articles: two transactions at once could each begin the same story.

'stor' in ASCII."""

CANDIDATES_A_BAND = 50
"""Articles compared for each band of a new one: the first that had it. More share a band only where they
share a template, and then the copies of one text share other bands, too. It bounds the work for one article
at 2,100 comparisons, some 10 ms."""

TIME = "coalesce(a.published, a.stored_at)"
"""When an article counts as published: a day begins at its midnight."""

WIRE = f"""CASE WHEN a.agencies <> '{{}}' OR s.agency_at <= {TIME} THEN true
    WHEN a.signature IS NULL OR a.authors = '{{}}' OR s.first_at < {TIME} THEN NULL ELSE false END"""
"""Whether an article `a` in the story `s` (all NULL: in none) carries an agency's text.

True if it names an agency, or if a member of its story that does was published no later. False if it names
its authors and no earlier article has its text. Unknown (NULL) otherwise, and for texts too short to
compare."""

WIRE_ALONE = """CASE WHEN r.agencies <> '{}' THEN true
    WHEN r.signature IS NOT NULL AND r.authors <> '{}' THEN false END"""
"""The same of a new article `r` that is in no story yet."""


@dataclass(frozen=True, slots=True)
class StoryChange:
    """An article whose story or `wire` is another now, with the names of these fields."""

    article_id: int
    revision: int
    changed: tuple[str, ...]


def lock(db: Connection) -> None:
    """Wait until no other transaction relates articles."""
    run(db, "SELECT pg_advisory_xact_lock(:lock)", lock=LOCK)


def enqueue(db: Connection, article_ids: Collection[int]) -> None:
    """Let articles be related, once this transaction has committed."""
    if article_ids:
        sql = "INSERT INTO story_queue (article_id) SELECT unnest(CAST(:ids AS bigint[]))"
        run(db, sql, ids=sorted(article_ids))


def waiting(db: Connection, *, limit: int) -> list[int]:
    """Return articles that are still to be related, the longest waiting first."""
    found = rows(db, "SELECT article_id FROM story_queue ORDER BY id LIMIT :limit", limit=limit)
    return list(dict.fromkeys(int(row["article_id"]) for row in found))


def take(db: Connection, article_ids: Sequence[int]) -> list[StoryText]:
    """Take articles from the queue, and return those that exist. Takes the lock."""
    lock(db)
    # Before they are read: an article that is revised after this statement is in the queue again.
    run(db, "DELETE FROM story_queue WHERE article_id = ANY(:ids)", ids=list(article_ids))
    return texts(db, article_ids)


def texts(db: Connection, article_ids: Collection[int]) -> list[StoryText]:
    """Return what stories depend on, of these articles."""
    return _texts(db, "id = ANY(:ids)", ids=list(article_ids))


def members(db: Connection, story_ids: Collection[int], *, most: int) -> list[StoryText]:
    """Return all members of these stories, leaving out stories with more than `most`."""
    return _texts(
        db,
        "story_id = ANY(SELECT id FROM stories WHERE id = ANY(:ids) AND size <= :most)",
        ids=list(story_ids),
        most=most,
    )


def _texts(db: Connection, condition: str, **values: object) -> list[StoryText]:
    found = rows(
        db,
        f"""SELECT id, story_id, publisher_id, word_count AS words, signature FROM articles
        WHERE {condition} ORDER BY id""",
        **values,
    )
    return [StoryText(**{**row, "signature": bytes(row["signature"] or b"")}) for row in found]


def candidates(db: Connection, found: Sequence[StoryText]) -> list[list[int]]:
    """Index the bands of articles; return the ids of the articles that share each band, if several do.

    At most `CANDIDATES_A_BAND` of a band, and the article itself.
    """
    ids = [text.id for text in found]
    run(db, "DELETE FROM story_bands WHERE article_id = ANY(:ids)", ids=ids)
    bands = [(text.id, band) for text in found for band in story_bands(text.signature)]
    if not bands:
        return []
    values: dict[str, Any] = {"ids": [id for id, _ in bands], "bands": [band for _, band in bands]}
    given = "unnest(CAST(:ids AS bigint[]), CAST(:bands AS bigint[])) AS mine (id, band)"
    run(
        db, f"INSERT INTO story_bands (band, article_id) SELECT band, id FROM {given} ORDER BY band", **values
    )
    shared = rows(
        db,
        f"""SELECT mine.id, array_agg(other.article_id) AS others FROM {given}
        CROSS JOIN LATERAL (
            SELECT article_id FROM story_bands WHERE band = mine.band ORDER BY article_id LIMIT :most
        ) AS other
        WHERE other.article_id <> mine.id GROUP BY mine.id, mine.band""",
        **values,
        most=CANDIDATES_A_BAND,
    )
    return [[*row["others"], row["id"]] for row in shared]


def save(
    db: Connection, related: Collection[int], grouped: Regrouped, *, large: int, now: datetime
) -> list[StoryChange]:
    """Save the stories of articles; return the articles whose story or `wire` has changed.

    `related` are the articles that were taken, whose facts may have changed in any case. Joining a story of
    more than `large` members costs the same whatever its size, unless that makes it begin earlier.
    """
    begun = _begin(db, {target for target in grouped.moves.values() if target and target < 0}, now)
    moves = {id: begun.get(target, target) if target else None for id, target in grouped.moves.items()}
    merged = {story: begun.get(into, into) for story, into in grouped.merged.items()}
    ids = {*moves, *related}
    touched = _touched(db, ids, {*merged, *merged.values()}, moves)
    grown = _only_grown(db, moves, set(touched) - {*merged, *merged.values()}, large=large)
    whole = [story for story in touched if story not in grown]
    before = _lock_members(db, whole, ids)
    for story, into in merged.items():
        run(db, "UPDATE articles SET story_id = :into WHERE story_id = :story", into=into, story=story)
        run(db, "UPDATE stories SET merged_into = :into WHERE id = :story", into=into, story=story)
    if moves:
        run(
            db,
            """UPDATE articles SET story_id = r.story_id
            FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r (id bigint, story_id bigint)
            WHERE articles.id = r.id""",
            records=dumps([{"id": id, "story_id": story} for id, story in moves.items()]),
        )
    _grow(db, grown)
    count(db, whole)
    _judge(db, whole, ids)
    return _changed(db, before)


def _begin(db: Connection, wanted: Collection[int], now: datetime) -> dict[int, int]:
    return {
        number: int(value(db, "INSERT INTO stories (begun_at) VALUES (:now) RETURNING id", now=now))
        for number in sorted(wanted, reverse=True)
    }


def _touched(
    db: Connection, article_ids: Collection[int], story_ids: Collection[int], moves: Mapping[int, int | None]
) -> list[int]:
    """Return the stories in which something may have changed."""
    left = rows(
        db,
        "SELECT DISTINCT story_id AS id FROM articles WHERE id = ANY(:ids) AND story_id IS NOT NULL",
        ids=list(article_ids),
    )
    joined = {story for story in moves.values() if story is not None}
    return sorted({*story_ids, *joined, *(int(row["id"]) for row in left)})


def _only_grown(
    db: Connection, moves: Mapping[int, int | None], story_ids: Collection[int], *, large: int
) -> dict[int, int]:
    """Return the large stories for whose earlier members nothing changes, with the number of new members."""
    joined = [{"id": id, "story_id": story} for id, story in moves.items() if story is not None]
    found = rows(
        db,
        f"""SELECT s.id, count(a.id) AS joined FROM stories s
        LEFT JOIN jsonb_to_recordset(CAST(:records AS jsonb)) AS r (id bigint, story_id bigint)
            ON r.story_id = s.id
        LEFT JOIN articles a ON a.id = r.id
        WHERE s.id = ANY(:ids) AND s.size > :large GROUP BY s.id
        HAVING NOT coalesce(bool_or({TIME} < s.first_at OR (a.agencies <> '{{}}'
            AND {TIME} < coalesce(s.agency_at, 'infinity'))), false)""",
        records=dumps(joined),
        ids=sorted(story_ids),
        large=large,
    )
    return {int(row["id"]): int(row["joined"]) for row in found}


def _grow(db: Connection, joined: Mapping[int, int]) -> None:
    for story, more in joined.items():
        run(db, "UPDATE stories SET size = size + :more WHERE id = :id", id=story, more=more)


def _lock_members(db: Connection, touched: Sequence[int], article_ids: Collection[int]) -> dict[int, Any]:
    """Lock all articles that may change, in the order of ids as everybody does; return their state before."""
    found = rows(
        db,
        """SELECT id, story_id, wire FROM articles WHERE id = ANY(:ids) OR story_id = ANY(:stories)
        ORDER BY id FOR NO KEY UPDATE""",
        ids=sorted(article_ids),
        stories=touched,
    )
    return {int(row["id"]): (row["story_id"], row["wire"]) for row in found}


def count(db: Connection, touched: Sequence[int]) -> None:
    """Save how many members stories have, and when the first of them was published, with an agency or not."""
    run(
        db,
        f"""UPDATE stories SET size = found.size, first_at = found.first_at, agency_at = found.agency_at
        FROM (
            SELECT s.id, count(a.id) AS size, min({TIME}) AS first_at,
                min({TIME}) FILTER (WHERE a.agencies <> '{{}}') AS agency_at
            FROM stories s LEFT JOIN articles a ON a.story_id = s.id WHERE s.id = ANY(:stories) GROUP BY s.id
        ) AS found WHERE stories.id = found.id""",
        stories=touched,
    )


def _judge(db: Connection, touched: Sequence[int], article_ids: Collection[int]) -> None:
    run(
        db,
        f"""UPDATE articles SET wire = now.wire FROM (
            SELECT a.id, {WIRE} AS wire FROM articles a LEFT JOIN stories s ON s.id = a.story_id
            WHERE a.id = ANY(:ids) OR a.story_id = ANY(:stories)
        ) AS now WHERE articles.id = now.id AND articles.wire IS DISTINCT FROM now.wire""",
        ids=sorted(article_ids),
        stories=touched,
    )


def _changed(db: Connection, before: Mapping[int, Any]) -> list[StoryChange]:
    found = rows(
        db,
        "SELECT id, revision, story_id, wire FROM articles WHERE id = ANY(:ids) ORDER BY id",
        ids=list(before),
    )
    changes = []
    for row in found:
        was = dict(zip(("story_id", "wire"), before[row["id"]], strict=True))
        changed = tuple(name for name, value in was.items() if row[name] != value)
        if changed:
            changes.append(StoryChange(int(row["id"]), int(row["revision"]), changed))
    return changes
