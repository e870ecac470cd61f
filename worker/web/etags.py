"""Weak ETags of complete answers, and 304 for a reader that has the answer already (RFC 9110, section 13).

The tag is a hash of the body, which has to be made for it: a 304 saves the transfer, not the work. It is
weak, since the same answer is sent compressed or not.
"""

from asyncio import sleep
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.web.pieces import PIECE_BYTES

TAGGED = (
    "application/json",
    "application/x-ndjson",
    "text/html",
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "text/x-opml",
)
"""Media types of the answers that are tagged: the API's, the pages and the written feeds."""

TAG_BYTES = 16
"""Two answers have the same tag by accident with a probability of 2**-128."""

OF_THE_BODY = ("content-length", "content-type", "content-encoding")
"""Headers that describe a body, which a 304 lacks."""


class ETags:
    """Middleware that tags answers to GET, and answers 304 if the reader names the tag."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app, and tag its answer if that is complete in one message."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        known = Headers(scope=scope).getlist("if-none-match")
        start: Message | None = None

        async def send_tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_tagged(message):
                start = message
                return
            if start is not None:
                started, start = start, None
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    tag = await _tag(message.get("body", b""))
                    started, message = _tagged(started, message, tag, known)
                await send(started)
            await send(message)

        await self.app(scope, receive, send_tagged)


def _is_tagged(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "").partition(";")[0]
    return start["status"] == 200 and kind in TAGGED and "etag" not in headers


async def _tag(body: bytes) -> str:
    """Return the tag of a body, which is hashed in pieces, so that other requests are answered meanwhile."""
    made = blake2b(digest_size=TAG_BYTES)
    for at in range(0, len(body), PIECE_BYTES):
        made.update(body[at : at + PIECE_BYTES])
        if at:
            await sleep(0)
    return f'"{made.hexdigest()}"'


def _tagged(start: Message, body: Message, tag: str, known: list[str]) -> tuple[Message, Message]:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["ETag"] = f"W/{tag}"
    if not _has(tag, known):
        return {**start, "headers": headers.raw}, body
    for name in OF_THE_BODY:
        del headers[name]
    return {**start, "status": 304, "headers": headers.raw}, {**body, "body": b""}


def _has(tag: str, known: list[str]) -> bool:
    """Return whether a header If-None-Match names the tag; the comparison is weak (section 13.1.2)."""
    named = {one.strip().removeprefix("W/") for line in known for one in line.split(",")}
    return bool(named & {tag, "*"})
