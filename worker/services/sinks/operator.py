"""What an operator does with sinks, on the command line and on the pages.

With an `actor`, each change has a line in the audit log: names, kinds and numbers, while addresses and
secrets stay in the table of sinks. The command line records its commands itself.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from worker.deliver.answer import TryResult
from worker.deliver.message import ping
from worker.deliver.sinks import open_receiver
from worker.model import SinkKind
from worker.rows.access import Actor
from worker.rows.sinks import NewSink, SinkOptions, SinkRow
from worker.services.sinks.filters import current_filter, sink_filter
from worker.services.sinks.new import BadSink, new_sink
from worker.services.sinks.turn import try_of
from worker.store import Connection, Store, audit, changes, following, sinks


def add_sink(
    db: Connection,
    name: str,
    url: str,
    options: SinkOptions,
    *,
    where: str,
    secret: str | None,
    begin: int | None,
    now: datetime,
    actor: Actor | None = None,
) -> NewSink:
    """Add a sink that begins with the line `begin`, or with the next one. Raises `BadSink`, `FilterError`."""
    cursor = changes.newest(db) if begin is None else max(0, begin - 1)
    made = new_sink(name, url, options, filter=sink_filter(db, where), secret=secret, cursor=cursor)
    if not sinks.add(db, made):
        raise BadSink(f"there is a sink {name} already; `wiredesk sinks list` shows all")
    detail = {"kind": made.kind, "filter": made.filter, "after": cursor}
    _record(db, actor, "sink.added", f"sink:{name}", detail, now=now)
    return made


def pause_sink(db: Connection, name: str, *, now: datetime, actor: Actor | None = None) -> None:
    """Stop delivering until the sink is resumed. Raises `BadSink`."""
    _change(db, name, lambda: sinks.pause(db, name))
    _record(db, actor, "sink.paused", f"sink:{name}", now=now)


def resume_sink(db: Connection, name: str, *, now: datetime, actor: Actor | None = None) -> None:
    """Deliver again, at once and from where the sink stopped. Raises `BadSink`."""
    _change(db, name, lambda: sinks.resume(db, name, now=now))
    _record(db, actor, "sink.resumed", f"sink:{name}", now=now)


def skip_reset(db: Connection, name: str, *, now: datetime, actor: Actor | None = None) -> int:
    """Resume a sink after the reset that it is to get next; return the reset's line. Raises `BadSink`."""
    _not_built_in(name)
    sink = _known(db, name)
    found = following.scan(db, sink.cursor, limit=1, filter_=current_filter(db, sink.filter)).lines
    if not found or found[0]["kind"] != changes.RESET:
        raise BadSink(f"{name} does not wait at a reset; `wiredesk sinks show {name}` says what it waits for")
    skipped: int = found[0]["id"]
    sinks.advance(db, name, to=skipped)
    sinks.resume(db, name, now=now)
    _record(db, actor, "sink.resumed", f"sink:{name}", {"skipped_reset": skipped}, now=now)
    return skipped


def replay_lines(db: Connection, name: str, *, begin: int, now: datetime, actor: Actor | None = None) -> None:
    """Send all lines from `begin` on again. Raises `BadSink`."""
    _not_built_in(name)
    _change(db, name, lambda: sinks.rewind(db, name, to=begin))
    _record(db, actor, "sink.replayed", f"sink:{name}", {"from": begin}, now=now)


def replay_letters(
    db: Connection,
    name: str,
    *,
    line_ids: Collection[int] | None = None,
    now: datetime,
    actor: Actor | None = None,
) -> int:
    """Send dead letters again, all or those of these lines; return their number. Raises `BadSink`."""
    _known(db, name)
    count = sinks.revive(db, name, now=now, line_ids=line_ids)
    if count:
        _record(db, actor, "sink.replayed", f"sink:{name}", {"dead_letters": count}, now=now)
    return count


def remove_sink(db: Connection, name: str, *, now: datetime, actor: Actor | None = None) -> None:
    """Remove a sink with its cursor, tries and dead letters. Raises `BadSink`."""
    _not_built_in(name)
    _change(db, name, lambda: sinks.remove(db, name))
    _record(db, actor, "sink.removed", f"sink:{name}", now=now)


def ping_sink(store: Store, name: str, *, agent: str, now: datetime, actor: Actor | None = None) -> TryResult:
    """Send a ping, keep it among the tries, and return the answer. Raises `BadSink`."""
    with store.begin() as db:
        sink = _known(db, name)
    if sink.kind is SinkKind.REDIS_STREAM:
        raise BadSink(f"{name} is part of the broker: `wiredesk doctor` checks it")
    with open_receiver(sink, agent=agent) as receiver:
        answer = receiver.ping(ping(now=now, id=f"ping-{uuid4()}"))
    with store.begin() as db:
        sinks.record(db, sink.id, [try_of(answer, (), now=now)])
        _record(db, actor, "sink.tested", f"sink:{name}", {"verdict": answer.verdict}, now=now)
    return answer


def _record(
    db: Connection,
    actor: Actor | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    if actor is not None:
        audit.record(db, actor.name, action, subject, detail, now=now)


def _known(db: Connection, name: str) -> SinkRow:
    found = sinks.get(db, name)
    if found is None:
        raise BadSink(f"there is no sink {name}; `wiredesk sinks list` shows the sinks")
    return found


def _change(db: Connection, name: str, change: Callable[[], bool]) -> None:
    mode = _known(db, name).mode
    if not change():
        raise BadSink(f"{name} is {mode} already")


def _not_built_in(name: str) -> None:
    if name == SinkKind.REDIS_STREAM:
        raise BadSink(
            f"{name} is built in and knows itself how far it has come; `wiredesk sinks pause {name}` stops it"
        )
