"""entries.page_key, by which a page that claims an address is found to disagree with the page that is there.

Entries that were extracted before have none, and get it when they are extracted again; until then only the
articles that are known by an address, and not the copies that were fetched there, speak against a claim.
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column and its index, which is empty."""
    op.execute("ALTER TABLE entries ADD COLUMN page_key uuid")
    op.execute(
        "COMMENT ON COLUMN entries.page_key IS "
        "'hash of the address at which its page was fetched; NULL: unknown'"
    )
    op.execute("CREATE INDEX ix_entries_page_key ON entries (page_key) WHERE page_key IS NOT NULL")


def downgrade() -> None:
    """Drop the column with its index."""
    op.execute("ALTER TABLE entries DROP COLUMN page_key")
