"""Probes and metrics."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel, Field
from redis import RedisError

from worker.monitor import metrics
from worker.store import StoreUnavailable, migrate
from worker.web.gauges import Gauges
from worker.web.parts import Needed, Parts

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """Whether the service can answer, and what it is missing."""

    ready: bool
    missing: list[str] = Field(description="what is missing, with the command that fixes it if there is one")


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Return ok: the process is up."""
    # Not in the thread pool, whose threads may all be waiting for a store that hangs.
    return "ok\n"


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
def readyz(parts: Needed) -> Response:
    """Check that store and broker answer, and that the database has the schema of this version."""
    missing = [words for check in (_store, _broker) if (words := check(parts))]
    return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)


def _store(parts: Parts) -> str | None:
    try:
        with parts.store.begin() as db:
            applied = migrate.applied(db)
    except StoreUnavailable as error:
        return f"the store does not answer: {error}"
    if applied != (head := migrate.head()):
        return f"the database is at migration {applied or 'none'}, not {head}: run `wiredesk db upgrade`"
    return None


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
    return Response(metrics.exposition(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)
