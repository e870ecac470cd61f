"""The column `wire` of the view `read.articles`."""

import re

from alembic import op

revision = "0027"
down_revision = "0026"

_LAST = re.compile(r"a\.removed_at(?:,\s+a\.wire)?\s+FROM")


def upgrade() -> None:
    """Add the column at the end, which keeps the grants."""
    op.execute(f"CREATE OR REPLACE VIEW read.articles AS {_definition('a.removed_at, a.wire FROM')}")
    op.execute("COMMENT ON COLUMN read.articles.wire IS 'whether it is a report of an agency; NULL: unknown'")


def downgrade() -> None:
    """Make the view again without it; readers get their rights by the default of the schema."""
    db = op.get_bind()
    comments = db.exec_driver_sql(
        """SELECT attname, quote_literal(col_description(attrelid, attnum)) FROM pg_attribute
        WHERE attrelid = 'read.articles'::regclass AND attnum > 0 AND attname <> 'wire'"""
    ).all()
    definition = _definition("a.removed_at FROM")
    op.execute("DROP VIEW read.articles")
    op.execute(f"CREATE VIEW read.articles AS {definition}")
    op.execute("COMMENT ON VIEW read.articles IS 'Articles in their current version.'")
    for name, comment in comments:
        db.exec_driver_sql(f"COMMENT ON COLUMN read.articles.{name} IS {comment}")


def _definition(end: str) -> str:
    """Return the definition of the view with another end of its columns."""
    found = op.get_bind().exec_driver_sql("SELECT pg_get_viewdef('read.articles'::regclass)").scalar()
    made, times = _LAST.subn(end, str(found))
    assert times == 1
    return made
