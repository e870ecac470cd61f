"""OpenTelemetry traces of the way of one entry: polled, fetched, extracted, delivered.

The id of a trace is derived from the entry's id, and the span of the poll that found it is its root. So the
stages need not pass anything to each other, and a message carries ids of rows only. What sends them
is not imported unless `start` is called (extra `otel`, setting `otel_endpoint`).
"""

import sys
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

ROOT_STAGE = "poll"
"""The stage whose span is the root of an entry's trace."""

SEND_MILLISECONDS = 2_000
"""Between two batches of spans. A guess: a look at a collector is not more impatient."""

_forced: ContextVar[tuple[int, int] | None] = ContextVar("forced ids", default=None)
"""Ids of trace and span for the root that is being made; None: random ones."""


def start(endpoint: str, service: str, *, exporter: "SpanExporter | None" = None) -> None:
    """Send traces of this process and its later children to the collector at `endpoint`, by OTLP over HTTP.

    Raises `ImportError` without the extra `otel`.
    """
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator

    class EntryIds(IdGenerator):
        """Random ids, except for the root of an entry's trace."""

        chance = RandomIdGenerator()

        def generate_trace_id(self) -> int:
            forced = _forced.get()
            return forced[0] if forced else self.chance.generate_trace_id()

        def generate_span_id(self) -> int:
            forced = _forced.get()
            return forced[1] if forced else self.chance.generate_span_id()

    provider = TracerProvider(resource=Resource.create({"service.name": service}), id_generator=EntryIds())
    exporter = exporter or OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=SEND_MILLISECONDS))
    trace.set_tracer_provider(provider)


def is_on() -> bool:
    """Return whether this process sends traces."""
    return "opentelemetry.sdk.trace" in sys.modules


def flush() -> None:
    """Send what waits; for the end of a process."""
    if is_on():
        from opentelemetry import trace

        if force := getattr(trace.get_tracer_provider(), "force_flush", None):
            force()


def record(
    stage: str, entries: Iterable[int], *, seconds: float, failed: bool, facts: Mapping[str, str | int]
) -> None:
    """Add a span that ends now to the trace of each of these entries."""
    from opentelemetry import trace
    from opentelemetry.context import Context

    tracer, end = trace.get_tracer("wiredesk"), time.time_ns()
    for entry in entries:
        ids = ids_of(entry)
        context = Context()
        if stage != ROOT_STAGE:
            flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
            root = trace.SpanContext(*ids, is_remote=True, trace_flags=flags)
            context = trace.set_span_in_context(trace.NonRecordingSpan(root), context)
        token = _forced.set(ids if stage == ROOT_STAGE else None)
        try:
            span = tracer.start_span(
                stage,
                context=context,
                start_time=end - round(seconds * 1e9),
                attributes={"wiredesk.entry_id": entry, **facts},
            )
        finally:
            _forced.reset(token)
        if failed:
            span.set_status(trace.StatusCode.ERROR, str(facts.get("wiredesk.reason", "")))
        span.end(end)


def ids_of(entry: int) -> tuple[int, int]:
    """Return the ids of an entry's trace and of its root span."""
    digest = blake2b(f"wiredesk/entry/{entry}".encode(), digest_size=24).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:])
