"""Why each feed is polled when it is."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    "ALTER TABLE feeds ADD COLUMN due_because text",
    "COMMENT ON COLUMN feeds.due_because IS 'why it is polled at due_at, for people'",
)


BACK = ("ALTER TABLE feeds DROP COLUMN due_because",)


def upgrade() -> None:
    """Add the column; feeds are given their reason by their next poll."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the column."""
    for statement in BACK:
        op.execute(statement)
