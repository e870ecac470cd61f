"""Who sends a request: found before any route sees it, and put into its scope as `actor`.

A key says it; without one, everybody is `LOCAL` while the server listens on loopback only. Unknown
readers get 401, and viewers 403 for every method that changes something; a handler that needs more says so
with a dependency of `worker.web.access`.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.config.settings import Settings
from worker.rows.access import ANYONE, LOCAL, ROLE_OF_SCOPE, Actor, Role
from worker.rows.api_keys import ApiKey
from worker.store import StoreUnavailable
from worker.web.access import too_little
from worker.web.current import showing
from worker.web.errors import answer, unavailable
from worker.web.host_check import names_loopback
from worker.web.keys import READING, KnownKeys, is_open, secret_of

FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers that proxies add (RFC 7239; RFC 9110, section 7.6.3; and what nginx, Traefik and Caddy send)."""


class Identify:
    """Middleware that finds the actor of each request, and refuses a request without one."""

    def __init__(self, app: ASGIApp, settings: Settings, known: KnownKeys) -> None:
        self.app = app
        self._settings = settings
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app with its actor, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            return await self.app(scope, receive, send)
        request = Request(scope)
        secret = secret_of(request.headers)
        try:
            key = await asyncio.to_thread(self._known.key_of, secret) if secret else None
        except StoreUnavailable as error:
            return await unavailable(request, error)(scope, receive, send)
        actor = _actor_of_key(key) if key else self._without_key(request)
        if actor is None:
            words = "this key is not valid" if secret else "a key is needed"
            return await _unknown(request, words)(scope, receive, _with_challenges(send))
        needed = Role.VIEWER if scope["method"] in READING else Role.EDITOR
        if not actor.role.includes(needed):
            return await answer(request, 403, too_little(actor, needed))(scope, receive, send)
        with showing(actor=actor):
            await self.app({**scope, "actor": actor, "api_key": key}, receive, send)

    def _without_key(self, request: Request) -> Actor | None:
        """Return who may go on without a key; None if nobody."""
        settings = self._settings
        if settings.web_keys == "required":
            return None
        if settings.is_web_on_loopback and is_direct(request.headers):
            return LOCAL
        return None if settings.web_needs_keys else ANYONE


def is_direct(headers: Headers) -> bool:
    """Return whether a request names this machine, and no proxy has passed it on.

    A proxy on this machine brings everybody to a server on loopback; its readers must not become `LOCAL`.
    """
    passed_on = any(name in headers for name in FORWARDING)
    return not passed_on and all(names_loopback(host) for host in headers.getlist("host"))


def _actor_of_key(key: ApiKey) -> Actor:
    return Actor(f"key:{key.name}", ROLE_OF_SCOPE[key.scope])


def _unknown(request: Request, words: str) -> Response:
    how = "`wiredesk keys add NAME` makes one; send it as Authorization: Bearer KEY"
    return answer(request, 401, f"{words}: {how}, or as the password of HTTP Basic")


def _with_challenges(send: Send) -> Send:
    async def send_challenges(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.append("WWW-Authenticate", 'Bearer realm="Wiredesk"')
            headers.append("WWW-Authenticate", 'Basic realm="Wiredesk", charset="UTF-8"')
        await send(message)

    return send_challenges
