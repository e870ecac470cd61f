"""The tools over HTTP (streamable HTTP, at /mcp), for assistants on other machines or in containers."""

import asyncio
import ipaddress

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.assistants.server import make_server
from worker.assistants.tools import Tools
from worker.config.settings import SettingsError
from worker.store import StoreUnavailable, api_keys
from worker.web.keys import KnownKeys, secret_of
from worker.web.parts import utc_now
from worker.web.serve import STOP_SECONDS, BoundedServer, address, listen

PATH = "mcp"
"""Where the SDK's server answers, by its default."""


class KeyCheck:
    """Middleware that refuses requests without a valid key; any scope includes reading."""

    def __init__(self, app: ASGIApp, known: KnownKeys) -> None:
        self.app = app
        self.known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app if its header Authorization has a key."""
        if scope["type"] != "http" or await self._has_key(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        words = "a valid key is needed: `wiredesk keys add NAME` makes one; send Authorization: Bearer KEY"
        refusal = JSONResponse({"error": words}, 401, {"WWW-Authenticate": "Bearer"})
        return await refusal(scope, receive, send)

    async def _has_key(self, headers: Headers) -> bool:
        secret = secret_of(headers)
        try:
            return bool(secret) and await asyncio.to_thread(self.known.key_of, secret or "") is not None
        except StoreUnavailable:
            return False


def is_loopback(host: str) -> bool:
    """Return whether only programs of this machine reach a server on this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_app(tools: Tools, *, host: str) -> ASGIApp:
    """Return the ASGI app. Raises `SettingsError` beyond loopback if there is no key."""
    if is_loopback(host):
        return make_server(tools).streamable_http_app()
    with tools.store.begin() as db:
        if all(key.revoked_at for key in api_keys.listing(db)):
            raise SettingsError(
                f"mcp_host: {host} can be reached from other machines, and there is no key for them; "
                "`wiredesk keys add NAME` makes one"
            )
    # A key in the header cannot come from a page of another site, so any host name may be used with it.
    app = make_server(tools, loopback=False).streamable_http_app()
    return KeyCheck(app, KnownKeys(tools.store, utc_now))


def serve_http(tools: Tools, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises `SettingsError` if the port cannot be bound."""
    app = make_app(tools, host=host)
    with listen(host, port) as listener:
        bound, number = listener.getsockname()[:2]
        print(f"MCP at {address(bound, number)}{PATH}", flush=True)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        BoundedServer(config).run(sockets=[listener])
