"""The state of the service."""

from fastapi import APIRouter

from worker.web.parts import Needed
from worker.web.status import Status

router = APIRouter(tags=["status"])


@router.get("/status")
def status(parts: Needed) -> Status:
    """Counts, the identity, refusals, queues, the longest waiting rows, hosts at rest and workers."""
    return parts.status.get()
