"""`wiredesk worker`, `beat`, `web`, `flower`: the processes of a deployment, one to a container."""

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.session import settings_of
from worker.cli.terminal.errors import UserError

if TYPE_CHECKING:
    from worker.config.settings import Settings

KNOWN_QUEUES = "schedule,poll,fetch,extract,deliver"
POOLS = ("prefork", "solo", "threads")

Queues = Annotated[str, typer.Option(help="The queues to serve, separated by commas.")]
Name = Annotated[str, typer.Option(help="The worker's name; it must be unique on its host.")]
Pool = Annotated[
    str, typer.Option(help="How tasks run: prefork (in processes), solo (one at a time) or threads.")
]
Concurrency = Annotated[int, typer.Option(help="Tasks at once; 0: one for each core.", min=0)]
Check = Annotated[
    bool,
    typer.Option("--check", help="Only report whether this worker works: exit code 1 when it is stuck."),
]
Ticks = Annotated[
    bool,
    typer.Option("--beat", help="Send the ticks, too, from a thread: then no `wiredesk beat` is needed."),
]
BeatCheck = Annotated[
    bool, typer.Option("--check", help="Only report whether beat works: exit code 1 when it is stuck.")
]


def worker(
    ctx: typer.Context,
    queues: Queues = KNOWN_QUEUES,
    name: Name = "worker",
    pool: Pool = "prefork",
    concurrency: Concurrency = 0,
    ticks: Ticks = False,
    check: Check = False,
) -> int:
    """Work on the queues until stopped; work in progress is finished."""
    settings = _deployed(ctx)
    stages = [queue.strip() for queue in queues.split(",") if queue.strip()]
    if unknown := set(stages) - set(KNOWN_QUEUES.split(",")):
        raise UserError(f"there is no queue {', '.join(sorted(unknown))}; the queues are {KNOWN_QUEUES}")
    if pool not in POOLS:
        raise UserError(f"there is no pool {pool}; the pools are {', '.join(POOLS)}")
    if check:
        from worker.services.watchdog import check_beat, check_worker

        stuck = check_worker(settings, name=name, stages=stages)
        return _checked(settings, name, stuck or (check_beat(settings) if ticks else None))
    from worker.tasks.running import run_worker

    return run_worker(
        settings, name=name, queues=stages, pool=pool, concurrency=concurrency, sends_ticks=ticks
    )


def beat(ctx: typer.Context, check: BeatCheck = False) -> int:
    """Send the ticks that look for due work, until stopped. One is enough; a second one is harmless."""
    settings = _deployed(ctx)
    if check:
        from worker.services.watchdog import BEAT, check_beat

        return _checked(settings, BEAT, check_beat(settings))
    from worker.tasks.running import run_beat

    return run_beat(settings)


def web(ctx: typer.Context) -> None:
    """Serve the HTTP API and the status page, until stopped."""
    settings = _deployed(ctx)
    from worker.monitor import logging
    from worker.web.serve import serve

    logging.configure(form=settings.log_format, level=settings.log_level)
    serve(settings)


def flower(ctx: typer.Context) -> int:
    """Serve Flower, the monitor of Celery, until stopped; behind the login of the pages, for admins."""
    settings = _deployed(ctx)
    from worker.web.flower import nobody_may_enter, run_flower

    if nobody_may_enter(settings):
        raise UserError(
            f"Flower can stop workers, and other machines can reach {settings.web_host}: make an account, "
            "`wiredesk users add NAME --role admin`, or a key, `wiredesk keys add NAME --scope admin`"
        )
    if why := _taken(settings.web_host, settings.flower_port):
        raise UserError(f"port {settings.flower_port} cannot be used: {why}; set WIREDESK_FLOWER_PORT")
    return run_flower(settings)


def _checked(settings: "Settings", name: str, stuck: str | None) -> int:
    """Print whether the part has started and is not stuck; return the exit code."""
    from worker.monitor.progress import WorkerProgress

    if WorkerProgress.of(settings.data_dir, name).last() is None:
        stuck = (
            f"{name} has never started with the data directory {settings.data_dir}: see --name, --data-dir"
        )
    print(stuck or f"{name} works")
    return 1 if stuck else 0


def _taken(host: str, port: int) -> str | None:
    """Return why a server cannot listen there; None if it can."""
    import socket

    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _deployed(ctx: typer.Context) -> "Settings":
    """Return the settings with the URLs of both servers; these commands start none. Raises `UserError`."""
    settings = settings_of(ctx)
    if settings.database_url and settings.redis_url:
        return settings
    from worker.cli.running.directory import living

    if found := living(settings):
        return found
    raise UserError(
        "this command starts no servers: set WIREDESK_DATABASE_URL and WIREDESK_REDIS_URL, "
        "or use `wiredesk run`"
    )
