"""Indexes for lists of stories: their members in the order of publication, and stories by size and time."""

from alembic import op

revision = "0035"
down_revision = "0032"

IN_A_STORY = "WHERE story_id IS NOT NULL"

INDEXES = {
    "ix_articles_story_id_shown": f"articles (story_id, COALESCE(published, stored_at), id) {IN_A_STORY}",
    "ix_articles_publisher_id_story_id": f"articles (publisher_id, story_id) {IN_A_STORY}",
    "ix_articles_language_story_id": f"articles (lower(split_part(language, '-', 1)), story_id) {IN_A_STORY}",
    "ix_stories_size_id": "stories (size, id) WHERE size > 1",
    "ix_stories_begun_at_id": "stories (begun_at, id) WHERE size > 1",
}


def upgrade() -> None:
    """Create the indexes without a long lock."""
    with op.get_context().autocommit_block():
        for name, rest in INDEXES.items():
            # One that was interrupted is there, and invalid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {rest}")


def downgrade() -> None:
    """Drop the indexes."""
    op.execute(f"DROP INDEX {', '.join(INDEXES)}")
