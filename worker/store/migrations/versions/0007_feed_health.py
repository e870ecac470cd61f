"""What the health of a feed is told from."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    "ALTER TABLE feeds ADD COLUMN moved_from text, ADD COLUMN moved_at timestamptz",
    "COMMENT ON COLUMN feeds.moved_from IS 'its address before the last redirect that was followed'",
    """CREATE TABLE feed_health (
        feed_id bigint NOT NULL,
        counted_to timestamptz NOT NULL,
        silent_since timestamptz,
        quiet_at timestamptz,
        a_week double precision DEFAULT '0' NOT NULL,
        items_lately double precision,
        items_usual double precision,
        refused double precision[] DEFAULT '{0,0,0}' NOT NULL,
        fallback double precision[] DEFAULT '{0,0,0}' NOT NULL,
        CONSTRAINT pk_feed_health PRIMARY KEY (feed_id),
        CONSTRAINT fk_feed_health_feed_id FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE
    )""",
    "COMMENT ON COLUMN feed_health.counted_to IS 'entries that finished up to then are in the shares'",
    "COMMENT ON COLUMN feed_health.silent_since IS 'the last new entry for which quiet_at was told'",
    "COMMENT ON COLUMN feed_health.quiet_at IS 'NULL: too little is known'",
    "COMMENT ON COLUMN feed_health.refused IS 'share of entries: lately, usual, of how many'",
    "COMMENT ON COLUMN feed_health.fallback IS 'share of articles with only the text of the feed, likewise'",
    """CREATE TABLE feed_conditions (
        feed_id bigint NOT NULL,
        condition text NOT NULL,
        since timestamptz NOT NULL,
        until timestamptz,
        reason text NOT NULL,
        CONSTRAINT pk_feed_conditions PRIMARY KEY (feed_id, condition, since),
        CONSTRAINT fk_feed_conditions_feed_id FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE
    )""",
    "COMMENT ON COLUMN feed_conditions.until IS 'NULL: it is so still'",
    """CREATE UNIQUE INDEX ix_feed_conditions_feed_id_condition ON feed_conditions (feed_id, condition)
        WHERE until IS NULL""",
    "CREATE INDEX ix_sightings_feed_id_first_seen_at ON sightings (feed_id, first_seen_at)",
    "CREATE INDEX ix_entries_finished_at ON entries (finished_at) WHERE finished_at IS NOT NULL",
)

BACK = (
    "DROP INDEX ix_entries_finished_at",
    "DROP INDEX ix_sightings_feed_id_first_seen_at",
    "DROP TABLE feed_conditions",
    "DROP TABLE feed_health",
    "ALTER TABLE feeds DROP COLUMN moved_at, DROP COLUMN moved_from",
)


def upgrade() -> None:
    """Make it."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Unmake it."""
    for statement in BACK:
        op.execute(statement)
