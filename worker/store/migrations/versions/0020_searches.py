"""Saved searches, and whether an article is an agency's."""

from alembic import op

revision = "0020"
down_revision = "0019"

STATEMENTS = (
    "ALTER TABLE articles ADD COLUMN wire boolean",
    "COMMENT ON COLUMN articles.wire IS 'whether it is an agency''s report; NULL: unknown'",
    """CREATE TABLE searches (
        name text NOT NULL,
        filter text NOT NULL,
        added_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz,
        CONSTRAINT pk_searches PRIMARY KEY (name)
    )""",
    "COMMENT ON COLUMN searches.filter IS 'in the canonical form of worker.filters'",
)


def upgrade() -> None:
    """Add the table and the column."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE searches")
    op.execute("ALTER TABLE articles DROP COLUMN wire")
