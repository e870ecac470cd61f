"""The way of one entry is one trace, sent to a real collector; without one nothing is imported for it."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.cli.terminal import environment
from tests.servers import serve
from tests.site import Site
from worker.monitor.traces import ids_of

WAY = """
import sys
from datetime import UTC, datetime
from redis import Redis
from tests.services.service import Service
from worker.deliver.sinks import open_sinks
from worker.monitor import traces
from worker.services.deliver import deliver_to_all

database, redis_url, feed, collector = sys.argv[1:]
if collector:
    traces.start(collector, "wiredesk")
service = Service(database)
service.subscribe(feed)
service.work()
with Redis.from_url(redis_url) as client:
    deliver_to_all(service.store, open_sinks(service.settings, client))
traces.flush()
# The client of Redis imports the interface of OpenTelemetry where it is installed, but not what sends.
assert bool(collector) == ("opentelemetry.sdk.trace" in sys.modules)
print(service.identity().stored)
"""


@contextmanager
def collector(spans: list[Span]) -> Iterator[str]:
    """A collector of traces, as OTLP over HTTP has it."""

    async def take(request: web.BaseRequest) -> web.Response:
        assert request.path == "/v1/traces"
        sent = ExportTraceServiceRequest.FromString(await request.read())
        spans.extend(s for r in sent.resource_spans for scope in r.scope_spans for s in scope.spans)
        return web.Response()

    with serve(take) as base:
        yield base


def ingest(*arguments: str) -> int:
    """Ingest a feed in a separate process; the number of stored entries."""
    done = subprocess.run(
        [sys.executable, "-c", WAY, *arguments],
        env=environment(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def test_polling_fetching_extraction_and_delivery_of_an_entry_are_one_trace(
    database_url: str, redis_url: str, site: Site
) -> None:
    feed, spans = site.host().feed("/feed.xml", articles=2), list[Span]()
    with collector(spans) as endpoint:
        assert ingest(database_url, redis_url, feed.url, endpoint) == 2

    by_trace = defaultdict(list)
    for span in spans:
        by_trace[int.from_bytes(span.trace_id)].append(span)
    assert len(by_trace) == 2
    for entry in (1, 2):
        trace, root = ids_of(entry)
        (poll, *others) = sorted(by_trace[trace], key=lambda span: span.start_time_unix_nano)
        assert (poll.name, int.from_bytes(poll.span_id), poll.parent_span_id) == ("poll", root, b"")
        assert [span.name for span in others] == ["fetch", "extract", "deliver"]
        assert {int.from_bytes(span.parent_span_id) for span in others} == {root}
        facts = {one.key: one.value for one in others[0].attributes}
        assert facts["wiredesk.entry_id"].int_value == entry
        assert facts["wiredesk.outcome"].string_value == "fetched"


def test_without_a_collector_what_sends_traces_is_not_imported(
    database_url: str, redis_url: str, site: Site
) -> None:
    assert ingest(database_url, redis_url, site.host().feed("/feed.xml", articles=1).url, "") == 1
