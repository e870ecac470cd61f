"""Delivery: bring each sink up to the change log.

    ask the sink how far it has come
    read the lines that follow, hand them on, until there are none

The change lines were written in the articles' own transactions, so nothing that was stored is ever left out;
a sink that was away is brought up to date when it is back.
"""

import time
from collections.abc import Iterable

from worker.deliver import Sink, SinkUnavailable
from worker.monitor.events import ChangesDelivered, emit
from worker.outcome import DeliveryOutcome
from worker.store import Store, changes

BATCH = 500


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
    """Bring `sink` up to date; how many lines it was given. Raises `StoreUnavailable`, `SinkUnavailable`."""
    started, count = time.perf_counter(), 0
    with store.begin() as db:
        newest = changes.newest(db)
    cursor = sink.position(newest)
    while cursor < newest:
        with store.begin() as db:
            lines = changes.after(db, cursor, limit=BATCH)
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
