"""An index that finds articles by the addresses that they had in earlier revisions."""

from alembic import op

revision = "0022"
down_revision = "0021"

INDEX = """CREATE INDEX CONCURRENTLY ix_revisions_url ON revisions USING hash ((document ->> 'url'::text))
    WHERE document IS NOT NULL"""


def upgrade() -> None:
    """Build the index while revisions are written."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_revisions_url")
        op.execute(INDEX)


def downgrade() -> None:
    """Drop the index."""
    op.execute("DROP INDEX ix_revisions_url")
