"""Comments on columns, in plainer words."""

from alembic import op

revision = "0010"
down_revision = "0009"

COMMENTS = (
    ("hosts.tdm", "rules of /.well-known/tdmrep.json; NULL: the host has no such file"),
    ("poll_price.polls", "sum over feeds at the last look, as are timed and waited"),
    ("entries.home_host_id", "host of the entry's address, while host_id is the host of hop_url"),
    ("sightings.item_hash", "hash of the item's source in the document; NULL: unknown"),
    ("pages.status", "NULL: nothing was fetched, the feed's text is extracted"),
    ("revisions.document", "the article in this revision; NULL: the newest one is the article's row"),
    ("walks.gap_id", "NULL: begun by a command"),
    ("walks.seen", "hashes of pages, to recognise loops"),
    ("feed_health.silent_since", "time of the last new entry when quiet_at was computed"),
    ("feed_health.refused", "share of entries: recent, usual, number of entries"),
    ("feed_health.fallback", "share of articles with only the text of the feed, in the same form"),
)


def upgrade() -> None:
    """Replace the comments."""
    for column, comment in COMMENTS:
        quoted = comment.replace("'", "''")
        op.execute(f"COMMENT ON COLUMN {column} IS '{quoted}'")


def downgrade() -> None:
    """Keep the comments: they say the same as before."""
