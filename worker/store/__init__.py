"""The store: PostgreSQL, and the only place with SQL.

Each module answers the questions about one table, one function per question. Functions take a `Connection`
inside a transaction that `Store.begin` opened, get `now` as an argument, and return frozen rows.
"""

from worker.store.db import Connection, Store, StoreUnavailable

__all__ = ["Connection", "Store", "StoreUnavailable"]
