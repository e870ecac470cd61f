"""Tombstones: addresses at which something was purged."""

from alembic import op

revision = "0029"
down_revision = "0028"

STATEMENTS = (
    """CREATE TABLE tombstones (key uuid NOT NULL, article_id bigint, article_key uuid,
        purged_at timestamptz NOT NULL, why text NOT NULL, CONSTRAINT pk_tombstones PRIMARY KEY (key))""",
    "COMMENT ON COLUMN tombstones.key IS 'hash of an address at which something was purged'",
    "COMMENT ON COLUMN tombstones.article_id IS 'of the purged article; NULL: an entry without an article'",
    "COMMENT ON COLUMN tombstones.article_key IS 'what consumers knew that article by'",
    "CREATE INDEX ix_tombstones_article_id ON tombstones (article_id) WHERE article_id IS NOT NULL",
)


def upgrade() -> None:
    """Add the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop it: what was purged may then come back."""
    op.execute("DROP TABLE tombstones")
