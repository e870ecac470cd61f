"""How much of a date is known: of both dates of a feed's entry, and of an article's last change.

All are NULL in rows from before, whose dates count as instants, as they did.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

COLUMNS = (
    ("entries", "published_precision"),
    ("entries", "updated_precision"),
    ("articles", "modified_precision"),
)


def upgrade() -> None:
    """Add the columns."""
    for table, column in COLUMNS:
        op.execute(
            f"""ALTER TABLE {table} ADD COLUMN {column} text,
                ADD CONSTRAINT ck_{table}_{column} CHECK ({column} IN ('instant', 'day'))"""
        )
        op.execute(
            f"COMMENT ON COLUMN {table}.{column} IS"
            " 'instant or day; NULL: the date is older than this column'"
        )


def downgrade() -> None:
    """Drop the columns."""
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
