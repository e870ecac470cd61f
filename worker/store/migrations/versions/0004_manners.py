"""What is known of a host's manners, where redirects have led an entry, and what its host's files reserve."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS: tuple[str, ...] = (
    """ALTER TABLE hosts
        ADD COLUMN robots_failing_since timestamptz,
        ADD COLUMN tdm jsonb,
        ADD COLUMN pace double precision NOT NULL DEFAULT 1,
        ADD COLUMN answer_seconds double precision""",
    "COMMENT ON COLUMN hosts.robots_failing_since IS 'robots.txt cannot be read since then'",
    "COMMENT ON COLUMN hosts.tdm IS 'rules of /.well-known/tdmrep.json; NULL: it has none'",
    "COMMENT ON COLUMN hosts.pace IS 'the delay is this many times as long for now'",
    "COMMENT ON COLUMN hosts.answer_seconds IS 'usual time to an answer'",
    """ALTER TABLE entries
        ADD COLUMN hop_url text,
        ADD COLUMN hops integer NOT NULL DEFAULT 0,
        ADD COLUMN home_host_id bigint CONSTRAINT fk_entries_home_host_id REFERENCES hosts (id)""",
    "COMMENT ON COLUMN entries.hop_url IS 'where a redirect to another host led; NULL: its own address'",
    "COMMENT ON COLUMN entries.home_host_id IS 'host of its own address, while host_id is that of hop_url'",
    "ALTER TABLE pages ADD COLUMN reserved jsonb NOT NULL DEFAULT '{}'",
    "COMMENT ON COLUMN pages.reserved IS 'what robots.txt and tdmrep.json of its host say of it'",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them; an entry that is on its way through redirects starts again at its own address."""
    op.execute("UPDATE entries SET host_id = home_host_id WHERE home_host_id IS NOT NULL")
    op.execute("ALTER TABLE pages DROP COLUMN reserved")
    op.execute("ALTER TABLE entries DROP COLUMN hop_url, DROP COLUMN hops, DROP COLUMN home_host_id")
    op.execute(
        "ALTER TABLE hosts DROP COLUMN robots_failing_since, DROP COLUMN tdm, DROP COLUMN pace, "
        "DROP COLUMN answer_seconds"
    )
