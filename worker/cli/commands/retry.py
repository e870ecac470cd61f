"""`wiredesk retry` and `wiredesk reextract`: fetch refused entries again, extract stored pages again."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import quantity

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
    from worker.model import EntryState
    from worker.outcome import Reason
    from worker.store import entries, lookup

    if reason is not None and reason not in list(Reason):
        raise UserError(f"there is no reason {reason}; `wiredesk status` shows those that occur")
    with opened(ctx) as at, at.store.begin() as db:
        states = lookup.entry_states(db, id or ())
        for one in id or ():
            if one not in states:
                raise UserError(f"there is no entry {one}; `wiredesk feeds show FEED` shows those of a feed")
            if states[one] not in (EntryState.REFUSED, EntryState.WAITING):
                raise UserError(f"entry {one} is {states[one]}: only refused entries are fetched again")
        count = entries.requeue(db, now=datetime.now(UTC), ids=id, reason=reason)
    print(f"{quantity(count, 'entry waits', 'entries wait')} again")


def reextract(ctx: typer.Context, id: PageIds = None, older: Older = False, all: AllPages = False) -> None:
    """Extract stored pages again without fetching them, as after an update of the extractor."""
    if [bool(id), older, all].count(True) != 1:
        raise UserError("which pages? Give one of --id ID, --older-than-extractor or --all")
    from worker.extract.types import VERSION
    from worker.store import lookup, pages

    with opened(ctx) as at, at.store.begin() as db:
        if missing := sorted(set(id or ()) - lookup.kept_pages(db, id or ())):
            raise UserError(f"page {missing[0]} is not kept: it never was, or its time is over")
        count = pages.requeue(db, now=datetime.now(UTC), ids=id, other_than=VERSION if older else None)
    print(f"{quantity(count, 'page waits', 'pages wait')} to be read again")
