"""`wiredesk doctor`: what is wrong, and the command that mends it."""

from dataclasses import asdict
from typing import Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.output import clean, print_json

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def doctor(ctx: typer.Context, json: Json = False) -> int:
    """Look at permissions, disk, broker, store, clock, migrations and workers. Exit code 1 if one is bad."""
    settings = session(ctx).load().settings
    from worker.cli.diagnosis import Finding, diagnose

    found: list[Finding] = []
    for finding in diagnose(settings):
        found.append(finding)
        if not json:
            print(
                f"{'ok   ' if finding.well else 'WRONG'}  {finding.step:<11}  {clean(finding.words)}",
                flush=True,
            )
            if not finding.well:
                print(f"       mend it: {clean(finding.mend)}")
    if json:
        print_json([{**asdict(finding), "well": finding.well} for finding in found])
    return 0 if all(finding.well for finding in found) else 1
