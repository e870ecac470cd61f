"""Servers on loopback for single tests: well-behaved ones (`serve`), and ones that break HTTP."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Network

from aiohttp import web

from worker.demo.serving import Handler, Loopback

LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
"""What a client must be allowed to connect to in tests."""


def answer(body: bytes | str = b"", status: int = 200, **headers: str) -> Handler:
    """A handler that always answers so; `content_type="text/plain"` is the header Content-Type."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=data, status=status, headers=named)

    return handle


def redirect(to: str, status: int = 302) -> Handler:
    """A handler that sends everyone to `to`."""
    return answer(status=status, Location=to)


@contextmanager
def serve(routes: Mapping[str, Handler] | Handler) -> Iterator[str]:
    """Serve a handler, or one per path (else 404), over HTTP; the base URL, `http://127.0.0.1:PORT`."""

    async def route(request: web.BaseRequest) -> web.StreamResponse:
        handler = routes.get(request.path) if isinstance(routes, Mapping) else routes
        return await handler(request) if handler else web.Response(status=404)

    server = Loopback()
    base = server.open(route)
    with server:
        yield base


@contextmanager
def serve_raw(
    talk: Callable[[socket.socket], None], *, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> Iterator[str]:
    """Hand each connection, once its request has arrived, to `talk`, then close it; the base URL.

    `talk` runs in a separate thread; errors of its socket end it.
    """
    with socket.create_server((address, 0)) as listening:
        threading.Thread(target=_accept, args=(listening, talk, tls), daemon=True).start()
        yield f"{'https' if tls else 'http'}://{address}:{listening.getsockname()[1]}"
        # A blocked accept is not woken by close() on Linux, but by this.
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def saying(*parts: bytes) -> Callable[[socket.socket], None]:
    """A talk that sends these bytes, whatever the request."""

    def talk(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return talk


def _accept(
    listening: socket.socket, talk: Callable[[socket.socket], None], tls: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_converse, args=(connection, talk, tls), daemon=True).start()


def _converse(
    connection: socket.socket, talk: Callable[[socket.socket], None], tls: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(10)
        with tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
            while b"\r\n\r\n" not in stream.recv(65536):
                pass
            talk(stream)
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_WR)
                stream.recv(1)
