"""A message that the next page shows once, as after a change: "12 feeds paused".

It travels in a cookie that lives for a minute. The cookie is not signed: a forged one shows a
message in one browser, and templates escape it. A handler for a form answers with `see_other`.
"""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.web.current import showing

COOKIE = "wiredesk_message"
"""Browsers share cookies between the ports of a host, so the name says whose it is."""

SECONDS = 60
"""The message belongs to the page that is opened next, and that is opened at once."""

LONGEST = 300
"""Characters of a message: browsers keep 4,096 bytes of a cookie, and a character takes twelve at most."""


@dataclass(frozen=True, slots=True)
class Flash:
    """A message, and whether it reports a failure."""

    message: str
    bad: bool


def see_other(path: str, message: str = "", *, bad: bool = False) -> RedirectResponse:
    """Return the answer to a form: a redirect to a page of this server, which shows the message."""
    answer = RedirectResponse(local_path(path), 303)
    if message:
        value = ("!" if bad else ".") + quote(message[:LONGEST], safe="")
        answer.set_cookie(COOKIE, value, max_age=SECONDS, httponly=True, samesite="lax")
    return answer


def local_path(path: str | None, default: str = "/") -> str:
    """Return `path` if it leads to a page of this server, else `default`.

    Browsers read a backslash as a slash and drop tabs and line breaks, so `/\\evil.example` leads elsewhere.
    """
    if not path or not path.isprintable() or "\\" in path or not path.startswith("/") or path[1:2] == "/":
        return default
    try:
        parts = urlsplit(path)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else path


class FlashMessages:
    """Middleware that lets pages show the message in the request's cookie, and then deletes the cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app."""
        value = Request(scope).cookies.get(COOKIE) if scope["type"] == "http" else None
        if not value:
            return await self.app(scope, receive, send)

        async def send_without(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                MutableHeaders(scope=message).append(
                    "Set-Cookie", f"{COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax"
                )
            await send(message)

        with showing(flash=Flash(unquote(value[1:])[:LONGEST], value[0] == "!")):
            await self.app(scope, receive, send_without)


def _is_page(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return start["status"] not in (303, 304) and headers.get("content-type", "").startswith("text/html")
