"""Sightings name all their items, and feeds that list more items than have entries are read anew.

Before, a guid that was not unique in its document was not stored, and items without one had no name. Items
that were swallowed are among the known hashes of their feed; without those, the next poll reads the whole
document and finds them.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

COMMENTS = (
    ("entries.key", "hash of the link, else of feed and guid or text"),
    ("sightings.guid_key", "hash of the item''s name: guid, else link with position, else text"),
)
BEFORE = (
    ("entries.key", "hash of the canonical link, else of feed, guid"),
    ("sightings.guid_key", "hash of the guid; NULL: none, or not unique in its document"),
)


def upgrade() -> None:
    """Replace the comments, and forget the documents of feeds that have swallowed items."""
    _comment(COMMENTS)
    op.execute(
        """
        UPDATE feeds SET item_hashes = '{}', body_hash = NULL, etag = NULL, last_modified = NULL
        WHERE cardinality(item_hashes) > (
            SELECT count(*) FROM sightings
            WHERE sightings.feed_id = feeds.id AND sightings.item_hash = ANY(feeds.item_hashes)
        )
        """
    )


def downgrade() -> None:
    """Put the comments back; the names of sightings do no harm."""
    _comment(BEFORE)


def _comment(comments: tuple[tuple[str, str], ...]) -> None:
    for column, comment in comments:
        op.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")
