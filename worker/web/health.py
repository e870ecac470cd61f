"""Probes and metrics."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel, Field
from redis import RedisError

from worker.monitor import metrics
from worker.monitor.standstill import standstill
from worker.store import StoreUnavailable, migrate, signs
from worker.web.gauges import Gauges
from worker.web.parts import Needed, Parts
from worker.web.vital_gauges import VitalGauges

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """Whether the service can answer, and what it is missing."""

    ready: bool = Field(description="whether nothing is missing")
    missing: list[str] = Field(description="what is missing, with the command that fixes it if there is one")


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Return ok: the process is up."""
    # Not in the thread pool, whose threads may all be waiting for a store that hangs.
    return "ok\n"


Part = Annotated[
    Literal["web"] | None, Query(description="web: only what this server needs to answer, for load balancers")
]


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
def readyz(parts: Needed, part: Part = None) -> Response:
    """Check that the service works: store and broker answer, the store accepts writes, and work goes on.

    Also checks that the database has the schema of this version.
    """
    if missing := _store(parts):
        # The other checks of the store would only say the same again.
        found = [missing] if part else [missing, _broker(parts)]
    else:
        found = [] if part else [_writes(parts), _broker(parts), *_progress(parts)]
    told = [words for words in found if words]
    return JSONResponse({"ready": not told, "missing": told}, 503 if told else 200)


def _store(parts: Parts) -> str | None:
    try:
        with parts.store.begin() as db:
            applied = migrate.applied(db)
    except StoreUnavailable as error:
        return f"the store does not answer: {error}"
    if applied != (head := migrate.head()):
        return f"the database is at migration {applied or 'none'}, not {head}: run `wiredesk db upgrade`"
    return None


def _writes(parts: Parts) -> str | None:
    return parts.written.get()


def _progress(parts: Parts) -> list[str]:
    try:
        with parts.store.begin() as db:
            pulse = signs.pulse(db)
    except StoreUnavailable as error:
        return [f"the store does not answer: {error}"]
    return standstill(pulse, parts.settings.standstill_limits)


def _broker(parts: Parts) -> str | None:
    try:
        parts.redis.ping()
    except RedisError as error:
        return f"the broker does not answer: {error}"
    return None


@router.get("/metrics", response_class=PlainTextResponse)
def prometheus(parts: Needed) -> Response:
    """Return the metrics of all processes, and gauges of store and broker read now."""
    registry = CollectorRegistry()
    registry.register(Gauges(parts.status.get))
    registry.register(VitalGauges(parts.vitals.get))
    return Response(metrics.exposition(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)
