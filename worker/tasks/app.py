"""The Celery app."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import celery

from worker.config.settings import Settings
from worker.tasks import stages
from worker.tasks.base import register
from worker.tasks.broker import TASKS, configuration
from worker.tasks.context import Context

if TYPE_CHECKING:
    from worker.extract import Rules
    from worker.fetch.host_book import HostBook


def make_app(
    settings: Settings,
    *,
    stopping: Callable[[], bool] = lambda: False,
    rules: "Rules | None" = None,
    hosts: "HostBook | None" = None,
) -> celery.Celery:
    """Build the app with its tasks; it connects at the first message. The other arguments are `Context`'s."""
    app = celery.Celery("wiredesk", set_as_current=False)
    app.conf.update(configuration(settings))
    context = Context(settings, stopping, rules, hosts)
    # The hard limit kills the child, for hangs that no timeout inside can end. A turn ends long before it.
    turn_limit = settings.turn_lease_seconds
    register(app, context, TASKS["schedule"], stages.schedule)
    register(app, context, TASKS["poll"], stages.poll, time_limit=turn_limit)
    register(app, context, TASKS["push"], stages.push, time_limit=turn_limit)
    register(app, context, TASKS["fetch"], stages.fetch, time_limit=turn_limit)
    register(app, context, TASKS["extract"], stages.extract, time_limit=settings.extract_hard_seconds)
    register(app, context, TASKS["deliver"], stages.deliver)
    register(app, context, TASKS["housekeeping"], stages.housekeeping)
    register(app, context, TASKS["health"], stages.health)
    register(app, context, TASKS["price"], stages.price)
    register(app, context, TASKS["retention"], stages.retention)
    register(app, context, TASKS["notify"], stages.notify)
    return app
