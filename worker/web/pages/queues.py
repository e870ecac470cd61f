"""The page of queues and workers: what waits, who works, and pausing and resuming a queue."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse
from redis import RedisError

from worker.monitor import workers
from worker.services.operator.queues import PAUSABLE, pause, queue_states, resume
from worker.store import kept_counts
from worker.web.access import Editor
from worker.web.flash import see_other
from worker.web.parts import Needed
from worker.web.rates import RATES_OVER, stage_rates
from worker.web.render import page

router = APIRouter()


@router.get("/queues")
def queue_list(parts: Needed) -> HTMLResponse:
    """Show every queue and every worker."""
    now = parts.clock()
    trouble, seen = "", []
    try:
        seen = workers.listing(parts.redis, now)
    except RedisError as error:
        trouble = f"the broker does not answer: {error}"
    with parts.store.begin() as db:
        states = queue_states(db, None if trouble else parts.redis, now=now)
        grown = kept_counts.rates(db, now=now, over=RATES_OVER)
    return page(
        "queues.html",
        queues=states,
        rates=stage_rates(grown),
        workers=seen,
        trouble=trouble,
        pausable=PAUSABLE,
    )


@router.post("/queues/{name}/{action}")
def change(parts: Needed, actor: Editor, name: str, action: str) -> RedirectResponse:
    """Pause or resume a queue."""
    changes = {"pause": pause, "resume": resume}
    if name not in PAUSABLE or action not in changes:
        raise HTTPException(404, f"there is no queue {name} to {action}")
    with parts.store.begin() as db:
        done = changes[action](db, [name], by=actor.name, now=parts.clock())
    words = f"The queue {name} is {'paused' if action == 'pause' else 'resumed'}"
    return see_other("/queues", words if done else f"{words} already", bad=not done)
