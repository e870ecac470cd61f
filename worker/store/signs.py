"""Signs of life: when something was last done, by the clock of the database.

The clocks of the workers may differ; the database has one.
"""

from collections.abc import Iterable

from worker.monitor.standstill import STAGES, Pulse
from worker.store import health, pauses, stats
from worker.store.db import Connection, Store, StoreNotWritable, rows, run

TICK, WRITTEN = "tick", "written"
"""A tick was handled; a probe has written."""


def taken(stage: str) -> str:
    """Return the name of the sign that work of `stage` was taken."""
    return f"taken:{stage}"


def leave(db: Connection, names: Iterable[str]) -> None:
    """Record that these were done now. It is a real write, so it proves that the database accepts one."""
    run(
        db,
        """
        INSERT INTO signs (name, at)
        SELECT name, clock_timestamp() FROM unnest(CAST(:names AS text[])) AS name ORDER BY name
        ON CONFLICT (name) DO UPDATE SET at = excluded.at
        """,
        names=list(names),
    )


def write_error(store: Store) -> str | None:
    """Write once; return why the store accepts no writes. Raises `StoreUnavailable`."""
    try:
        with store.begin() as db:
            leave(db, [WRITTEN])
    except StoreNotWritable as error:
        return str(error)
    return None


def pulse(db: Connection) -> Pulse:
    """Return how long ago ticks were handled and work was taken, and how long work has waited."""
    now = health.server(db).clock
    seen = {row["name"]: row["at"] for row in rows(db, "SELECT name, at FROM signs")}
    ages = {name: max(0.0, (now - at).total_seconds()) for name, at in seen.items()}
    due = stats.oldest_due(db, now=now)
    paused = pauses.listing(db)
    return Pulse(
        tick=ages.get(TICK),
        taken={stage: ages.get(taken(stage)) for stage in STAGES},
        # The operator wants the work of a paused stage to wait.
        waits={
            stage: (now - at).total_seconds() if stage not in paused and (at := due.get(stage)) else None
            for stage in STAGES
        },
    )
