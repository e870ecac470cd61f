"""The connection to PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.types.json import set_json_dumps, set_json_loads
from pydantic_core import PydanticSerializationError, from_json, to_json
from sqlalchemy import Connection as Connection
from sqlalchemy import TextClause, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from worker.text.plain import storable

DRIVER = "postgresql+psycopg://"


class StoreUnavailable(Exception):
    """PostgreSQL is unreachable or dropped the connection; the transaction may have been committed."""


class StoreNotWritable(StoreUnavailable):
    """PostgreSQL answers, but accepts no writes: it is read-only (a standby), or its disk is full."""


class Unstorable(Exception):
    """PostgreSQL works and refuses the data of a row; the transaction was rolled back.

    The same data would be refused again: store the other rows without them.
    """


NOT_WRITABLE = ("25006", "53100")
"""SQLSTATEs: read_only_sql_transaction, disk_full (PostgreSQL, appendix A)."""

OF_DATA = ("22", "23", "54")
"""Classes of SQLSTATEs that are about the data: data exception, integrity constraint violation, and program
limit exceeded, such as a value that is too large for its index (PostgreSQL, appendix A)."""

OF_SERVER = ("58", "XX")
"""Classes of SQLSTATEs that are about the server: system error and internal error, such as a damaged file.
The work waits until the operator has repaired it."""


def driver_url(url: str) -> str:
    """Return `url` with the driver that the store uses; accepts postgres:// and postgresql://."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return DRIVER + url.removeprefix(scheme)
    return url


class Store:
    """A pool of connections to one database. Build it after a fork, never before."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        set_json_dumps(to_json)
        set_json_loads(from_json)
        self._engine = create_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            # psycopg prepares a statement after 5 uses, which suits several short batches a second.
            connect_args={"connect_timeout": 5, "application_name": "wiredesk"},
        )

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction; commit it at the end, roll it back on an exception.

        Raises `StoreUnavailable`, `StoreNotWritable`, `Unstorable`.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except (UnicodeEncodeError, PydanticSerializationError) as error:
            # The driver cannot even send it: a lone surrogate.
            raise Unstorable(first_line(error)) from error
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            if (meaning := _meaning(error)) is None:
                raise
            if meaning is StoreNotWritable:
                # A session keeps its setting, and stays with its server: new ones find the next primary.
                self._engine.dispose()
            raise meaning(first_line(error)) from error

    def ping(self) -> None:
        """Raise `StoreUnavailable` unless PostgreSQL answers."""
        with self.begin() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _meaning(error: Exception) -> type[Exception] | None:
    """Return what an error of the driver or the pool means; None if it is a mistake in a statement."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or ""
    if state in NOT_WRITABLE:
        return StoreNotWritable
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return StoreUnavailable
    # Without a state the driver itself refuses the value, as it does a NUL in a text.
    if state.startswith(OF_DATA) or (not state and isinstance(cause, psycopg.DataError)):
        return Unstorable
    if state.startswith(OF_SERVER) or isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        # The connection (08), resources (53), an operator (57), or another transaction (40, 55).
        return StoreUnavailable
    return None


def first_line(error: Exception) -> str:
    """Return the first line of what PostgreSQL or the driver says, without what no text can hold."""
    return storable(str(getattr(error, "orig", None) or error)).strip().split("\n", 1)[0]


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    """Parse a statement: that takes up to 60 µs, and the same few statements run all the time."""
    return text(sql)


def run(db: Connection, sql: str, /, **values: Any) -> int:
    """Execute a statement and return the number of rows that it touched."""
    return int(db.execute(_statement(sql), values).rowcount)


def rows(db: Connection, sql: str, /, **values: Any) -> list[dict[str, Any]]:
    """Execute a query and return its rows by column name."""
    return [dict(row) for row in db.execute(_statement(sql), values).mappings()]


def first(db: Connection, sql: str, /, **values: Any) -> dict[str, Any] | None:
    """Execute a query and return its first row by column name; None if it has no rows."""
    row = db.execute(_statement(sql), values).mappings().first()
    return None if row is None else dict(row)


def value(db: Connection, sql: str, /, **values: Any) -> Any:
    """Execute a query of one value and return it; None if there is no row."""
    return db.execute(_statement(sql), values).scalar()


def dumps(records: Sequence[Any]) -> str:
    """Return dicts or dataclasses as a JSON array for `schema.recordset`: one parameter for a batch."""
    return to_json(records).decode()


def set_fields(update: Any) -> dict[str, Any]:
    """Return the fields of a slotted dataclass that are not None.

    In a record for `dumps` a missing field is NULL, and most fields of most updates are not set.
    """
    return {name: value for name in type(update).__slots__ if (value := getattr(update, name)) is not None}
