"""What PostgreSQL can refuse in one row is `Unstorable`; only a server that is away is `StoreUnavailable`."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from tests.store.rows import stored_article
from worker.store import Store, StoreUnavailable, Unstorable
from worker.store.db import Connection, dumps, run, value

JSON = "SELECT * FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r ({})"


def column(type_: str, given: Any) -> Callable[[Connection], object]:
    return lambda db: run(db, JSON.format(f"v {type_}"), records=dumps([{"v": given}]))


def statement(sql: str, **values: Any) -> Callable[[Connection], object]:
    return lambda db: run(db, sql, **values)


REFUSED: dict[str, Callable[[Connection], object]] = {
    "NUL in a text": statement("SELECT CAST(:v AS text)", v="a\0b"),
    "NUL in JSON": statement("SELECT CAST(:v AS jsonb) ->> 0", v=r'["a\u0000b"]'),
    "lone surrogate in a text": statement("SELECT CAST(:v AS text)", v="\ud800"),
    "lone surrogate in JSON": lambda db: run(db, "SELECT CAST(:v AS jsonb)", v=dumps(["\ud800"])),
    "lone surrogate as an escape": statement("SELECT CAST(:v AS jsonb)", v=r'["\ud800"]'),
    "bytes of another encoding": statement("SELECT convert_from(:v, 'UTF8')", v=b"\xff"),
    "JSON that is cut off": statement("SELECT CAST(:v AS jsonb)", v="[1"),
    "deep JSON": statement("SELECT CAST(:v AS jsonb)", v="[" * 100_000 + "]" * 100_000),
    "tsvector over a megabyte": statement(
        "SELECT to_tsvector('simple', :v)", v=" ".join(f"word{n:06}" for n in range(120_000))
    ),
    "word of a tsvector over two kilobytes": statement("SELECT CAST(:v AS tsvector)", v="w" * 3000),
    "number too large for smallint": column("smallint", 40_000),
    "number too large for integer": column("integer", 2**31),
    "number too large for bigint": column("bigint", 2**63),
    "number in words": column("integer", "many"),
    "year 0": column("timestamptz", "0000-01-01T00:00:00Z"),
    "year beyond all calendars": column("timestamptz", "300000-01-01T00:00:00Z"),
    "day that does not exist": column("timestamptz", "2026-02-30T00:00:00Z"),
    "offset out of range": column("timestamptz", "2026-02-03T00:00:00+99:00"),
    "year that Python cannot read": lambda db: value(db, "SELECT TIMESTAMPTZ '10000-01-01 00:00+00'"),
    "not a UUID": column("uuid", "no"),
    "not bytes": column("bytea", "\\xzz"),
    "not a list": column("text[]", {"a": 1}),
    "index row too large": statement(
        "INSERT INTO publishers (site) SELECT string_agg(md5(n::text), '') FROM generate_series(1, 2000) n"
    ),
    "no value where one is required": statement("INSERT INTO publishers (site) VALUES (NULL)"),
    "the same key twice": statement("INSERT INTO publishers (site) VALUES ('one.example'), ('one.example')"),
    "a check": statement("UPDATE articles SET state = 'lost'"),
    "a reference to nothing": statement("UPDATE articles SET publisher_id = 999"),
}
"""A statement for each way in which the data of one row is refused."""


@pytest.mark.parametrize("case", REFUSED)
def test_the_data_of_a_row_is_refused_as_such(store: Store, case: str) -> None:
    with store.begin() as db:
        stored_article(db)
    with pytest.raises(Unstorable) as caught, store.begin() as db:
        REFUSED[case](db)
    assert str(caught.value).isprintable()
    # The connection works on.
    store.ping()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(9)",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53200'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57P01'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '55P03'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '08006'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '58030'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'XX001'; END $$",
    ],
    ids=["terminated", "cancelled", "deadlock", "memory", "shutdown", "lock", "connection", "disk", "damage"],
)
def test_errors_of_server_connection_and_other_transactions_are_tried_again(store: Store, sql: str) -> None:
    with pytest.raises(StoreUnavailable), store.begin() as db:
        run(db, sql)


def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable), Store("postgresql://127.0.0.1:1/none").begin() as db:
        run(db, "SELECT 1")


def test_a_mistake_in_a_statement_is_a_bug(store: Store) -> None:
    with pytest.raises(ProgrammingError), store.begin() as db:
        run(db, "SELECT nonsense FROM articles")
