"""`wiredesk queues`: what waits in the queues; pause, resume and empty them."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.actor import command_line
from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_json, print_table, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis

    from worker.config.settings import Settings

Names = Annotated[list[str], typer.Argument(help="Names of queues, or all.")]

ALL = "all"
"""Means every queue or worker, as an argument."""


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the queues: messages, the oldest of them, workers, pauses, and how long rows have been due."""
    from worker.services.operator.queues import queue_states

    with opened(ctx) as at, broker(at.settings) as redis, at.store.begin() as db:
        found = queue_states(db, redis, now=datetime.now(UTC))
    if json:
        return print_json([asdict(one) for one in found])
    print_table(
        ("queue", "messages", "oldest", "workers", "rows due for", "state"),
        (
            (
                one.name,
                "?" if one.messages is None else one.messages,
                _span(one.oldest_seconds),
                "?" if one.workers is None else one.workers,
                _span(one.due_seconds),
                f"paused by {one.paused.by}" if one.paused else "",
            )
            for one in found
        ),
        empty="no queues",
    )
    return None


def pause(ctx: typer.Context, queues: Names) -> None:
    """Hand out no more work of these queues, until they are resumed. Messages in them are still worked on."""
    from worker.services.operator import queues as operator

    names = _names(queues, operator.PAUSABLE)
    with opened(ctx) as at, at.store.begin() as db:
        operator.pause(db, names, by=command_line(), now=datetime.now(UTC))
    print(f"paused {', '.join(names)}: rows stay due; `wiredesk queues resume {' '.join(names)}` goes on")


def resume(ctx: typer.Context, queues: Names) -> None:
    """Hand out work of these queues again."""
    from worker.services.operator import queues as operator

    names = _names(queues, operator.PAUSABLE)
    with opened(ctx) as at, at.store.begin() as db:
        done = operator.resume(db, names, by=command_line(), now=datetime.now(UTC))
    print(f"resumed {', '.join(done)}" if done else f"not paused: {', '.join(names)}")


def purge(ctx: typer.Context, queues: Names) -> None:
    """Delete the waiting messages of these queues. Nothing is lost: rows are the truth, messages hints."""
    from redis import RedisError

    from worker.monitor.queues import QUEUES
    from worker.services.operator import queues as operator

    names = _names(queues, QUEUES)
    with opened(ctx) as at, broker(at.settings) as redis, at.store.begin() as db:
        if redis is None:
            raise UserError(
                "there is no Redis: nothing runs here (`wiredesk run`), or set WIREDESK_REDIS_URL"
            )
        try:
            counts = operator.purge(db, redis, names, by=command_line(), now=datetime.now(UTC))
        except RedisError as error:
            raise UserError(f"Redis does not answer: {error}") from None
        lease = at.settings.claim_lease_seconds
    print(
        f"deleted {sum(counts.values())} messages of {', '.join(counts)}; nothing is lost: "
        f"their rows are due again within {span(lease)}"
    )


@contextmanager
def broker(settings: "Settings") -> "Iterator[Redis | None]":
    """Open Redis; None where nothing runs."""
    from redis import Redis

    if settings.redis_url is None:
        yield None
        return
    with Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3) as client:
        yield client


def _names(given: Sequence[str], known: Sequence[str]) -> list[str]:
    if ALL in given:
        return list(known)
    if unknown := [name for name in given if name not in known]:
        raise UserError(f"there is no queue {', '.join(unknown)}; choose from {', '.join(known)}, or {ALL}")
    return list(dict.fromkeys(given))


def _span(seconds: float | None) -> str:
    return "" if seconds is None else span(seconds)
