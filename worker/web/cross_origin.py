"""Refusal of changes that a page of another site sends (CSRF).

The rules are those of Go's `http.CrossOriginProtection`: a browser says where a request comes from in
`Sec-Fetch-Site`, or, over plain http and in old browsers, in `Origin`. A request without both headers comes
from a program, which no foreign page can control. So forms need no token. `GET` must change nothing.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.web.errors import answer
from worker.web.keys import READING


def is_foreign(headers: Headers) -> bool:
    """Return whether a browser sent this request from a page of another origin."""
    if site := headers.get("sec-fetch-site"):
        # "none": the person did it, not a page. Pages of the same site are others', too: another port.
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


class CrossOrigin:
    """Middleware that refuses methods that change something with 403 if they come from another origin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app, or refuse it."""
        changes = scope["type"] == "http" and scope["method"] not in READING
        if not changes or not is_foreign(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        words = "this change was sent by a page of another site; open the page here and do it again"
        await answer(Request(scope), 403, words)(scope, receive, send)
