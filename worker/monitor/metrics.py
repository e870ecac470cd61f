"""The prometheus metrics that events move.

Several processes can serve one page of metrics: if PROMETHEUS_MULTIPROC_DIR is set before this module is
imported, prometheus_client keeps the values in files there, and `exposition` adds them up.
"""

import os
from pathlib import Path

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    start_http_server,
)

from worker.monitor.processes import Processes

UNITS = Counter(
    "wiredesk_units", "Units of work that ended, by stage, outcome and reason", ["stage", "outcome", "reason"]
)
ITEMS = Counter("wiredesk_items", "Things that units of work found or moved", ["kind"])
SECONDS = Histogram(
    "wiredesk_unit_seconds",
    "Duration of one unit of work, by stage",
    ["stage"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


def everything() -> CollectorRegistry:
    """Return the metrics of all processes that share PROMETHEUS_MULTIPROC_DIR, else of this process."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not directory:
        return REGISTRY
    registry = CollectorRegistry()
    registry.register(Processes(Path(directory)))
    return registry


def exposition(extra: CollectorRegistry | None = None) -> bytes:
    """Return all metrics in the text format: those of every process, then those of `extra`."""
    return generate_latest(everything()) + (generate_latest(extra) if extra else b"")


def serve(host: str, port: int) -> None:
    """Serve `/metrics` from a thread, for processes other than the web server."""
    start_http_server(port, host, registry=everything())
