"""Under which names the server answers: a page elsewhere must not reach it by a name of its own.

A site may let its own name point to this machine after its page is loaded (DNS rebinding); to the browser the
answers are then the site's, and its scripts may read them. The `Host` header still has the site's name.
Addresses cannot be made to point elsewhere, nor can names that no public name server is asked for.
"""

import ipaddress
import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.web.errors import answer

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s\[\]:/@\\?#]*))(?::\d*)?")

LOCAL_ENDS = (".localhost", ".local", ".internal", ".home.arpa")
"""RFC 6761, 6762 and 8375, and `.internal`, which ICANN has set aside: never found in the public DNS."""


def answers_to(host: str, names: Collection[str]) -> bool:
    """Whether a request with this `Host` is meant for us; `names` are the operator's own."""
    found = _HOST.fullmatch(host.strip().lower())
    if not found:
        return False
    name = (found[1] or found[2]).rstrip(".")
    return "." not in name or name.endswith(LOCAL_ENDS) or name in names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class KnownNames:
    """Middleware that refuses requests to other names with 421 (RFC 9110, section 15.5.20)."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = frozenset(name.lower().rstrip(".") for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or refuse."""
        hosts = Headers(scope=scope).getlist("host") if scope["type"] == "http" else []
        stranger = next((host for host in hosts if not answers_to(host, self.names)), None)
        if stranger is None:
            return await self.app(scope, receive, send)
        words = f"this server does not answer to the name {stranger[:100]}; the setting web_names can add it"
        return await answer(Request(scope), 421, words)(scope, receive, send)
