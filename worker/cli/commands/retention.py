"""`wiredesk retention`: delete what has passed its retention."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.output import print_json, print_table

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be deleted.")]

WORDS = {
    "pages_age": "bodies of pages, page_retention_days",
    "pages_size": "bodies of pages, retention_pages_mib",
    "entries_age": "texts of entries, retention_entries_days",
    "revisions_age": "earlier versions, retention_revisions_days",
    "audit_age": "lines of the audit log, retention_audit_days",
    "articles_feed": "articles, the retention of their feeds",
    "articles_age": "articles, retention_articles_days",
    "articles_size": "articles, retention_articles_mib",
}
"""What each rule deletes, and the setting that bounds it."""


def retention(ctx: typer.Context, dry_run: DryRun = False, json: Json = False) -> None:
    """Delete what has passed its retention now; the service does so every hour.

    Shows the rows and bytes of each rule that is set.
    """
    from worker.services import retention as service

    with opened(ctx) as at:
        policy, now = at.settings.retention, datetime.now(UTC)
        found = service.plan(at.store, policy, now=now)
        if not dry_run:
            service.apply(at.store, policy, now=now)
    if json:
        return print_json([{"rule": one.rule, "rows": one.rows, "bytes": one.bytes} for one in found])
    print_table(
        ("rows", "MiB", "would be deleted" if dry_run else "deleted"),
        ((f"{one.rows:,}", f"{one.bytes / (1024 * 1024):,.1f}", WORDS[one.rule]) for one in found),
        empty="no rules",
    )
    return None
