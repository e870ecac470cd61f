"""Indexes for the conditions of filters on lines of the change log: what changed, and the cause."""

from alembic import op

revision = "0042"
down_revision = "0038"

INDEXES = {
    # Most lines are about new articles, and say nothing of fields.
    "ix_changes_changed": "USING gin (changed) WHERE kind <> 'created'",
    "ix_changes_cause": "(cause) WHERE cause <> 'publisher'",
}


def upgrade() -> None:
    """Create the indexes without a long lock: about a second each for a million lines."""
    with op.get_context().autocommit_block():
        for name, rest in INDEXES.items():
            # One that was interrupted is there, and invalid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON changes {rest}")


def downgrade() -> None:
    """Drop the indexes."""
    op.execute(f"DROP INDEX {', '.join(INDEXES)}")
