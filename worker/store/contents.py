"""The articles that messages to sinks carry."""

from collections.abc import Collection
from typing import Any

from worker.model import SinkContent
from worker.store.db import Connection, rows
from worker.store.reading import FROM, SUMMARY, WHOLE


def of_articles(db: Connection, ids: Collection[int], content: SinkContent) -> dict[int, dict[str, Any]]:
    """Return the current version of these articles by id, as far as they exist; empty without content."""
    if content is SinkContent.NONE or not ids:
        return {}
    columns = WHOLE if content is SinkContent.WHOLE else SUMMARY
    found = rows(db, f"SELECT {columns} {FROM} WHERE a.id = ANY(:ids)", ids=list(ids))
    return {row["id"]: row for row in found}
