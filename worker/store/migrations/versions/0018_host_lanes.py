"""Lanes of hosts, by whether they answer, and the order of a host's pages: first tries first, newest first.

Workers of the last release leave lanes as they are, and claim hosts of all lanes alike.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

STATEMENTS = (
    "ALTER TABLE hosts ADD COLUMN lane text NOT NULL DEFAULT 'new', ADD COLUMN claimed_for text",
    "COMMENT ON COLUMN hosts.lane IS 'where it waits for its turns, by whether it answers'",
    "COMMENT ON COLUMN hosts.claimed_for IS 'stage of the claim under way, or turn of a slow lane'",
    """UPDATE hosts SET lane = CASE WHEN errors = 0 THEN 'answering'
        WHEN answer_seconds IS NOT NULL THEN 'faltering' ELSE 'silent' END
    WHERE requests > 0""",
    """ALTER TABLE hosts ADD CONSTRAINT ck_hosts_lane
        CHECK (lane IN ('answering', 'faltering', 'new', 'silent'))""",
    "CREATE INDEX ix_hosts_lane_poll_due_at ON hosts (lane, poll_due_at) WHERE poll_due_at IS NOT NULL",
    "CREATE INDEX ix_hosts_lane_fetch_due_at ON hosts (lane, fetch_due_at) WHERE fetch_due_at IS NOT NULL",
    """CREATE INDEX ix_hosts_claimed_for_free_at ON hosts (claimed_for, free_at)
        WHERE claimed_for IS NOT NULL AND lane <> 'answering'""",
    "DROP INDEX ix_hosts_poll_due_at, ix_hosts_fetch_due_at",
    """CREATE INDEX ix_entries_host_id_newest ON entries (host_id, (LEAST(published, discovered_at)))
        WHERE state = 'waiting' AND errors = 0""",
)

BACK = (
    "DROP INDEX ix_entries_host_id_newest",
    "CREATE INDEX ix_hosts_poll_due_at ON hosts (poll_due_at) WHERE poll_due_at IS NOT NULL",
    "CREATE INDEX ix_hosts_fetch_due_at ON hosts (fetch_due_at) WHERE fetch_due_at IS NOT NULL",
    "DROP INDEX ix_hosts_claimed_for_free_at, ix_hosts_lane_poll_due_at, ix_hosts_lane_fetch_due_at",
    "ALTER TABLE hosts DROP COLUMN lane, DROP COLUMN claimed_for",
)


def upgrade() -> None:
    """Add the columns and indexes; hosts that were asked before get the lane of their last turn."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them; all hosts wait together again."""
    for statement in BACK:
        op.execute(statement)
