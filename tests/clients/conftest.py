"""The real service on loopback, which a test may stop and start again at the same address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
import uvicorn
from redis import Redis
from wiredesk_client import AsyncClient, Client, Retry

from tests.store import rows
from tests.waiting import wait_until
from worker.config.settings import Settings
from worker.store import Store
from worker.web.serve import connect, listen, make_server

SOON = Retry(tries=None, first=0.01, longest=0.05)
"""For tests: a service that is away is tried again at once."""


@dataclass
class Newsroom:
    """A service with its store; `start` and `stop` are a restart of its web server."""

    store: Store
    broker: Redis
    port: int = 0
    running: tuple[uvicorn.Server, Thread] | None = None
    titles: int = field(default=0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        server = make_server(Settings(web_port=0), store=self.store, broker=self.broker)
        listener = listen("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        self.running = server, thread

    def stop(self) -> None:
        if self.running:
            server, thread = self.running
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()
        self.running = None

    def publish(self, count: int = 1, **values: Any) -> list[int]:
        """Store articles, each in its own transaction; their ids."""
        ids = []
        for _ in range(count):
            self.titles += 1
            given = {"title": f"Title {self.titles}", "text": f"Text number {self.titles}."} | values
            with self.store.begin() as db:
                ids.append(rows.stored_article(db, **given))
        return ids

    def revise(self, article_id: int, url: str, **values: Any) -> None:
        with self.store.begin() as db:
            rows.revised_article(db, article_id, url=url, **values)


@pytest.fixture
def newsroom(database_url: str, redis_url: str) -> Iterator[Newsroom]:
    """A running service without articles."""
    room = Newsroom(Store(database_url), connect(redis_url))
    room.start()
    yield room
    room.stop()
    room.broker.close()
    room.store.close()


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[Client]:
    """A client of the running service."""
    with Client(newsroom.url) as client:
        yield client


@pytest.fixture
def aclient(newsroom: Newsroom) -> AsyncClient:
    """The same for asyncio; the test closes it."""
    return AsyncClient(newsroom.url)
