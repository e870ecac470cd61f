"""The comment on signs names backups."""

from alembic import op

revision = "0041"
down_revision = "0030"


def upgrade() -> None:
    """Change the comment; nothing is stored differently."""
    op.execute(
        "COMMENT ON COLUMN signs.name IS "
        "'what was done: tick, taken:STAGE, written; backup: the state of that time is in a backup'"
    )


def downgrade() -> None:
    """Restore the comment."""
    op.execute("COMMENT ON COLUMN signs.name IS 'what was done: tick, taken:STAGE, written'")
