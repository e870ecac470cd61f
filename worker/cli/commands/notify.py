"""`wiredesk notify`: the addresses to which problems are reported."""

import typer

from worker.cli.session import opened, settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, clean, print_table


def test(ctx: typer.Context) -> int:
    """Send a test message to every address of notify_urls. Exit code 1 if one does not take it."""
    settings = settings_of(ctx)
    from worker.services.notify.message import OperatorMessage
    from worker.services.notify.send import send_to

    if not settings.notify_addresses:
        raise UserError(
            "nobody is to be notified: set WIREDESK_NOTIFY_URLS (docs/operations.md, Notifications)"
        )
    failed = 0
    for address in settings.notify_addresses:
        error = send_to(address, OperatorMessage(), agent=settings.user_agent)
        failed += error is not None
        print(clean(error or f"{address.shown}: taken"))
    return 1 if failed else 0


def list_(ctx: typer.Context) -> None:
    """List the problems that are known now, and whether they were reported."""
    from worker.store import notices

    with opened(ctx) as at, at.store.begin() as db:
        found = notices.listing(db)
    print_table(
        ("since", "severity", "reported", "problem"),
        (
            (ago(one.since), one.severity, ago(one.told_at) if one.told_at else "", one.summary)
            for one in found
        ),
        empty="nothing to report",
    )
