"""The audit log: who changed what, and when."""

from datetime import datetime
from typing import Any

from pydantic_core import to_json

from worker.store.db import Connection, run
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


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return storable(value) if isinstance(value, str) else value
