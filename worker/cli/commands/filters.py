"""`wiredesk filters list|try`: the filters that keep entries out."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from worker.cli.options import Json, RowLimit
from worker.cli.session import opened, settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_json, print_table

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a filter in the file.")]
Days = Annotated[int, typer.Option(help="Try it with the entries of this many days.", min=1, max=366)]

WEEK = timedelta(days=7)
"""Span in which `list` counts."""


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the filters in their order, with what each kept out in the last week."""
    from worker.feeds.entry_filters import FILTERED_BY
    from worker.store import filtered

    filters = settings_of(ctx).entry_filters
    with opened(ctx) as at, at.store.begin() as db:
        blocked = filtered.blocked_since(db, datetime.now(UTC) - WEEK)
    if json:
        return print_json([{**asdict(one), "blocked": blocked.get(one.name, 0)} for one in filters])
    print_table(
        ("name", "does", "to entries with", "last week"),
        (
            (
                one.name,
                "block" if one.blocks else "allow",
                "; ".join(f"{key} {', '.join(given)}" for key in FILTERED_BY if (given := getattr(one, key)))
                or "anything",
                blocked.get(one.name, 0),
            )
            for one in filters
        ),
        empty="no filters: write some into config/filters.toml",
    )
    return None


def try_(ctx: typer.Context, name: Name, days: Days = 7, limit: RowLimit = 20, json: Json = False) -> None:
    """Show which entries of the last week a filter matches, before a restart puts it to work."""
    from worker.services.operator.try_filter import try_filter

    filters = {one.name: one for one in settings_of(ctx).entry_filters}
    if name not in filters:
        known = ", ".join(filters) or "it has none"
        raise UserError(f"no filter in config/filters.toml is called {name!r}: {known}")
    with opened(ctx) as at:
        since = datetime.now(UTC) - timedelta(days=days)
        found = try_filter(at.store, filters[name], since=since, show=limit)
    if json:
        return print_json(asdict(found))
    print_table(
        ("entry", "article", "title", "feed"),
        ((one.id, one.article_id, one.title or one.url, one.feed) for one in found.newest),
        empty="no entries",
    )
    does = "keep out" if filters[name].blocks else "let in"
    print(
        f"it would {does} {found.matched:,} of {found.tried:,} entries of the last {days} days; "
        f"{found.stored:,} of these are stored as articles, which stay"
    )
    return None
