"""`wiredesk doctor`: what is wrong, and the command that fixes it."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from worker.cli.options import Json
from worker.cli.session import settings_of
from worker.cli.terminal.output import clean, print_json

if TYPE_CHECKING:
    from worker.cli.diagnosis import CheckResult


def doctor(ctx: typer.Context, json: Json = False) -> int:
    """Check disk, servers, clocks, schema, feeds, workers and progress.

    Exit code 1 if a check fails; notes, such as failing feeds, do not count.
    """
    settings = settings_of(ctx)
    from worker.cli.diagnosis import diagnose

    results: list[CheckResult] = []
    for result in diagnose(settings):
        results.append(result)
        if not json:
            mark = _mark(result)
            print(f"{mark}  {result.step:<11}  {clean(result.words)}", flush=True)
            if not result.well:
                print(f"       to fix it: {clean(result.mend)}")
            elif result.advice:
                print(f"       this helps: {clean(result.advice)}")
    if json:
        print_json([{**asdict(result), "well": result.well} for result in results])
    return 0 if all(result.well for result in results) else 1


def _mark(result: "CheckResult") -> str:
    if not result.well:
        return "WRONG"
    if result.waits:
        return "start"
    return "note " if result.advice else "ok   "
