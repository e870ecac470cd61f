"""The web server as a process of its own."""

import signal
import socket
from types import FrameType

import redis
import structlog
import uvicorn
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker.config.settings import Settings, SettingsError
from worker.store import Store
from worker.web.app import make_web_app

STOP_SECONDS = 3
"""A request that still runs this long after the server was told to stop is cut off."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then return; logging is the caller's to configure.

    Needs `database_url` and `redis_url`. Raises `SettingsError`, also where the port cannot be had.
    """
    if not settings.database_url or not settings.redis_url:
        raise SettingsError("the web server needs database_url and redis_url; `wiredesk run` brings its own")
    store = Store(settings.database_url, pool_size=8)
    broker = connect(settings.redis_url)
    server = make_server(settings, store=store, broker=broker)
    _stop_at_signals(server)
    try:
        with listen(settings.web_host, settings.web_port) as listener:
            host, port = listener.getsockname()[:2]
            structlog.get_logger("wiredesk").info("web listens", url=address(host, port))
            server.run(sockets=[listener])
    finally:
        broker.close()
        store.close()


def make_server(settings: Settings, *, store: Store, broker: redis.Redis) -> uvicorn.Server:
    """The server, not yet running; its streams end when it is told to stop."""
    app = make_web_app(settings, store=store, redis=broker, stopping=lambda: server.should_exit)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.web_host,
            port=settings.web_port,
            # Log lines go where the process has sent all logging; requests are not logged one by one.
            log_config=None,
            # It bounds the request line and the headers at 64 KiB; uvicorn's other parser has no bound.
            http="h11",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    return server


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises `SettingsError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(f"web_host {host}, web_port {port}: {error.strerror or error}") from None


def _stop_at_signals(server: uvicorn.Server) -> None:
    # uvicorn has handlers of its own while it runs, and afterwards raises the signal again under ours: these
    # keep it from ending the process before the store is closed, and serve the moment before it runs.
    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def connect(url: str) -> redis.Redis:
    """A client that says within two seconds that the broker is away: a page or a probe waits for it."""
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1))


def address(host: str, port: int) -> str:
    """Where a person on this machine finds the pages."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - translated, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
