"""What the health of a feed is told from."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    """Make it."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Unmake it."""
