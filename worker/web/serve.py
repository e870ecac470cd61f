"""The web server process."""

import resource
import signal
import socket
import threading
from types import FrameType

import redis
import structlog
import uvicorn
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker.config.settings import Settings, SettingsError
from worker.monitor.deadline import end_within
from worker.monitor.health import HealthFile
from worker.services.access.start import check_entrance
from worker.services.notify.turn import watch
from worker.store import Store, StoreUnavailable
from worker.web.app import make_web_app
from worker.web.connections import (
    HEAD_SECONDS,
    ConnectionLimits,
    connections_within,
    limited_protocol,
    raise_descriptor_limit,
)

STOP_SECONDS = 3
"""A request that still runs this long after the stop signal is cancelled."""
EXIT_SECONDS = 5.0
"""A process that has not ended this long after the stop signal ends at once: two seconds for what follows the
requests, and less than the ten seconds after which Docker kills."""
HEAD_BYTES = 32 * 1024
"""The longest request line and headers, as nginx's large_client_header_buffers."""
BACKLOG = 128
"""Connections that the kernel keeps until they are accepted. Small, since asyncio accepts as many in a row
before it looks at any of them."""
KEEP_ALIVE_SECONDS = 75
"""Between two requests. Longer than the 60 s of nginx, so that a proxy closes before we do."""
TICKS_TO_TOUCH = 50
"""Ticks of uvicorn, which has ten a second, between two touches of the health file."""
UNREAD_SECONDS = 120
"""A connection whose client takes no byte of an answer for so long is closed. Twice nginx's send_timeout: a
slow reader's window opens in steps."""


def serve(settings: Settings, *, head_seconds: float = HEAD_SECONDS) -> None:
    """Serve until SIGTERM or SIGINT; the caller configures logging.

    Raises `SettingsError` if `database_url` or `redis_url` is missing, if the port cannot be bound, or if
    other machines reach it and nobody could come in.
    """
    if not settings.database_url or not settings.redis_url:
        raise SettingsError(
            "the web server needs database_url and redis_url; `wiredesk run` starts its own servers"
        )
    raise_descriptor_limit()
    store = Store(settings.database_url, pool_size=8)
    broker = connect(settings.redis_url)
    health = HealthFile.of(settings.data_dir, settings.health_dir, "web")
    server = make_server(settings, store=store, broker=broker, head_seconds=head_seconds, health=health)
    _stop_at_signals(server)
    stopped = threading.Event()
    if settings.notify_urls:
        threading.Thread(target=watch, args=(store, broker, settings, stopped), daemon=True).start()
    try:
        words = _about_access(settings, store)
        with listen(settings.web_host, settings.web_port) as listener:
            host, port = listener.getsockname()[:2]
            structlog.get_logger("wiredesk").info("web listens", url=address(host, port))
            if words:
                structlog.get_logger("wiredesk").info("access", words=words)
            server.run(sockets=[listener])
    finally:
        stopped.set()
        broker.close()
        store.close()


def _about_access(settings: Settings, store: Store) -> str | None:
    try:
        with store.begin() as db:
            return check_entrance(db, settings)
    except StoreUnavailable:  # then nobody is answered anyway, and /readyz says why
        return None


def make_server(
    settings: Settings,
    *,
    store: Store,
    broker: redis.Redis,
    head_seconds: float = HEAD_SECONDS,
    health: HealthFile | None = None,
) -> "WebServer":
    """Build the server without starting it; its streams end when it stops. It touches `health` if given.

    It holds at most as many connections as the process's limit of descriptors allows.
    """
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = ConnectionLimits(connections_within(descriptors), head_seconds)
    app = make_web_app(settings, store=store, redis=broker, stopping=lambda: server.should_exit)
    server = WebServer(
        health=health,
        config=uvicorn.Config(
            app,
            host=settings.web_host,
            port=settings.web_port,
            # Log lines go where the process sends all logging; single requests are not logged.
            log_config=None,
            # On h11, which limits request line and headers; uvicorn's other parser has no limit.
            http=limited_protocol(limits),
            h11_max_incomplete_event_size=HEAD_BYTES,
            # An upgraded connection would leave the limits, and there is nothing to upgrade to.
            ws="none",
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            access_log=False,
            lifespan="off",
            server_header=False,
            forwarded_allow_ips=list(settings.web_trusted_proxies),
            timeout_graceful_shutdown=STOP_SECONDS,
        ),
    )
    return server


class BoundedServer(uvicorn.Server):
    """uvicorn's server, which ends its process in a bounded time after the stop signal."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self.end_in_time()
        super().handle_exit(sig, frame)

    def end_in_time(self) -> None:
        """Let the process end in `EXIT_SECONDS`, unless it stops already."""
        if not self.should_exit:
            end_within(EXIT_SECONDS)


class WebServer(BoundedServer):
    """The web server, whose event loop touches the health file as long as it turns."""

    def __init__(self, *, config: uvicorn.Config, health: HealthFile | None) -> None:
        super().__init__(config)
        self._health = health

    async def on_tick(self, counter: int) -> bool:
        """Touch the health file every few seconds; return whether the server stops."""
        if self._health is not None and counter % TICKS_TO_TOUCH == 0:
            self._health.touch()
        return await super().on_tick(counter)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 means any free port. Raises `SettingsError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(f"web_host {host}, web_port {port}: {error.strerror or error}") from None
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; accepted connections inherit it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    return listener


def _stop_at_signals(server: BoundedServer) -> None:
    # uvicorn installs its own handlers while it runs, and raises the signal again afterwards: ours keep that
    # from ending the process before the store is closed, and handle signals before uvicorn runs.
    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.end_in_time()
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def connect(url: str) -> redis.Redis:
    """Return a client that fails after two seconds if the broker is away: pages and probes wait for it."""
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1))


def address(host: str, port: int) -> str:
    """Return the URL at which a person on this machine finds the pages."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - translated, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
