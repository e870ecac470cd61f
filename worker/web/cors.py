"""Scripts of other sites may read the API, if the setting `web_cors_origins` names their origin."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.web.aliases import API

SENT = ("Accept", "Authorization", "If-None-Match", "Last-Event-ID", "X-API-Key")
"""Headers that a script may send; the harmless ones (Fetch standard, CORS-safelisted) need no permission."""

SHOWN = (
    "Deprecation",
    "ETag",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Wiredesk-More",
)
"""Headers that a script may read."""


class ApiForOtherSites:
    """Middleware that answers CORS requests (Fetch standard) to the API, and to nothing else.

    Pages, probes and metrics stay unreadable for scripts of other sites.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=list(origins),
            allow_methods=["GET", "HEAD", "OPTIONS"],
            allow_headers=list(SENT),
            expose_headers=list(SHOWN),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, for the API with the headers that let other sites read the answer."""
        is_api = scope["type"] == "http" and (scope["path"] + "/").startswith(f"{API}/")
        await (self._shared if is_api else self.app)(scope, receive, send)
