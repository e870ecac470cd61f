"""Who sends a request: found before any route sees it, and put into its scope as `actor`.

Unknown readers get 401, or the login page in a browser; viewers get 403 for every method that changes
something; a handler that needs more says so with a dependency of `worker.web.access`.
"""

import asyncio
from urllib.parse import quote

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.rows.access import Actor, Role
from worker.store import StoreUnavailable
from worker.web.access import too_little
from worker.web.current import showing
from worker.web.doors import Doors, TooManyWrongKeys
from worker.web.errors import answer, unavailable, wants_page
from worker.web.flash import see_other
from worker.web.keys import READING, is_open, secret_of
from worker.web.rate_limit import WINDOW_SECONDS

ENTRANCES = ("/login", "/key", "/invitation/", "/oidc/")
"""Paths at which people come in; their handlers let in nobody else."""

OWN = ("/logout", "/account/")
"""What everybody may change: the own session and password."""


RECHECK_SECONDS = 5.0
"""Between two looks at who reads a stream, as long as a key is remembered. A reader is cut off within
ten seconds of a change of access. All 100 places of streams cost 20 queries for one row a second."""


class Identify:
    """Middleware that finds the actor of each request, and refuses a request without one."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app with its actor, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            return await self.app(scope, receive, send)
        request = Request(scope)
        try:
            visitor = await self._doors.visitor(request)
        except StoreUnavailable as error:
            return await unavailable(request, error)(scope, receive, send)
        except TooManyWrongKeys:
            words = "too many wrong keys from this address; try again in a minute"
            headers = {"Retry-After": str(WINDOW_SECONDS)}
            return await answer(request, 429, words, headers)(scope, receive, send)
        actor = visitor.actor
        if actor is None and not scope["path"].startswith(ENTRANCES):
            return await self._refusal(request)(scope, receive, _with_challenges(request, send))
        changes = scope["method"] not in READING and not scope["path"].startswith((*ENTRANCES, *OWN))
        if actor and changes and not actor.role.includes(Role.EDITOR):
            return await answer(request, 403, too_little(actor, Role.EDITOR))(scope, receive, send)
        found = {"actor": actor, "signed_in": visitor.session, "api_key": visitor.key}
        with showing(actor=actor, is_signed_in=visitor.session is not None):
            sent = _private(send) if visitor.session else send
            await self._serve({**scope, **found}, receive, sent, request)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request: Request) -> None:
        """Let the app answer; end a stream of events whose reader may no longer read it as before."""
        actor: Actor | None = scope["actor"]
        watch: asyncio.Task[None] | None = None

        async def send_watched(message: Message) -> None:
            nonlocal watch
            if message["type"] == "http.response.start" and actor and _is_stream(message):
                watch = asyncio.create_task(self._watch(request, actor, answering))
            await send(message)

        with anyio.CancelScope() as answering:
            try:
                await self.app(scope, receive, send_watched)
            finally:
                if watch is not None:
                    watch.cancel()
        if answering.cancelled_caught:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _watch(self, request: Request, actor: Actor, answering: anyio.CancelScope) -> None:
        """Cancel the answer once its reader is unknown or has a lower role."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                now = (await self._doors.visitor(request, is_use=False)).actor
            except StoreUnavailable:
                continue  # the streams end by themselves, or go on when the store is back
            except TooManyWrongKeys:
                now = None
            if now is None or not now.role.includes(actor.role):
                answering.cancel()
                return

    def _refusal(self, request: Request) -> Response:
        """Return 401, or the way to the login page for a browser that can use it."""
        if self._doors.can_sign_in and wants_page(request):
            if request.method not in READING:
                return see_other("/login", "Your session has ended: sign in and do it again.", bad=True)
            page = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return see_other("/login" if page == "/" else f"/login?next={quote(page)}")
        words = "a key is needed" if secret_of(request.headers) is None else "this key is not valid"
        how = "`wiredesk keys add NAME` makes one; send it as Authorization: Bearer KEY"
        return answer(request, 401, f"{words}: {how}, or as the password of HTTP Basic")


def _is_stream(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/event-stream")


def _private(send: Send) -> Send:
    """Keep answers to one person out of caches that others share."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Cache-Control", "private, no-cache")
        await send(message)

    return send_private


def _with_challenges(request: Request, send: Send) -> Send:
    # A browser opens its dialogue for the challenge to a script's request, too: not in the middle of a page.
    of_script = request.headers.get("sec-fetch-mode", "navigate") != "navigate"

    async def send_challenges(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 401:
            headers = MutableHeaders(scope=message)
            headers.append("WWW-Authenticate", 'Bearer realm="Wiredesk"')
            if not of_script:
                headers.append("WWW-Authenticate", 'Basic realm="Wiredesk", charset="UTF-8"')
        await send(message)

    return send_challenges
