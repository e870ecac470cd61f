"""`wiredesk retry` and `wiredesk reextract`: work that is done once more."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.terminal.errors import Mistake

Ids = Annotated[list[int] | None, typer.Option("--id", help="This entry; may be repeated.")]
PageIds = Annotated[list[int] | None, typer.Option("--id", help="This page; may be repeated.")]
ReasonName = Annotated[str | None, typer.Option(help="All that are refused for this reason.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]
Older = Annotated[
    bool, typer.Option("--older-than-extractor", help="Those last read by another version of the extractor.")
]


def retry(ctx: typer.Context, id: Ids = None, reason: ReasonName = None, all: All = False) -> None:
    """Put refused entries back, to be fetched again: some, those of a reason, or all."""
    if [bool(id), reason is not None, all].count(True) != 1:
        raise Mistake("say which: --id ID, --reason REASON or --all")
    from worker.cli.access import opened
    from worker.outcome import Reason
    from worker.store import entries

    if reason is not None and reason not in list(Reason):
        raise Mistake(f"there is no reason {reason}; `wiredesk status` shows those that occur")
    with opened(ctx) as at, at.store.begin() as db:
        count = entries.requeue(db, now=datetime.now(UTC), ids=id, reason=reason)
    print(f"{count} entries wait again")


def reextract(ctx: typer.Context, id: PageIds = None, older: Older = False, all: All = False) -> None:
    """Read kept pages again, without fetching them: after an update, or to repair what was read badly."""
    if [bool(id), older, all].count(True) != 1:
        raise Mistake("say which: --id ID, --older-than-extractor or --all")
    from worker.cli.access import opened
    from worker.extract.types import VERSION
    from worker.store import pages

    with opened(ctx) as at, at.store.begin() as db:
        count = pages.requeue(db, now=datetime.now(UTC), ids=id, other_than=VERSION if older else None)
    print(f"{count} pages wait to be read again")
