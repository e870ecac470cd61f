"""Delivery: bring each sink up to the change log.

    request the sink's position
    until it is up to date: read the next lines of the log, pass them on

The lines are written in the transactions of the articles, so no stored article is ever left out. A sink that
was away is brought up to date when it is back.
"""

import time
from collections.abc import Iterable

from worker.deliver import Sink, SinkUnavailable
from worker.monitor.events import ChangesDelivered, emit
from worker.outcome import DeliveryOutcome
from worker.store import Store, changes

LINES_AT_ONCE = 500
"""Lines of the log that are read and passed on together. A guess; a line is some kilobytes."""


def deliver_to_all(store: Store, sinks: Iterable[Sink]) -> None:
    """Bring every sink up to date, then raise `SinkUnavailable` if one was away: it holds up no other."""
    away = []
    for sink in sinks:
        try:
            deliver(store, sink)
        except SinkUnavailable as error:
            away.append(f"{sink.name}: {error}")
    if away:
        raise SinkUnavailable("; ".join(away))


def deliver(store: Store, sink: Sink) -> int:
    """Bring `sink` up to date; return the number of lines. Raises `StoreUnavailable`, `SinkUnavailable`."""
    started, count = time.perf_counter(), 0
    with store.begin() as db:
        newest = changes.newest(db)
    cursor = sink.position(newest)
    while cursor < newest:
        with store.begin() as db:
            lines = changes.after(db, cursor, limit=LINES_AT_ONCE)
        if not lines:
            break
        sink.deliver(lines)
        cursor, count = lines[-1]["id"], count + len(lines)
    if count:
        seconds = time.perf_counter() - started
        emit(
            ChangesDelivered(
                outcome=DeliveryOutcome.DONE, sink=sink.name, count=count, cursor=cursor, seconds=seconds
            )
        )
    return count
