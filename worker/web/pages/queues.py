"""The page of queues and workers: what waits, who works; pausing a queue, and restarting a worker."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse
from redis import RedisError

from worker.monitor import workers
from worker.services.operator.queues import PAUSABLE, pause, queue_states, resume
from worker.store import kept_counts
from worker.web.access import Admin, Editor
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


@router.post("/workers/{name}/restart")
def restart(parts: Needed, actor: Admin, name: str) -> RedirectResponse:
    """Let a worker finish its work and end; what supervises it starts it again."""
    # Celery costs the web process 10 MB, and only this button needs it.
    from kombu.exceptions import OperationalError

    from worker.tasks.remote import restart_workers

    try:
        if name not in {worker.name for worker in workers.listing(parts.redis, parts.clock())}:
            raise HTTPException(404, f"there is no worker {name}")
        answered = restart_workers(parts.store, parts.settings, [name], by=actor.name)
    except (RedisError, OperationalError) as error:
        return see_other("/queues", f"The broker does not answer: {error}", bad=True)
    if not answered:
        return see_other("/queues", f"{name} did not answer: end its process where it runs", bad=True)
    return see_other("/queues", f"{name} finishes its work and ends; what supervises it starts it again")
