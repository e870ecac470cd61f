"""Delivery: bring each sink up to the change log.

    request the sink's position
    does the log account for it?        no: begin a new epoch of the log, after all that the sink has seen
    until it is up to date: read the next lines of the log, pass them on

The lines are written in the transactions of the articles, so no stored article is ever left out. A sink that
was away is brought up to date when it is back. A sink that is ahead of the log has seen changes of a database
that is gone; a sink with the changes of another service is left alone.
"""

import time
from collections.abc import Collection, Iterable, Sequence

from worker.deliver import ForeignSink, Sink, SinkUnavailable
from worker.deliver.position import LogState, SinkPosition, Standing, standing
from worker.monitor import traces
from worker.monitor.events import ChangeLogReset, ChangesDelivered, emit
from worker.outcome import DeliveryOutcome
from worker.store import Connection, Store, articles, changes

LINES_AT_ONCE = 500
"""Lines of the log that are read and passed on together. A guess; a line is some kilobytes."""


def deliver_to_all(store: Store, sinks: Iterable[Sink]) -> None:
    """Bring every sink up to date, then raise `SinkUnavailable` if one was away: it holds up no other."""
    away = []
    for sink in sinks:
        try:
            deliver(store, sink)
        except ForeignSink as error:
            away.append(str(error))
        except SinkUnavailable as error:
            away.append(f"{sink.name}: {error}")
    if away:
        raise SinkUnavailable("; ".join(away))


def deliver(store: Store, sink: Sink) -> int:
    """Bring `sink` up to date; return the number of lines.

    Raises `StoreUnavailable`, `SinkUnavailable`, `ForeignSink`.
    """
    started, count = time.perf_counter(), 0
    seen: list[int] = []
    # Before the log is read: another delivery may add lines in between.
    position = sink.position()
    with store.begin() as db:
        changes.settle(db)
        log, found = look(db, position)
    if found is Standing.FOREIGN:
        raise ForeignSink(trouble_of(sink, found))
    if found is Standing.AHEAD:
        assert position is not None
        log = _begin_epoch(store, sink, position)
    if position is None:
        with store.begin() as db:
            cursor = changes.before_newest(db, sink.keeps)
    else:
        cursor = position.id
        if (position.log, position.epoch) != (log.name, log.epoch):
            sink.deliver((), log)
    while cursor < log.newest:
        with store.begin() as db:
            lines = changes.after(db, cursor, limit=LINES_AT_ONCE)
        if not lines:
            break
        sink.deliver(lines, log)
        seen += [line["article_id"] for line in lines if line["article_id"] is not None]
        for line in lines:
            if line["kind"] == changes.RESET:
                _report_reset(sink, line["id"], line["void_after"], line["epoch"])
        cursor, count = lines[-1]["id"], count + len(lines)
    if count:
        seconds = time.perf_counter() - started
        emit(
            ChangesDelivered(
                outcome=DeliveryOutcome.DONE,
                sink=sink.name,
                count=count,
                cursor=cursor,
                seconds=seconds,
                delivered=traced_entries(store, seen),
            )
        )
    return count


def traced_entries(store: Store, article_ids: Collection[int]) -> Sequence[int]:
    """Return the entries of articles that were delivered, for their traces; empty if traces are off."""
    if not traces.is_on() or not article_ids:
        return ()
    with store.begin() as db:
        return articles.first_entries(db, article_ids)


def look(db: Connection, position: SinkPosition | None) -> tuple[LogState, Standing]:
    """Return the state of the log, and how a sink at `position` stands to it."""
    log = changes.state(db)
    mark = position.mark if position else None
    return log, standing(position, log, knows=mark is not None and changes.knows(db, mark))


def look_at(store: Store, sink: Sink) -> Standing:
    """Return how the sink stands to the log. Raises `StoreUnavailable`, `SinkUnavailable`."""
    position = sink.position()
    with store.begin() as db:
        return look(db, position)[1]


def trouble_of(sink: Sink, found: Standing) -> str | None:
    """Return what is wrong with a sink and how to fix it; None if nothing is."""
    match found:
        case Standing.FOREIGN:
            return (
                f"{sink.name} holds the changes of another service: set WIREDESK_REDIS_URL to this "
                f"service's own Redis database, or run `{sink.emptying()}`"
            )
        case Standing.AHEAD:
            return (
                f"{sink.name} is ahead of the change log, as after a restore: the next delivery begins a new "
                "epoch; is a worker of the queue deliver running?"
            )
        case _:
            return None


def _begin_epoch(store: Store, sink: Sink, position: SinkPosition) -> LogState:
    """Begin an epoch after all lines that the sink has seen. Raises `ForeignSink`."""
    common = oldest = None
    for marks in sink.newest_first():
        with store.begin() as db:
            same = changes.held(db, marks)
        if same:
            common = max(same)
            break
        oldest = marks[-1].id if marks else oldest
    if common is None and not position.log:
        raise ForeignSink(trouble_of(sink, Standing.FOREIGN))
    with store.begin() as db:
        if common is None:
            # The sink does not reach back to the time of the restore.
            common = min(changes.newest(db), (oldest or position.id) - 1)
        changes.begin_epoch(db, void_after=common, past=position.id)
        return changes.state(db)


def _report_reset(sink: Sink, number: int, void_after: int, epoch: str) -> None:
    emit(
        ChangeLogReset(
            outcome=DeliveryOutcome.RESET, sink=sink.name, void_after=void_after, cursor=number, epoch=epoch
        )
    )
