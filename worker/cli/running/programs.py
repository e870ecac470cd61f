"""The beginning of `run` and `demo`: lock the directory, load the program, fork the server of forks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

from worker.cli.running.directory import directory_of_a_run
from worker.config.settings import Settings
from worker.embedded import ForkServer, Program

PART_COMMAND = (sys.executable, "-m", "worker.cli")
"""How the command of a part begins."""

OURS = (
    "worker.cli.running.pipeline",
    "worker.cli.live.screen",
    "worker.cli.sources",
    "worker.cli.commands.processes",
    "worker.tasks.running",
    "worker.services.vitals",
    "worker.web.serve",
)
"""What the run and its parts need, besides the services of the queues."""

OF_LIBRARIES = (
    "billiard.heap",
    "billiard.popen_fork",
    "billiard.sharedctypes",
    "billiard.synchronize",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.beat",
    "celery.concurrency.prefork",
    "celery.concurrency.thread",
    "celery.events.dispatcher",
    "celery.events.receiver",
    "celery.fixups.django",
    "celery.loaders.app",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "cffi.cparser",
    "encodings.idna",
    "encodings.utf_8_sig",
    "kombu.transport.redis",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""What Celery, SQLAlchemy and others import by name when they are first used."""


@contextmanager
def begun(settings: Settings, *, emptied: bool = False) -> Iterator[tuple[Settings, ForkServer]]:
    """Lock the data directory, emptied on request; yield the settings and the server of forks.

    The process must have a single thread. Raises `EmbeddedError`.
    """
    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    with directory_of_a_run(settings, emptied=emptied):
        forks = ForkServer(Program(PART_COMMAND, _main, lambda: _load(settings)))
        try:
            yield settings, forks
        finally:
            forks.close()


def _main(arguments: list[str]) -> int:
    from worker.cli.main import main

    return main(arguments)


def _load(settings: Settings) -> object:
    """Import what the parts need, and build one app, which fills the caches that all apps use."""
    for name in OURS:
        import_module(name)
    for name in OF_LIBRARIES:
        # What another version of a library has elsewhere is imported when it is needed.
        with suppress(ImportError):
            import_module(name)
    from worker.tasks import stages
    from worker.tasks.app import make_app

    stages.preload(list(stages.SERVICES))
    app = make_app(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    app.finalize()
    return app
