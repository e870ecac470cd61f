"""What each change of an article changed, and who is behind it; a key by which consumers know it for good.

Workers of the last release write lines without the new columns: the publisher counts as their cause. The
foreign key goes, since the log keeps the lines of articles that are deleted.
"""

from alembic import op

revision = "0026"
down_revision = "0025"

KINDS = "'created', 'revised', 'refreshed', 'removed', 'restored', 'story', 'purged'"
CAUSES = "'publisher', 'extractor', 'rule', 'story', 'operator'"

_LINES = """(
    SELECT id, article_id, kind, revision, at, NULL::bigint AS void_after, changed, cause, words_added,
        words_removed
    FROM public.changes
    UNION ALL
    SELECT id, NULL, 'reset', 0, began_at, void_after, '{}', 'operator', 0, 0 FROM public.epochs WHERE id > 0
) AS l LEFT JOIN public.articles a ON a.id = l.article_id"""

VIEW = f"""CREATE OR REPLACE VIEW read.changes AS
    SELECT l.id, l.article_id, l.kind, l.revision, l.at, l.void_after, coalesce(a.lasting_key, a.key) AS key,
        l.changed, l.cause, l.words_added, l.words_removed
    FROM {_LINES}"""

COMMENTS = (
    ("articles.read_by", "version of the extractor and hash of the site''s rule that read it last"),
    ("articles.lasting_key", "what consumers know it by, if that is no longer key; NULL: key"),
    ("changes.changed", "fields of the article that differ"),
    ("changes.cause", "who is behind the change"),
    ("changes.words_added", "words of title and text that are new"),
    ("changes.words_removed", "words of title and text that are gone"),
    ("read.changes.key", "key in articles; NULL: the article was purged, or it is a reset"),
    ("read.changes.changed", "fields of the article that differ"),
    ("read.changes.cause", "who is behind the change: publisher, extractor, rule, story or operator"),
    ("read.changes.words_added", "words of title and text that are new"),
    ("read.changes.words_removed", "words of title and text that are gone"),
    ("read.articles.key", "name of the article for good, made from the address at which it was found"),
)

STATEMENTS = (
    "ALTER TABLE articles ADD COLUMN read_by text, ADD COLUMN lasting_key uuid",
    """CREATE UNIQUE INDEX ix_articles_lasting_key ON articles (lasting_key)
        WHERE lasting_key IS NOT NULL""",
    f"""ALTER TABLE changes DROP CONSTRAINT fk_changes_article_id,
        ADD COLUMN changed text[] NOT NULL DEFAULT '{{}}',
        ADD COLUMN cause text NOT NULL DEFAULT 'publisher',
        ADD COLUMN words_added integer NOT NULL DEFAULT 0,
        ADD COLUMN words_removed integer NOT NULL DEFAULT 0,
        DROP CONSTRAINT ck_changes_kind,
        ADD CONSTRAINT ck_changes_kind CHECK (kind IN ({KINDS})),
        ADD CONSTRAINT ck_changes_cause CHECK (cause IN ({CAUSES}))""",
    # Revisions call an edited text by the name of its blocks.
    """UPDATE changes c SET changed = array_replace(r.changed, 'blocks', 'text')
        FROM revisions r
        WHERE c.kind = 'revised' AND r.article_id = c.article_id AND r.number = c.revision""",
    VIEW,
)

BACK = (
    "DELETE FROM changes WHERE kind IN ('refreshed', 'story', 'purged')",
    "DELETE FROM changes c WHERE NOT EXISTS (SELECT FROM articles a WHERE a.id = c.article_id)",
    "DROP VIEW read.changes",
    "ALTER TABLE articles DROP COLUMN read_by, DROP COLUMN lasting_key",
    """ALTER TABLE changes DROP CONSTRAINT ck_changes_cause, DROP CONSTRAINT ck_changes_kind,
        DROP COLUMN changed, DROP COLUMN cause, DROP COLUMN words_added, DROP COLUMN words_removed,
        ADD CONSTRAINT ck_changes_kind CHECK (kind IN ('created', 'revised', 'removed', 'restored')),
        ADD CONSTRAINT fk_changes_article_id FOREIGN KEY (article_id) REFERENCES articles (id)""",
    """CREATE VIEW read.changes AS SELECT l.id, l.article_id, l.kind, l.revision, l.at, l.void_after FROM (
        SELECT id, article_id, kind, revision, at, NULL::bigint AS void_after FROM public.changes
        UNION ALL
        SELECT id, NULL, 'reset', 0, began_at, void_after FROM public.epochs WHERE id > 0
    ) AS l""",
)

LASTING = "COALESCE(a.lasting_key, a.key) AS key"


def upgrade() -> None:
    """Add the columns; lines of revisions get the fields that the revisions name."""
    for statement in STATEMENTS:
        op.execute(statement)
    _replace_in_articles("a.key", LASTING)
    for column, comment in COMMENTS:
        op.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")


def downgrade() -> None:
    """Drop them, and the lines that the last release does not know."""
    _replace_in_articles(LASTING, "a.key")
    for statement in BACK:
        op.execute(statement)


def _replace_in_articles(old: str, new: str) -> None:
    """Replace a column of the view of articles, which keeps its grants."""
    found = op.get_bind().exec_driver_sql("SELECT pg_get_viewdef('read.articles'::regclass)").scalar()
    columns, source, rest = str(found).partition("FROM")
    assert f"{old}," in columns
    op.execute(
        f"CREATE OR REPLACE VIEW read.articles AS {columns.replace(f'{old},', f'{new},')}{source}{rest}"
    )
