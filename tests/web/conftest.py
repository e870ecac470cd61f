"""The real server on a free port of loopback, over the test's own database and Redis."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
import redis
import requests

from tests.waiting import wait_until
from worker.config.settings import Settings
from worker.store import Store
from worker.web.serve import connect, listen, make_server

PAGE = {"Accept": "text/html"}


@dataclass(frozen=True)
class Web:
    """A running server with its store and broker."""

    url: str
    store: Store
    redis: redis.Redis

    def get(self, path: str, **query: Any) -> requests.Response:
        """Send a request as a program does."""
        return requests.get(self.url + path, params=query, timeout=20)

    def page(self, path: str, **query: Any) -> requests.Response:
        """Send a request as a browser does."""
        return requests.get(self.url + path, params=query, headers=PAGE, timeout=20)


@contextmanager
def serving(
    database_url: str, redis_url: str, *, routes: Any = None, port: int = 0, **settings: Any
) -> Iterator[Web]:
    """Run a server over this store and broker until the block ends."""
    store, broker = Store(database_url), connect(redis_url)
    server = make_server(Settings(web_port=port, redis_url=redis_url, **settings), store=store, broker=broker)
    if routes:
        server.config.app.include_router(routes)  # type: ignore[union-attr]
    listener = listen("127.0.0.1", port)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield Web(f"http://127.0.0.1:{listener.getsockname()[1]}", store, broker)
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()
    broker.close()
    store.close()


@pytest.fixture
def serve() -> Iterator[Any]:
    """Start a server over this store and broker; all are stopped at the end."""
    with ExitStack() as running:

        def start(database_url: str, redis_url: str, **settings: Any) -> Web:
            return running.enter_context(serving(database_url, redis_url, **settings))

        yield start


@pytest.fixture
def web(serve: Any, database_url: str, redis_url: str) -> Web:
    """A server with everything it needs."""
    served: Web = serve(database_url, redis_url)
    return served
