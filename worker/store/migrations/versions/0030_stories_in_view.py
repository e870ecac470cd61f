"""The view `read.stories` without stories that were merged into others, and with their first publication."""

from alembic import op

revision = "0030"
down_revision = "0029"

_COMMENTS = {
    "id": "story_id in articles",
    "size": "number of articles",
    "begun_at": "when the first two articles were joined",
}


def upgrade() -> None:
    """Replace the view, which keeps its grants."""
    op.execute(
        """CREATE OR REPLACE VIEW read.stories AS SELECT s.id, s.size, s.begun_at, s.first_at
        FROM public.stories s WHERE s.merged_into IS NULL"""
    )
    op.execute("COMMENT ON COLUMN read.stories.first_at IS 'when its first article was published'")


def downgrade() -> None:
    """Make the view again as before; readers get their rights by the default of the schema."""
    op.execute("DROP VIEW read.stories")
    op.execute("CREATE VIEW read.stories AS SELECT s.id, s.size, s.begun_at FROM public.stories s")
    op.execute("COMMENT ON VIEW read.stories IS 'Groups of articles with the same text.'")
    for name, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN read.stories.{name} IS '{comment}'")
