"""entries.edit_hash, the new name of entries.item_hash: `sightings.item_hash` is a hash of another kind.

This is the first step of a rename that old and new workers can live through side by side. From now on both
columns are written, and `edit_hash` is read with `item_hash` as the fallback. The second step, in a later
release, is a migration that copies `item_hash` where `edit_hash` is NULL, makes `edit_hash` NOT NULL and
drops `item_hash`; with it the fallback in store/entries.py goes.

While workers of the last release still run, an edit that one of them saves leaves `edit_hash` behind: the
next poll saves that edit once more, which does no harm.
"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE entries ADD COLUMN edit_hash uuid")
    op.execute("COMMENT ON COLUMN entries.item_hash IS 'old name of edit_hash, written until it is dropped'")
    op.execute("COMMENT ON COLUMN entries.edit_hash IS 'of what the feed says: it changes with an edit'")


def downgrade() -> None:
    """Drop the column; `item_hash` has the same values."""
    op.execute("ALTER TABLE entries DROP COLUMN edit_hash")
    op.execute("COMMENT ON COLUMN entries.item_hash IS 'of what the feed said: tells an edit'")
