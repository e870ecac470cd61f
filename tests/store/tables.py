"""Reading and changing rows by table and column, for what no function of the store does.

Tables and columns are those of `worker.store.schema`, so a name that does not exist fails at once.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, select, true, update

from worker.store import Connection
from worker.store.schema import metadata


def read(db: Connection, table: str, *columns: str, **where: object) -> list[dict[str, Any]]:
    """The rows with these values, by their primary key; all columns unless some are named."""
    rows = metadata.tables[table]
    wanted = [rows.c[name] for name in columns] or list(rows.c)
    query = select(*wanted).where(_condition(rows, where)).order_by(*rows.primary_key)
    return [dict(row) for row in db.execute(query).mappings()]


def count(db: Connection, table: str, **where: object) -> int:
    """The number of rows with these values."""
    rows = metadata.tables[table]
    return int(db.execute(select(func.count()).select_from(rows).where(_condition(rows, where))).scalar_one())


def change(db: Connection, table: str, values: dict[str, object], **where: object) -> None:
    """Set these values in the rows with those values; at least one."""
    rows = metadata.tables[table]
    assert db.execute(update(rows).where(_condition(rows, where)).values(**values)).rowcount


def _condition(rows: Table, where: dict[str, object]) -> ColumnElement[bool]:
    return and_(true(), *(rows.c[name] == value for name, value in where.items()))
