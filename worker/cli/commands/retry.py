"""`wiredesk retry` and `wiredesk reextract`: fetch refused entries again, extract stored pages again."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.session import opened
from worker.cli.terminal.errors import UserError

Ids = Annotated[list[int] | None, typer.Option("--id", help="This entry; may be repeated.")]
PageIds = Annotated[list[int] | None, typer.Option("--id", help="This page; may be repeated.")]
ReasonName = Annotated[str | None, typer.Option(help="All entries that were refused for this reason.")]
AllEntries = Annotated[bool, typer.Option("--all", help="All refused entries.")]
AllPages = Annotated[bool, typer.Option("--all", help="All stored pages.")]
Older = Annotated[
    bool,
    typer.Option("--older-than-extractor", help="Pages last extracted by another version of the extractor."),
]


def retry(ctx: typer.Context, id: Ids = None, reason: ReasonName = None, all: AllEntries = False) -> None:
    """Fetch refused entries again: single ones, those with a reason, or all."""
    if [bool(id), reason is not None, all].count(True) != 1:
        raise UserError("which entries? Give one of --id ID, --reason REASON or --all")
    from worker.outcome import Reason
    from worker.store import entries

    if reason is not None and reason not in list(Reason):
        raise UserError(f"there is no reason {reason}; `wiredesk status` shows those that occur")
    with opened(ctx) as at, at.store.begin() as db:
        count = entries.requeue(db, now=datetime.now(UTC), ids=id, reason=reason)
    print(f"{count} entries wait again")


def reextract(ctx: typer.Context, id: PageIds = None, older: Older = False, all: AllPages = False) -> None:
    """Extract stored pages again without fetching them, as after an update of the extractor."""
    if [bool(id), older, all].count(True) != 1:
        raise UserError("which pages? Give one of --id ID, --older-than-extractor or --all")
    from worker.extract.types import VERSION
    from worker.store import pages

    with opened(ctx) as at, at.store.begin() as db:
        count = pages.requeue(db, now=datetime.now(UTC), ids=id, other_than=VERSION if older else None)
    print(f"{count} pages wait to be read again")
