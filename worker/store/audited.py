"""A store that records the command which changes something through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from worker.store import audit
from worker.store.db import Connection, Store, value


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """What is recorded of a command: the parameters of `audit.record`."""

    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)


class AuditedStore(Store):
    """A store whose first transaction that writes also records `change`.

    So a command needs no line for it and cannot forget it. Its later transactions belong to the same change.
    """

    def __init__(self, url: str, change: CommandRecord, *, pool_size: int) -> None:
        super().__init__(url, pool_size=pool_size)
        self._change = change
        self._is_recorded = False

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction, as `Store.begin` does."""
        with super().begin() as db:
            yield db
            # A transaction has an id once it has written (or locked) a row.
            wrote = value(db, "SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
            records = bool(wrote) and not self._is_recorded
            if records:
                one = self._change
                audit.record(db, one.actor, one.action, one.subject, one.detail, now=datetime.now(UTC))
        # After the commit, so that a transaction that failed does not count.
        self._is_recorded = self._is_recorded or records
