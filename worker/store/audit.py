"""The audit log: who changed what, and when."""

from datetime import datetime
from typing import Any

from pydantic_core import to_json

from worker.rows.audit import AuditLine
from worker.store.db import Connection, rows, run
from worker.text.plain import storable


def record(
    db: Connection,
    actor: str,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    """Record a change in the transaction that makes it.

    `action` is a noun and a past participle, as `feed.paused`; `subject` what was changed, as `feed:12`.
    `detail` must hold no secret.
    """
    run(
        db,
        """INSERT INTO audit (at, actor, action, subject, detail)
        VALUES (:now, :actor, :action, :subject, CAST(:detail AS jsonb))""",
        now=now,
        actor=actor,
        action=action,
        subject=storable(subject),
        detail=to_json(_storable(detail or {})).decode(),
    )


def listing(
    db: Connection,
    *,
    actor: str = "",
    action: str = "",
    subject: str = "",
    before: int | None = None,
    limit: int,
) -> list[AuditLine]:
    """Return the newest lines, the last first; only those before the id `before`, and those that match.

    `actor` and `subject` are whole; `action` is the beginning, so that `feed` finds `feed.paused`.
    """
    conditions = {
        "id < :before": before is not None,
        "actor = :actor": bool(actor),
        "starts_with(action, :action)": bool(action),
        "subject = :subject": bool(subject),
    }
    where = " AND ".join(one for one, is_wanted in conditions.items() if is_wanted) or "true"
    values = {"before": before, "actor": actor, "action": action, "subject": subject}
    used = {name: value for name, value in values.items() if f":{name}" in where}
    sql = f"""SELECT id, at, actor, action, subject, detail FROM audit WHERE {where}
        ORDER BY id DESC LIMIT :limit"""
    return [AuditLine(**row) for row in rows(db, sql, **used, limit=limit)]


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return storable(value) if isinstance(value, str) else value
