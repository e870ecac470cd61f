"""The tables: feeds, hosts, entries, sightings, pages, articles, revisions, stories, changes, publishers,
gaps."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    "changes",
    "gaps",
    "revisions",
    "pages",
    "sightings",
    "entries",
    "articles",
    "feeds",
    "stories",
    "hosts",
    "publishers",
)


def upgrade() -> None:
    """Create everything, as DDL in the file beside this one."""
    ddl = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in ddl.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop everything."""
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
