"""Epochs of the change log, and signs of life."""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    """CREATE TABLE epochs (
        id bigint NOT NULL,
        name uuid DEFAULT gen_random_uuid() NOT NULL,
        began_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        void_after bigint NOT NULL,
        place text NOT NULL,
        CONSTRAINT pk_epochs PRIMARY KEY (id)
    )""",
    "COMMENT ON COLUMN epochs.id IS "
    "'of its reset line in the change log; 0: the first epoch, which has no such line'",
    "COMMENT ON COLUMN epochs.void_after IS 'ids of changes above this one and below id are void'",
    "COMMENT ON COLUMN epochs.place IS 'the database and table that hold the log: a restore makes new ones'",
    """INSERT INTO epochs (id, void_after, place)
        SELECT 0, 0, oid || '/' || 'changes'::regclass::oid
        FROM pg_database WHERE datname = current_database()""",
    """CREATE TABLE signs (
        name text NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT pk_signs PRIMARY KEY (name)
    )""",
    "COMMENT ON COLUMN signs.name IS 'what was done: tick, taken:STAGE, written'",
    "COMMENT ON COLUMN signs.at IS 'when it was last done, by the clock of the database'",
)

BACK = ("DROP TABLE signs", "DROP TABLE epochs")


def upgrade() -> None:
    """Create both tables; the log as it is becomes the first epoch."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop both tables."""
    for statement in BACK:
        op.execute(statement)
