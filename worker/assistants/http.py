"""The tools over HTTP (streamable HTTP, at /mcp), for assistants on other machines or in containers."""

import hmac
import ipaddress

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.assistants.server import make_server
from worker.assistants.tools import Tools
from worker.config.settings import SettingsError
from worker.web.serve import address, listen

PATH = "mcp"
"""Where the SDK's server answers, by its default."""


class KeyCheck:
    """Middleware that refuses requests without the key (RFC 6750, section 3)."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self.app = app
        self.key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app if its header Authorization has the key."""
        if scope["type"] == "http":
            given = Headers(scope=scope).get("authorization", "")
            scheme, _, key = given.partition(" ")
            if scheme.lower() != "bearer" or not hmac.compare_digest(key.strip().encode(), self.key.encode()):
                refusal = JSONResponse(
                    {"error": "this server needs its key: send Authorization: Bearer …, the setting mcp_key"},
                    401,
                    {"WWW-Authenticate": "Bearer"},
                )
                return await refusal(scope, receive, send)
        return await self.app(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Return whether only programs of this machine reach a server on this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_app(tools: Tools, *, host: str, key: str | None) -> ASGIApp:
    """Return the ASGI app. Raises `SettingsError` beyond loopback without a key."""
    loopback = is_loopback(host)
    if not loopback and not key:
        raise SettingsError(
            f"mcp_host: {host} can be reached from other machines; set mcp_key, which clients must send then"
        )
    # A key in the header cannot come from a page of another site, so any host name may be used with it.
    app = make_server(tools, loopback=loopback and not key).streamable_http_app()
    return KeyCheck(app, key) if key else app


def serve_http(tools: Tools, *, host: str, port: int, key: str | None) -> None:
    """Serve until SIGTERM or SIGINT. Raises `SettingsError` if the port cannot be bound."""
    app = make_app(tools, host=host, key=key)
    with listen(host, port) as listener:
        bound, number = listener.getsockname()[:2]
        print(f"MCP at {address(bound, number)}{PATH}", flush=True)
        config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
