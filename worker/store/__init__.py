"""The store: PostgreSQL, and the only package with SQL.

Each module answers the questions about one table, one function for each question. Functions take a
`Connection` inside a transaction that `Store.begin` opened, get `now` as an argument, and return frozen rows
(`worker.rows`) or dicts for display.

A statement is written in the function that runs it, one clause a line. A statement that writes a batch reads
it with `schema.recordset`, which takes the types from the table. A list of columns that repeats the fields of
a row class comes from `schema.columns_of`.
"""

from worker.store.db import Connection, Store, StoreNotWritable, StoreUnavailable, Unstorable

__all__ = ["Connection", "Store", "StoreNotWritable", "StoreUnavailable", "Unstorable"]
