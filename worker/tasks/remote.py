"""Restarting workers from afar, by a command of Celery's remote control.

A worker that gets it does what it does on SIGTERM: it takes no more messages, finishes or gives back its work
within seconds, and ends. What supervises it (`wiredesk run`, Compose, Kubernetes, systemd) starts it again.
"""

import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from celery.worker.control import control_command

from worker.config.settings import Settings
from worker.store import Store, audit
from worker.tasks.app import make_app

DRAIN = "wiredesk_drain"
"""Name of the command. Celery's own `shutdown` would wait for tasks without telling them to stop."""

ANSWER_SECONDS = 3.0
"""Time for workers to answer; they do so between two messages, at once. A guess."""


def accept_drain() -> None:
    """Let the worker of this process accept the command."""
    control_command(name=DRAIN)(_drain)


def _drain(_state: Any) -> dict[str, str]:
    """Stop this worker as SIGTERM does; runs in the worker's main process."""
    os.kill(os.getpid(), signal.SIGTERM)
    return {"ok": "stopping"}


def restart_workers(store: Store, settings: Settings, names: Sequence[str], *, by: str) -> list[str]:
    """Let these workers stop, record it, and return the names of those that answered.

    Raises `OperationalError` of kombu while Redis does not answer.
    """
    app = make_app(settings)
    answers = app.control.broadcast(DRAIN, destination=list(names), reply=True, timeout=ANSWER_SECONDS)
    answered = sorted(name for answer in answers or () for name in answer)
    with store.begin() as db:
        for name in answered:
            audit.record(db, by, "worker.restarted", f"worker:{name}", now=datetime.now(UTC))
    return answered
