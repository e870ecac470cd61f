"""`wiredesk counts`: how many articles match, of how many, and what may be missing."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.options import Csv, Json, OnlyWhere
from worker.cli.session import filter_from, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_csv, print_json, print_table

By = Annotated[
    str, typer.Option(help="Some of day, published, publisher, language, label, with commas between them.")
]


def counts(
    ctx: typer.Context, by: By = "day", where: OnlyWhere = "", json: Json = False, csv: Csv = False
) -> None:
    """Count the articles that match, by group, with the total of the group and its holes.

    The total leaves out the conditions on content, such as q. docs/counts.md explains the columns.
    """
    from worker.services.counts import TooManyGroups, count_articles, dimensions

    with opened(ctx) as at:
        with at.store.begin() as db:
            wanted = filter_from(db, where)
        try:
            found = count_articles(at.store, wanted, dimensions(by), now=datetime.now(UTC))
        except (ValueError, TooManyGroups) as error:
            raise UserError(str(error)) from None
    columns = (*found.by, "matches", "total", "gaps", "quiet", "failing")
    rows = [
        (*group.key, group.matches, group.total, group.gaps, group.quiet, group.failing)
        for group in found.groups
    ]
    if json:
        groups = [dict(zip(columns, row, strict=True)) for row in rows]
        return print_json({"by": found.by, "frame": str(found.frame), "groups": groups})
    if csv:
        return print_csv(columns, rows)
    print_table(columns, rows, empty="no articles")
    return None
