"""What the last look at the page of a stored entry showed: good, doubtful or refused.

Additive: workers of the last release never write these columns, so their looks count as good.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

COMMENTS = (
    ("look", "what the last look at the page of a stored entry showed"),
    ("look_reason", "why it is doubtful, or the reason of the refusal"),
    ("look_since", "first of the looks in a row that were not good"),
    ("look_sketch", "signature of the doubtful text, or hash of a short one"),
    ("look_text_since", "when the doubtful text was first seen"),
)
COLUMNS = ("reason", "detail", "since", "times", "sketch", "text_since", "text_times")


def upgrade() -> None:
    """Add the columns, and the index of the doubtful texts of a host."""
    op.execute(
        """
        ALTER TABLE entries
            ADD COLUMN look text NOT NULL DEFAULT 'good',
            ADD COLUMN look_reason text,
            ADD COLUMN look_detail text,
            ADD COLUMN look_since timestamptz,
            ADD COLUMN look_times integer NOT NULL DEFAULT 0,
            ADD COLUMN look_sketch bytea,
            ADD COLUMN look_text_since timestamptz,
            ADD COLUMN look_text_times integer NOT NULL DEFAULT 0,
            ADD CONSTRAINT ck_entries_look CHECK (look IN ('good', 'doubtful', 'refused')),
            ADD CONSTRAINT ck_entries_look_fields CHECK (
                (look = 'good') = (look_since IS NULL) AND (look = 'doubtful') = (look_sketch IS NOT NULL))
        """
    )
    op.execute("CREATE INDEX ix_entries_doubtful ON entries (host_id) WHERE look = 'doubtful'")
    for column, comment in COMMENTS:
        op.execute(f"COMMENT ON COLUMN entries.{column} IS '{comment}'")


def downgrade() -> None:
    """Drop them; stored texts are unaffected."""
    op.execute("DROP INDEX ix_entries_doubtful")
    drops = ", ".join(f"DROP COLUMN look_{column}" for column in COLUMNS)
    op.execute(f"ALTER TABLE entries DROP COLUMN look CASCADE, {drops}")
