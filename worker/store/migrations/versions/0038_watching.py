"""Watching the service: paused stages, notices to the operator, and hosts by their last visit."""

from alembic import op

revision = "0038"
down_revision = "0031"

FORWARD = (
    """CREATE TABLE paused_stages (
        stage text NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        by text NOT NULL,
        CONSTRAINT pk_paused_stages PRIMARY KEY (stage)
    )""",
    "COMMENT ON COLUMN paused_stages.stage IS 'of which ticks hand out no work'",
    "COMMENT ON COLUMN paused_stages.by IS 'who paused it'",
    """CREATE TABLE notices (
        key text NOT NULL,
        severity text NOT NULL,
        summary text NOT NULL,
        command text NOT NULL,
        link text NOT NULL,
        since timestamptz NOT NULL,
        told_at timestamptz,
        gone_since timestamptz,
        CONSTRAINT pk_notices PRIMARY KEY (key)
    )""",
    "COMMENT ON COLUMN notices.told_at IS 'when a message about it was sent; NULL: not yet'",
    "COMMENT ON COLUMN notices.gone_since IS 'since when the problem is not seen; NULL: it lasts'",
    "CREATE INDEX ix_hosts_last_turn_at ON hosts (last_turn_at) WHERE last_turn_at IS NOT NULL",
)
BACK = (
    "DROP INDEX ix_hosts_last_turn_at",
    "DROP TABLE notices",
    "DROP TABLE paused_stages",
)


def upgrade() -> None:
    """Make the tables and the index."""
    for statement in FORWARD:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: pauses and what was told are forgotten."""
    for statement in BACK:
        op.execute(statement)
