"""`wiredesk support-bundle`: what a maintainer needs to know, without secrets and articles."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.errors import UserError

Target = Annotated[
    Path | None,
    typer.Argument(metavar="FILE.tar.gz", help="The file to write; default: one with the time in its name."),
]


def support_bundle(ctx: typer.Context, target: Target = None) -> None:
    """Write versions, settings, checks, counts, metrics and log lines into one file, for a report.

    Without passwords, keys, tokens, logins and queries of addresses, and without texts of articles.
    """
    loaded = session(ctx).load()
    path = target or Path(f"wiredesk-support-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz")
    from worker.cli.support.bundle import write_bundle

    try:
        names = write_bundle(path, loaded)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    print(f"{path}: {', '.join(names)}")
    print("read it before you send it: feeds and pages are named by their addresses")
