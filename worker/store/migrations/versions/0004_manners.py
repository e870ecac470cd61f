"""What is known of a host's manners."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    """Make it."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Unmake it."""
