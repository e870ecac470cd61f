"""Indexes for the conditions of filters, and the country of publishers whose name says it."""

from alembic import op

from worker.urls import country_of

revision = "0024"
down_revision = "0023"

INDEXES = {
    "ix_articles_language": "(lower(split_part(language, '-', 1)))",
    "ix_articles_kind": "(kind) WHERE kind <> 'article'",
    "ix_articles_removed": "(stored_at) WHERE state = 'removed'",
    "ix_articles_wire": "(wire)",
    "ix_articles_published_stored_at_id": "(published, stored_at, id)",
    "ix_articles_noindex": """(stored_at) WHERE rights @> '{"noindex": true}'""",
    "ix_articles_noarchive": """(stored_at) WHERE rights @> '{"noarchive": true}'""",
    "ix_articles_noai": """(stored_at) WHERE rights @> '{"noai": true}'""",
    "ix_articles_tdm_reserved": """(stored_at) WHERE rights @> '{"tdm_reserved": true}'""",
    "ix_articles_denied": "(stored_at) WHERE rights @? '$.agents_denied[0]'",
    "ix_articles_licence": "(stored_at) WHERE rights @? '$.licence ? (@ != null)'",
    "ix_articles_paywalled": "(stored_at) WHERE paywalled",
}


def upgrade() -> None:
    """Create the indexes without a long lock: about a second each for a million articles."""
    db = op.get_bind()
    for publisher_id, site in db.exec_driver_sql(
        "SELECT id, site FROM publishers WHERE country IS NULL"
    ).all():
        if country := country_of(site):
            db.exec_driver_sql("UPDATE publishers SET country = %s WHERE id = %s", (country, publisher_id))
    with op.get_context().autocommit_block():
        for name, rest in INDEXES.items():
            # One that was interrupted is there, and invalid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON articles {rest}")


def downgrade() -> None:
    """Drop the indexes. The countries stay: earlier versions ignore them."""
    op.execute(f"DROP INDEX {', '.join(INDEXES)}")
