"""How long answers of 304 have been believed for a feed."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns."""
    op.execute(
        "ALTER TABLE feeds ADD COLUMN whole_at timestamptz, "
        "ADD COLUMN not_modified integer NOT NULL DEFAULT 0, "
        "ADD COLUMN validators_off_until timestamptz"
    )
    op.execute("COMMENT ON COLUMN feeds.whole_at IS 'when a poll last brought the whole document'")
    op.execute("COMMENT ON COLUMN feeds.not_modified IS 'answers of 304 in a row since'")
    op.execute(
        "COMMENT ON COLUMN feeds.validators_off_until IS "
        "'until when polls send no conditions, since a 304 was false'"
    )


def downgrade() -> None:
    """Remove the columns."""
    op.execute(
        "ALTER TABLE feeds DROP COLUMN whole_at, DROP COLUMN not_modified, DROP COLUMN validators_off_until"
    )
