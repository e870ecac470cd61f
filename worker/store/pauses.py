"""The stages of which ticks hand out no work for now, by the operator's wish."""

from dataclasses import dataclass
from datetime import datetime

from worker.store.db import Connection, rows, run, value


@dataclass(frozen=True, slots=True)
class Pause:
    """A paused stage: since when, and who paused it."""

    stage: str
    since: datetime
    by: str


def pause(db: Connection, stage: str, *, by: str, now: datetime) -> bool:
    """Pause a stage; return False if it is paused already."""
    sql = """INSERT INTO paused_stages (stage, since, by) VALUES (:stage, :now, :by)
        ON CONFLICT (stage) DO NOTHING"""
    return bool(run(db, sql, stage=stage, now=now, by=by))


def resume(db: Connection, stage: str) -> bool:
    """Let ticks hand out work of a stage again; return False if it was not paused."""
    return bool(run(db, "DELETE FROM paused_stages WHERE stage = :stage", stage=stage))


def listing(db: Connection) -> dict[str, Pause]:
    """Return the paused stages by name."""
    found = rows(db, "SELECT stage, since, by FROM paused_stages ORDER BY stage")
    return {row["stage"]: Pause(**row) for row in found}


def is_paused(db: Connection, stage: str) -> bool:
    """Return whether a stage is paused."""
    sql = "SELECT EXISTS (SELECT FROM paused_stages WHERE stage = :stage)"
    return bool(value(db, sql, stage=stage))
