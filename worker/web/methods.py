"""HEAD and OPTIONS on every route (RFC 9110, sections 9.3.2 and 9.3.7).

Monitors and load balancers send HEAD, and call a service that answers 405 down.
"""

from collections.abc import Iterable, Iterator

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods that a route may have itself."""


def with_derived(methods: Iterable[str]) -> list[str]:
    """Return the methods of a route with those that are answered for it."""
    found = list(methods)
    return [*found, *(["HEAD"] if "GET" in found and "HEAD" not in found else []), "OPTIONS"]


class DerivedMethods:
    """Middleware that answers HEAD as GET without the body, and OPTIONS with the methods of the route."""

    def __init__(self, app: ASGIApp, router: Router) -> None:
        self.app = app
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer HEAD and OPTIONS, and pass other requests on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            return await self._head(scope, receive, send)
        is_options = scope["type"] == "http" and scope["method"] == "OPTIONS"
        found = list(_methods(self.router.routes, scope)) if is_options else []
        if not found:
            return await self.app(scope, receive, send)
        allow = ", ".join(with_derived(found))
        return await Response(status_code=204, headers={"Allow": allow})(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        done = False

        async def send_head(message: Message) -> None:
            nonlocal done
            if message["type"] != "http.response.body":
                return await send(message)
            if done:
                # Ends a stream of events, which has no last part.
                raise OSError("the answer to HEAD is complete")
            done = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def receive_until_done() -> Message:
            return {"type": "http.disconnect"} if done else await receive()

        try:
            await self.app({**scope, "method": "GET"}, receive_until_done, send_head)
        except (OSError, ClientDisconnect):
            if not done:
                raise


def _methods(routes: Iterable[BaseRoute], scope: Scope) -> Iterator[str]:
    for method in ASKED:
        # A mounted application matches whatever the method; ours serves files.
        known = [one for one in routes if not isinstance(one, Mount) or method == "GET"]
        if any(one.matches({**scope, "method": method})[0] is Match.FULL for one in known):
            yield method
