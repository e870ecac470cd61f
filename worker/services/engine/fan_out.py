"""A bound on the unknown hosts whose pages one document makes due at once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from worker.model import HostLane
from worker.rows.entries import Item
from worker.urls import host_key

NEW_HOSTS_AT_ONCE = 100
"""Hosts without an answer so far, whose pages one document makes due at once. A guess:
an aggregator shows 20 to 100 items, so only lists of links have more."""

NEXT_HOSTS_SECONDS = 60.0
"""Pause before the pages on as many more hosts become due, so that feeds which are polled in between get
their turn. A guess: time to try all of these once, each for the usual limit of 15 seconds without a byte."""


def place_on_hosts(
    items: Sequence[Item], places: Mapping[str, tuple[int, HostLane]], *, home: int
) -> list[Item]:
    """Return the items with the ids of their hosts, and with waits where they lead to many unknown hosts.

    `places` has id and lane of each host by its key, `home` is the host that has just sent the document. A
    wait delays only the first fetch of a new entry.
    """
    order: dict[int, int] = {}
    placed = []
    for item in items:
        if item.url is None:
            placed.append(item)
            continue
        host_id, lane = places[host_key(item.url)]
        is_unknown = lane in (HostLane.NEW, HostLane.SILENT) and host_id != home
        number = order.setdefault(host_id, len(order)) if is_unknown else 0
        wait = number // NEW_HOSTS_AT_ONCE * NEXT_HOSTS_SECONDS
        placed.append(replace(item, host_id=host_id, wait_seconds=wait))
    return placed
