"""What the controller of the request budget keeps."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    """Make it."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Unmake it."""
