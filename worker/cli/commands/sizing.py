"""`wiredesk sizing`: the room that the store takes, and how long the disk lasts."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.output import print_json, print_table

if TYPE_CHECKING:
    from worker.services.sizing import Sizing

GIBIBYTE, MEBIBYTE, KIBIBYTE = 1 << 30, 1 << 20, 1 << 10
"""The units of the output."""

SHOWN_INDEXES = 10
"""Indexes that are listed: the others are small. A guess; --json has all."""

Free = Annotated[
    float | None,
    typer.Option(
        metavar="GIB", help="Room on the database's disk; default: that of the data directory.", min=0
    ),
]


def sizing(ctx: typer.Context, free: Free = None, json: Json = False) -> None:
    """Show rows and bytes by table and index, bytes per article, and days until the disk is full.

    Rows of tables are estimates of PostgreSQL; articles and entries are counted.
    """
    from worker.services.problems import free_bytes
    from worker.services.sizing import measure_store

    with opened(ctx) as at, at.store.begin() as db:
        room = int(free * GIBIBYTE) if free is not None else free_bytes(at.settings)
        found = measure_store(db, free=room, now=datetime.now(UTC))
    if json:
        derived = ("bytes", "bytes_per_article", "articles_per_day", "bytes_per_day", "days_left")
        return print_json(asdict(found) | {name: getattr(found, name) for name in derived})
    articles = found.growth.articles
    print_table(
        ("table", "rows", "heap MiB", "long values MiB", "indexes MiB", "bytes per article"),
        (
            (
                one.table,
                f"{one.rows:,}",
                *(f"{part / MEBIBYTE:,.1f}" for part in (one.heap, one.long_values, one.indexes)),
                f"{one.bytes / articles:,.0f}" if articles else "",
            )
            for one in found.tables
        ),
        empty="no tables",
    )
    print_table(
        ("largest indexes", "table", "MiB"),
        ((one.index, one.table, f"{one.bytes / MEBIBYTE:,.1f}") for one in found.indexes[:SHOWN_INDEXES]),
        empty="",
    )
    print(_words(found))
    return None


def _words(found: "Sizing") -> str:
    growth = found.growth
    words = (
        f"{growth.articles:,} articles and {growth.entries:,} entries in {found.bytes / MEBIBYTE:,.1f} MiB"
    )
    if found.bytes_per_article is not None:
        words += f", {found.bytes_per_article / KIBIBYTE:,.1f} KiB an article"
    if found.bytes_per_day is None:
        return f"{words}; the store is too young for a rate"
    words += (
        f"; {found.articles_per_day:,.0f} articles a day, {found.bytes_per_day / MEBIBYTE:,.1f} MiB a day"
    )
    if found.days_left is None or found.free is None:
        return words
    return f"{words}; {found.free / GIBIBYTE:,.1f} GiB are free, for {found.days_left:,.0f} days at this rate"
