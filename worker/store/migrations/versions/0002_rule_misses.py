"""What the rules of sites no longer find on their pages."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """CREATE TABLE rule_misses (
        file text NOT NULL,
        selector text NOT NULL,
        host text NOT NULL,
        expected boolean NOT NULL,
        pages integer NOT NULL,
        since timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        url text NOT NULL,
        CONSTRAINT pk_rule_misses PRIMARY KEY (file, selector, host)
    )""",
    "COMMENT ON COLUMN rule_misses.selector IS 'the key of the rule, or strip and the selector'",
    "COMMENT ON COLUMN rule_misses.expected IS 'on every page; else on some'",
    "COMMENT ON COLUMN rule_misses.pages IS 'on which it matched nothing, in a row'",
    "COMMENT ON COLUMN rule_misses.url IS 'the last of these pages'",
)


def upgrade() -> None:
    """Create the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE rule_misses")
