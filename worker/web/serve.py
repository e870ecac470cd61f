"""The web server as a process of its own."""

import redis
import structlog
import uvicorn
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker.settings import Settings, SettingsError
from worker.store import Store
from worker.web.app import make_app

STOP_SECONDS = 3
"""A request that still runs this long after the server was told to stop is cut off."""


def serve(settings: Settings) -> None:
    """Serve until told to stop. Needs `database_url` and `redis_url`; raises `SettingsError` without them."""
    if not settings.database_url or not settings.redis_url:
        raise SettingsError("the web server needs database_url and redis_url; `wiredesk run` brings its own")
    store = Store(settings.database_url, pool_size=8)
    broker = connect(settings.redis_url)
    server = make_server(settings, store=store, broker=broker)
    try:
        listener = server.config.bind_socket()
        host, port = listener.getsockname()[:2]
        structlog.get_logger("wiredesk").info("web listens", url=address(host, port))
        server.run(sockets=[listener])
    finally:
        broker.close()
        store.close()


def make_server(settings: Settings, *, store: Store, broker: redis.Redis) -> uvicorn.Server:
    """The server, not yet running; its streams end when it is told to stop."""
    app = make_app(settings, store=store, redis=broker, stopping=lambda: server.should_exit)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.web_host,
            port=settings.web_port,
            # Log lines go where the process has sent all logging; requests are not logged one by one.
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    return server


def connect(url: str) -> redis.Redis:
    """A client that says within two seconds that the broker is away: a page or a probe waits for it."""
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1))


def address(host: str, port: int) -> str:
    """Where a person on this machine finds the pages."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - translated, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
