"""Reading articles, for the API, the pages and the command line."""

from dataclasses import asdict, dataclass
from typing import Any

from worker.filters import EVERYTHING, Filter
from worker.outcome import words_of_look
from worker.rows.changes import MergedChange, merge_lines
from worker.store import following, publishers
from worker.store.changes import KEY
from worker.store.db import Connection, first, rows, value
from worker.store.listing import NEWEST_FIRST, newest_ids
from worker.store.schema import articles
from worker.store.stories import TIME

OUTLETS = f""", {publishers.NAME} AS publisher_name, p.country AS publisher_country,
ARRAY(
    SELECT DISTINCT s.feed_id FROM entries e JOIN sightings s ON s.entry_id = e.id
    WHERE e.article_id = a.id ORDER BY 1
) AS feeds,
ARRAY(
    SELECT unnest(p.labels) UNION SELECT unnest(f.labels)
    FROM entries e JOIN sightings s ON s.entry_id = e.id JOIN feeds f ON f.id = s.feed_id
    WHERE e.article_id = a.id ORDER BY 1
) AS labels"""
"""The columns about the publisher and the feeds of the article `a`."""

SUMMARY = f"""a.id, {KEY} AS key, a.url, a.state, a.title, a.authors, a.published, a.published_precision,
a.language, a.site_name, a.summary, a.word_count, a.kind, a.paywalled, a.story_id, a.wire, a.agencies,
a.revision, a.stored_at, a.revised_at, p.site AS publisher"""
SUMMARY += OUTLETS

_INTERNAL = (
    *("key", "lasting_key", "publisher_id", "read_by"),
    *("content_hash", "signature", "bands", "search"),
)
"""Columns that only the store needs: identity, how it was read, and what finds the same text elsewhere."""

WHOLE = ", ".join(f"a.{column.name}" for column in articles.c if column.name not in _INTERNAL)
WHOLE += f", {KEY} AS key, p.site AS publisher" + OUTLETS

MOST_MEMBERS = 500
"""Articles listed of a story. A guess: more than the outlets that print one agency's report."""

FROM = "FROM articles a LEFT JOIN publishers p ON p.id = a.publisher_id"


@dataclass(frozen=True, slots=True)
class ChangedArticles:
    """The articles of a page of the change log; `gone` are those that were purged, or left the filter.

    `cursor` is the id up to which the log was read.
    """

    articles: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    cursor: int


def newest(
    db: Connection, *, limit: int, before: int | None = None, filter_: Filter = EVERYTHING
) -> list[dict[str, Any]]:
    """Return the newest articles that match a filter, in short; with `before`, those before this one."""
    ids = newest_ids(db, filter_, limit=limit, before=before)
    return rows(db, f"SELECT {SUMMARY} {FROM} WHERE a.id = ANY(:ids) ORDER BY {NEWEST_FIRST}", ids=ids)


def whole(db: Connection, article_id: int) -> dict[str, Any] | None:
    """Return an article in full, with its revisions, sightings and last look; None if it does not exist.

    `look` is None if the last look at its page was good, or there was none yet.
    """
    found = first(db, f"SELECT {WHOLE} {FROM} WHERE a.id = :id", id=article_id)
    if found is None:
        return None
    revisions = rows(
        db,
        """SELECT number, seen_at, changed, extractor FROM revisions
        WHERE article_id = :id ORDER BY number""",
        id=article_id,
    )
    sightings = rows(
        db,
        """SELECT f.id AS feed_id, f.url AS feed, s.first_seen_at, s.last_seen_at, s.position
        FROM entries e JOIN sightings s ON s.entry_id = e.id JOIN feeds f ON f.id = s.feed_id
        WHERE e.article_id = :id ORDER BY s.first_seen_at""",
        id=article_id,
    )
    return {**found, "revisions": revisions, "sightings": sightings, "look": _look(db, article_id)}


def _look(db: Connection, article_id: int) -> dict[str, Any] | None:
    found = first(
        db,
        """SELECT look AS state, look_reason AS reason, look_detail AS detail, look_since AS since,
            look_times AS times, due_at AS again_at
        FROM entries WHERE article_id = :id AND state = 'stored' AND look <> 'good'
        ORDER BY look_since DESC LIMIT 1""",
        id=article_id,
    )
    return found and {**found, "words": words_of_look(found["reason"])}


def version(db: Connection, article_id: int, number: int) -> dict[str, Any] | None:
    """Return one version of an article; None if it does not exist."""
    newest = f"SELECT {WHOLE} {FROM} WHERE a.id = :id AND a.revision = :number"
    earlier = "SELECT document FROM revisions WHERE article_id = :id AND number = :number"
    found = first(db, newest, id=article_id, number=number)
    return found or value(db, earlier, id=article_id, number=number)


def story(db: Connection, story_id: int, *, most: int = MOST_MEMBERS) -> dict[str, Any] | None:
    """Return a story with at most `most` articles in short, the first published ones first.

    `first_at` is when the first was published, `first_publisher` by whom, `agencies` those that articles
    name. A story that was merged has no articles, and the id of the other one as `merged_into`. None if it
    does not exist."""
    found = first(
        db, "SELECT id, size, begun_at, first_at, merged_into FROM stories WHERE id = :id", id=story_id
    )
    if found is None:
        return None
    members = rows(
        db,
        f"SELECT {SUMMARY} {FROM} WHERE a.story_id = :id ORDER BY {TIME}, a.id LIMIT :limit",
        id=story_id,
        limit=most,
    )
    named = dict.fromkeys(agency for member in members for agency in member["agencies"])
    publisher = members[0]["publisher"] if members else None
    return {**found, "first_publisher": publisher, "agencies": list(named), "articles": members}


def changed_after(
    db: Connection, cursor: int, *, limit: int, filter_: Filter = EVERYTHING
) -> ChangedArticles:
    """Return the articles of the next `limit` lines after `cursor`, in full and in the order of the log.

    Each has the id of its last line as `cursor`, and what its lines say together (`MergedChange`). The lines
    are those that concern a consumer with the filter (`worker.store.following`).
    """
    scanned = following.scan(db, cursor, limit=limit, filter_=filter_)
    changes = merge_lines(scanned.lines)
    matching = {line["article_id"] for line in scanned.lines if line["matches"]}
    found = rows(db, f"SELECT {WHOLE} {FROM} WHERE a.id = ANY(:ids)", ids=list(matching))
    by_id = {row["id"]: row for row in found}
    keys = {line["article_id"]: line["key"] for line in scanned.lines}
    return ChangedArticles(
        articles=[by_id[one.article_id] | _told(one) for one in changes if one.article_id in by_id],
        gone=[
            _told(one) | {"id": one.article_id, "key": keys[one.article_id], "matches": False}
            for one in changes
            if one.article_id not in by_id
        ],
        cursor=scanned.upto,
    )


def _told(change: MergedChange) -> dict[str, Any]:
    """Return the fields of a change for a reader, whose `id` is the article's."""
    fields = asdict(change)
    del fields["article_id"]
    return fields | {"cursor": fields.pop("id")}
