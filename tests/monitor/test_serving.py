"""Processes other than the web server can serve Prometheus, too."""

import socket
from urllib.request import urlopen

from worker.monitor import metrics


def test_a_worker_serves_prometheus_on_its_own_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    metrics.UNITS.labels("poll", "unchanged", "").inc()
    metrics.serve("127.0.0.1", port)
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        said = answer.read().decode()
    assert 'wiredesk_units_total{outcome="unchanged",reason="",stage="poll"}' in said
