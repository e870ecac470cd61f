"""Indexes of the pages: refused entries by time, reason and host, hosts in trouble, gaps by time.

They are built without stopping writers, each in its own transaction.
"""

from alembic import op

revision = "0037"
down_revision = "0035"

INDEXES = {
    "ix_entries_refused_finished_at_id": "entries (finished_at, id) WHERE state = 'refused'",
    "ix_entries_refused_reason_finished_at_id": "entries (reason, finished_at, id) WHERE state = 'refused'",
    "ix_entries_refused_host_id_finished_at_id": "entries (host_id, finished_at, id) WHERE state = 'refused'",
    "ix_hosts_rest_until": "hosts (rest_until) WHERE rest_until IS NOT NULL",
    "ix_gaps_noticed_at_id": "gaps (noticed_at, id)",
}


def upgrade() -> None:
    """Build them."""
    with op.get_context().autocommit_block():
        for name, of in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {of}")


def downgrade() -> None:
    """Drop them."""
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
