"""The words of articles in a column of their own, with their stems, in place of an index on an expression.

The articles are indexed in batches that are committed one by one, newest first: a migration that is
interrupted continues with the rest. Meanwhile the old index answers workers of the last release.
"""

from alembic import op

from worker.store import search

revision = "0021"
down_revision = "0020"

OLD_INDEX = """CREATE INDEX ix_articles_search ON articles
    USING gin (to_tsvector('simple'::regconfig, ((COALESCE(title, ''::text) || ' '::text) || text)))"""


def upgrade() -> None:
    """Add the column, fill it, and replace the index without a long lock."""
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE articles ADD COLUMN IF NOT EXISTS search tsvector")
        op.execute(
            "COMMENT ON COLUMN articles.search IS"
            " 'words and stems; NULL: stored by a version without this column'"
        )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_articles_search_missing")
        op.execute(
            "CREATE INDEX CONCURRENTLY ix_articles_search_missing ON articles (id) WHERE search IS NULL"
        )
        found = 1
        while found:
            op.execute("BEGIN")
            found = search.fill(op.get_bind())
            op.execute("COMMIT")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_articles_search_new")
        op.execute("CREATE INDEX CONCURRENTLY ix_articles_search_new ON articles USING gin (search)")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_articles_search")
        op.execute("ALTER INDEX ix_articles_search_new RENAME TO ix_articles_search")


def downgrade() -> None:
    """Drop the column with its indexes, and index the expression again."""
    op.execute("ALTER TABLE articles DROP COLUMN search")
    op.execute(OLD_INDEX)
