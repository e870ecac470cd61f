"""The address that a feed's site names when the feed is gone."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE feeds ADD COLUMN successor text")
    op.execute(
        "COMMENT ON COLUMN feeds.successor IS "
        "'another feed that its site names since it fails, to be offered'"
    )


def downgrade() -> None:
    """Remove the column."""
    op.execute("ALTER TABLE feeds DROP COLUMN successor")
