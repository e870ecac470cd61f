"""What polls answered: the last ten of each feed, counts by day for two weeks, and the last document.

All three are bounded for each feed: rows are written over in turn, so nothing has to be deleted.
"""

from alembic import op

revision = "0034"
down_revision = "0037"

STATEMENTS = (
    """CREATE TABLE poll_answers (
        feed_id bigint NOT NULL,
        slot smallint NOT NULL,
        at timestamptz NOT NULL,
        status smallint,
        outcome text NOT NULL,
        reason text,
        seconds double precision NOT NULL,
        size integer NOT NULL,
        items integer NOT NULL,
        new integer NOT NULL,
        CONSTRAINT pk_poll_answers PRIMARY KEY (feed_id, slot),
        CONSTRAINT fk_poll_answers_feed_id FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE)""",
    "COMMENT ON COLUMN poll_answers.slot IS 'number of the poll, modulo the answers that are kept'",
    "COMMENT ON COLUMN poll_answers.seconds IS 'from the request to the end of the answer'",
    "COMMENT ON COLUMN poll_answers.size IS 'bytes of the body once decompressed'",
    """CREATE TABLE poll_days (
        feed_id bigint NOT NULL,
        slot smallint NOT NULL,
        day date NOT NULL,
        polls integer NOT NULL,
        failed integer NOT NULL,
        CONSTRAINT pk_poll_days PRIMARY KEY (feed_id, slot),
        CONSTRAINT fk_poll_days_feed_id FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE)""",
    "COMMENT ON COLUMN poll_days.slot IS 'number of the day, modulo the days that are kept'",
    """CREATE TABLE feed_documents (
        feed_id bigint NOT NULL,
        seen_at timestamptz NOT NULL,
        url text NOT NULL,
        content_type text,
        encoding text NOT NULL,
        size integer NOT NULL,
        is_cut boolean NOT NULL,
        body bytea NOT NULL,
        CONSTRAINT pk_feed_documents PRIMARY KEY (feed_id),
        CONSTRAINT fk_feed_documents_feed_id FOREIGN KEY (feed_id) REFERENCES feeds (id)
            ON DELETE CASCADE)""",
    "ALTER TABLE feed_documents ALTER COLUMN body SET STORAGE EXTERNAL",
    "COMMENT ON COLUMN feed_documents.url IS 'after redirects'",
    "COMMENT ON COLUMN feed_documents.encoding IS 'of body, as gzip, br, zstd; empty: plain'",
    "COMMENT ON COLUMN feed_documents.size IS 'bytes of the document once decompressed'",
    "COMMENT ON COLUMN feed_documents.is_cut IS 'only its beginning is kept'",
    "CREATE INDEX ix_feed_documents_seen_at ON feed_documents (seen_at)",
)


def upgrade() -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE poll_answers, poll_days, feed_documents")
