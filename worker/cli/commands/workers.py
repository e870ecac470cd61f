"""`wiredesk workers`: the running workers, and restarting them."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.actor import command_line
from worker.cli.commands.queues import ALL, broker
from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, print_json, print_table

if TYPE_CHECKING:
    from redis import Redis

    from worker.monitor.workers import WorkerSeen

Names = Annotated[list[str], typer.Argument(help="Names of workers, with or without @HOST; or all.")]
Wait = Annotated[float, typer.Option(help="Seconds to wait until they are back; 0: do not wait.", min=0)]

BACK_SECONDS = 60.0
"""Time for a worker to drain (at most ten seconds), start and report. A guess for slow machines."""
LOOK_SECONDS = 0.5
"""Pause between two looks whether the workers are back. A guess."""


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the workers seen in the last ten minutes: queues, tasks, memory, last work, trouble."""
    with opened(ctx) as at, broker(at.settings) as redis:
        found = _seen(redis)
    if json:
        return print_json([asdict(worker) for worker in found])
    print_table(
        ("worker", "queues", "tasks", "memory", "last done", "started", "state"),
        (
            (
                worker.name,
                ",".join(worker.queues),
                "?" if worker.active is None else f"{worker.active} of {worker.processes}",
                "?" if worker.rss is None else f"{worker.rss >> 20} MiB",
                ago(worker.last_done),
                "?" if worker.started_at is None else ago(worker.started_at),
                _state(worker),
            )
            for worker in found
        ),
        empty="no worker runs: `wiredesk run`, or `wiredesk worker`",
    )
    return None


def restart(ctx: typer.Context, workers: Names, wait: Wait = BACK_SECONDS) -> int:
    """Let workers finish their work and end; what supervises them starts them again.

    Exit code 1 when one is not back in time.
    """
    from kombu.exceptions import OperationalError

    from worker.tasks.remote import restart_workers

    with opened(ctx) as at, broker(at.settings) as redis:
        before = {worker.name: worker for worker in _named(_seen(redis), workers)}
        try:
            answered = restart_workers(at.store, at.settings, list(before), by=command_line())
        except OperationalError as error:
            raise UserError(f"Redis does not answer: {error}") from None
        for name in answered:
            print(f"{name} stops, and what supervises it starts it again")
        away = set(before) - set(_back(redis, {name: before[name] for name in answered}, wait))
    if not wait:
        return 0
    for name in sorted(away):
        why = (
            "did not answer" if name not in answered else f"is not back after {wait:.0f} s: is it supervised?"
        )
        print(f"{name} {why}")
    return 1 if away else 0


def _seen(redis: "Redis | None") -> "list[WorkerSeen]":
    from redis import RedisError

    from worker.monitor.workers import listing

    if redis is None:
        return []
    try:
        return listing(redis, datetime.now(UTC))
    except RedisError as error:
        raise UserError(f"Redis does not answer: {error}") from None


def _named(seen: "list[WorkerSeen]", names: list[str]) -> "list[WorkerSeen]":
    known = {name for worker in seen for name in (worker.name, worker.name.partition("@")[0])}
    if unknown := [name for name in names if name not in known and name != ALL]:
        raise UserError(f"there is no worker {', '.join(unknown)}; `wiredesk workers list` shows them")
    return [w for w in seen if ALL in names or {w.name, w.name.partition("@")[0]} & set(names)]


def _back(redis: "Redis | None", before: "Mapping[str, WorkerSeen]", seconds: float) -> list[str]:
    """Return the workers that run again, started after `before`; wait for them."""
    deadline = time.monotonic() + seconds
    while True:
        back = [
            worker.name
            for worker in _seen(redis)
            if (old := before.get(worker.name)) and worker.started_at != old.started_at
        ]
        if len(back) == len(before) or time.monotonic() >= deadline:
            return back
        time.sleep(LOOK_SECONDS)


def _state(worker: "WorkerSeen") -> str:
    states = {"stuck": worker.stuck, "wrong clock": worker.is_skewed}
    return ", ".join(name for name, holds in states.items() if holds)
