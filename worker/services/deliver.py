"""Delivery: bring each sink up to the change log.

    ask the sink how far it has come
    read the lines that follow, hand them on, until there are none

The change lines were written in the articles' own transactions, so nothing that was stored is ever left out;
a sink that was away is brought up to date when it is back.
"""

import time

from worker.deliver import Sink
from worker.monitor.events import ChangesDelivered, emit
from worker.outcome import DeliveryOutcome
from worker.store import Store, changes

BATCH = 500


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
