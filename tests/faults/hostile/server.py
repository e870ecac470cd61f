"""Raw hosts on loopback, each case on its own port, all served by one thread with its own loop."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.hostile.case import Case, Peer, missing

CERTIFICATES = Path(__file__).with_name("certificates")

WITHOUT_TLS = ("none", "silent")
"""Hosts with an https address that speak something else."""


class HostileWeb:
    """Serves the cases while it is entered; `homes` has the address of each by name."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.homes: dict[str, str] = {}
        self._cases = [case for case in cases if case.talk is not None]
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        for case in self._cases:
            tls = _tls(case.tls) if case.tls not in ("", *WITHOUT_TLS) else None
            server = await asyncio.start_server(self._greet(case), "127.0.0.1", 0, ssl=tls)
            port = server.sockets[0].getsockname()[1]
            self._servers.append(server)
            self.homes[case.name] = f"{'https' if case.tls else 'http'}://127.0.0.1:{port}"

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        under_way = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _greet(self, case: Case):  # type: ignore[no-untyped-def]
        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                request = await (
                    reader.read(100) if case.tls in WITHOUT_TLS else reader.readuntil(b"\r\n\r\n")
                )
                target = request.split(b" ")[1].decode("latin-1") if request[:4] == b"GET " else ""
                talk = (case.robots or missing) if target == "/robots.txt" else case.talk
                assert talk is not None
                await talk(Peer(reader, writer, target, self.homes[case.name], request))
            writer.close()

        return greet


def _tls(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context
