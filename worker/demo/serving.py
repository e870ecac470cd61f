"""Loopback hosts, each on its own port, all served by one thread with its own event loop.

URLs are known before anything is served: a port is bound when its host is opened, so pages can link to each
other by full URLs.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_SHUTDOWN_SECONDS = 0.2
"""Time for running requests at the end: nobody waits for the answers. A guess."""


class Loopback:
    """Any number of hosts: `open` binds one, `start` serves them, `stop` closes all ports.

    A host opened while the server runs is served at once. A stopped server cannot be started again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._hosts: list[tuple[socket.socket, Handler]] = []
        self._runners: list[web.ServerRunner] = []
        self._loop = loop or asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback", daemon=True)

    def open(self, handler: Handler, address: str = "127.0.0.1") -> str:
        """Bind a free port for `handler` and return the host's URL, such as `http://127.0.0.1:8080`.

        Raises `OSError` if this machine does not have the address.
        """
        bound = socket.create_server((address, 0), backlog=256)
        self._hosts.append((bound, handler))
        if self._thread.is_alive():
            self._wait(self._serve(bound, handler))
        return f"http://{address}:{bound.getsockname()[1]}"

    def start(self) -> None:
        """Serve every open host; returns when all of them answer."""
        self._thread.start()
        for bound, handler in self._hosts:
            self._wait(self._serve(bound, handler))

    def stop(self) -> None:
        """Cancel running requests and close every port; safe to call twice, or without a start."""
        if self._thread.is_alive():
            self._wait(self._close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        if not self._loop.is_closed():
            self._loop.close()
        for bound, _ in self._hosts:
            bound.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self, bound: socket.socket, handler: Handler) -> None:
        runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        self._runners.append(runner)

    async def _close(self) -> None:
        await asyncio.gather(*(runner.cleanup() for runner in self._runners))

    def _wait(self, work: Awaitable[None]) -> None:
        asyncio.run_coroutine_threadsafe(_coroutine(work), self._loop).result(timeout=30)


async def _coroutine(work: Awaitable[None]) -> None:
    await work
