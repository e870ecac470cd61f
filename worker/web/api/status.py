"""The state of the service."""

from fastapi import APIRouter

from worker.web.api.status_models import Status
from worker.web.parts import Needed

router = APIRouter(tags=["status"])


@router.get("/status")
def status(parts: Needed) -> Status:
    """Counts, the identity, refusals, queues, the longest waiting rows, resting hosts and workers."""
    return parts.status.get()
