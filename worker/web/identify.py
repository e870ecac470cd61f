"""Who sends a request: found before any route sees it, and put into its scope as `actor`.

Unknown readers get 401, or the login page in a browser; viewers get 403 for every method that changes
something; a handler that needs more says so with a dependency of `worker.web.access`.
"""

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.rows.access import Role
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
            await self.app({**scope, **found}, receive, _private(send) if visitor.session else send)

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
