"""The API's addresses before version 1, which lead to its routes for one more release."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/v1"
"""Where the API is. docs/promises.md says what a version promises."""

DEPRECATED_AT = "@1796083200"
"""2026-12-01 as a date of structured fields (RFC 9745, section 2.1; RFC 9651, section 3.3.7)."""

_EARLIER = re.compile(r"/api/(?=(?:articles|search|changes|feeds|status)(?:/|$))")
"""The resources that had an address without a version."""
# Routes whose answers have a body, and the parameter that names its form.
_WITH_BODY = re.compile(rf"{API}/articles(?:/\d+(?:/revisions/\d+)?)?")
_FORM = re.compile(rb"(?:^|&)text=")


class EarlierAddresses:
    """Middleware that answers `/api/articles` as `/api/v1/articles`, with the header `Deprecation`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to an earlier address on to its successor."""
        found = _EARLIER.match(scope["path"]) if scope["type"] == "http" else None
        if not found:
            return await self.app(scope, receive, send)
        successor = f"{API}/{scope['path'][found.end() :]}"

        async def send_deprecated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Deprecation"] = DEPRECATED_AT
                headers.append("Link", '</docs>; rel="deprecation"; type="text/html"')
            await send(message)

        query = scope["query_string"]
        if _WITH_BODY.fullmatch(successor) and not _FORM.search(query):
            # Before version 1 every answer had the blocks.
            query = b"&".join([*([query] if query else []), b"text=blocks"])
        renamed = {**scope, "path": successor, "raw_path": successor.encode(), "query_string": query}
        return await self.app(renamed, receive, send_deprecated)
