"""An index of the hosts that fail, for metrics by host."""

from alembic import op

revision = "0039"
down_revision = "0033"


def upgrade() -> None:
    """Make the index; it holds only hosts that fail."""
    op.execute("CREATE INDEX ix_hosts_errors ON hosts (errors) WHERE errors > 0")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX ix_hosts_errors")
