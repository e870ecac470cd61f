"""What the controller of the request budget keeps, and what it is told by polls."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS: tuple[str, ...] = (
    """ALTER TABLE feeds
        ADD COLUMN rate double precision,
        ADD COLUMN timed bigint NOT NULL DEFAULT 0,
        ADD COLUMN waited double precision NOT NULL DEFAULT 0""",
    "COMMENT ON COLUMN feeds.rate IS 'entries a second, as learned; NULL before the first poll'",
    "COMMENT ON COLUMN feeds.timed IS 'entries whose wait for a poll is known'",
    "COMMENT ON COLUMN feeds.waited IS 'seconds that these waited in all'",
    """CREATE TABLE poll_price (
        id smallint NOT NULL DEFAULT 1,
        goal text NOT NULL,
        control jsonb NOT NULL,
        polls bigint NOT NULL,
        timed bigint NOT NULL,
        waited double precision NOT NULL,
        CONSTRAINT pk_poll_price PRIMARY KEY (id),
        CONSTRAINT ck_poll_price_one_row CHECK (id = 1)
    )""",
    "COMMENT ON COLUMN poll_price.goal IS 'what the price serves: a budget or a delay'",
    "COMMENT ON COLUMN poll_price.polls IS 'sum over feeds at the last look; timed and waited likewise'",
)


def upgrade() -> None:
    """Make it."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP TABLE poll_price")
    op.execute("ALTER TABLE feeds DROP COLUMN rate, DROP COLUMN timed, DROP COLUMN waited")
