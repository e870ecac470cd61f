"""A WebSub hub in a separate process that tests control and watch; and the callback that it calls."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import requests

from tests.waiting import wait_until
from worker.config.settings import Settings
from worker.store import Store
from worker.web.connections import HEAD_SECONDS
from worker.web.parts import utc_now
from worker.web.serve import connect, listen, make_server

ROOT = Path(__file__).parents[2]


class HubProcess:
    """The hub of `tests.site.hub`; `url` is its address."""

    def __init__(self, url: str) -> None:
        self.base = url

    def url(self, **options: object) -> str:
        """Return the address at which the hub behaves in that way (see `tests.site.hub`)."""
        return f"{self.base}?{urlencode(options)}" if options else self.base

    def publish(self, topic: str, *, deliveries: int = 1) -> Sequence[int]:
        """Announce news of `topic`; return the statuses of the answers to the hub's pushes."""
        before = len(self.told("deliveries", topic))
        requests.post(self.base, data={"hub.mode": "publish", "hub.url": topic}, timeout=10)
        found: list[dict[str, Any]] = wait_until(
            lambda: (d := self.told("deliveries", topic)[before:]) and len(d) >= deliveries and d
        )
        return [delivery["status"] for delivery in found]

    def told(self, what: str, topic: str) -> list[dict[str, Any]]:
        """Return the hub's requests, verifications, deliveries or subscriptions of `topic`."""
        log = requests.get(self.base, timeout=10).json()
        return [one for one in log[what] if topic in (one.get("hub.topic"), one.get("topic"))]

    def verified(self, topic: str, times: int = 1) -> list[dict[str, Any]]:
        """Return the answers to the hub once it has called back `count` times."""
        return wait_until(
            lambda: (v := self.told("verifications", topic)) and len(v) >= times and v, pause=0.005
        )


@contextmanager
def hub_process() -> Iterator[HubProcess]:
    """A running hub."""
    command = [sys.executable, "-m", "tests.site.hub"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield HubProcess(json.loads(process.stdout.readline()))
        process.communicate()


@contextmanager
def callback(
    database_url: str,
    *,
    clock: Callable[[], datetime] = utc_now,
    head_seconds: float = HEAD_SECONDS,
    **settings: Any,
) -> Iterator[str]:
    """Run the web server on this store; yield its address, which is also `websub_callback_url`."""
    with listen("127.0.0.1", 0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        store = Store(database_url)
        # The callback needs no broker: nobody is asked.
        broker = connect("redis://127.0.0.1:1/0")
        known = Settings(web_port=0, **{"websub_callback_url": address, **settings})
        server = make_server(known, store=store, broker=broker, head_seconds=head_seconds)
        app: Any = server.config.app
        app.state.parts = replace(app.state.parts, clock=clock)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield address
        server.should_exit = True
        thread.join(10)
        store.close()
