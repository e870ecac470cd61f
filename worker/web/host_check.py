"""Check the `Host` of requests, against DNS rebinding.

A site can let its own name point to this machine after its page has loaded; to the browser our answers are
then the site's, and its scripts may read them. But the `Host` header still names the site. IP addresses
cannot be redirected like that, nor can names that are never looked up in the public DNS.
"""

import ipaddress
import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from worker.config.web_settings import PREFIX
from worker.web.errors import answer

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s\[\]:/@\\?#]*))(?::\d*)?")

_PORT = re.compile(r":\d*$", re.ASCII)
LONGEST_NAME = 253
"""Characters of a name in DNS (RFC 1035, 2.3.4); longer ones are cut in the message."""

LOCAL_ENDS = (".localhost", ".local", ".internal", ".home.arpa")
"""Never in the public DNS: RFC 6761, 6762 and 8375; `.internal` is reserved by ICANN."""


def answers_to(host: str, names: Collection[str]) -> bool:
    """Return whether a request with this `Host` is meant for us; `names` are those of the operator."""
    found = _HOST.fullmatch(host.strip().lower())
    if not found:
        return False
    name = (found[1] or found[2]).rstrip(".")
    return "." not in name or name.endswith(LOCAL_ENDS) or name in names or _is_address(name)


def names_loopback(host: str) -> bool:
    """Return whether this `Host` can only be sent by a program of this machine."""
    found = _HOST.fullmatch(host.strip().lower())
    name = (found[1] or found[2]).rstrip(".") if found else ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def refusal_words(host: str) -> str:
    """Return why a request with this `Host` is refused, and how the operator can add the name."""
    name = _PORT.sub("", host)[:LONGEST_NAME]
    return (
        f"this server does not answer to the name {name}: if it did, any site could point its own name here "
        f"and read these pages in a reader's browser. If the name is yours, add it to the setting web_names: "
        f"{PREFIX}WEB_NAMES='[\"{name}\"]'"
    )


class HostCheck:
    """Middleware that refuses requests to other names with 421 (RFC 9110, section 15.5.20)."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = frozenset(name.lower().rstrip(".") for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app, or refuse it."""
        hosts = Headers(scope=scope).getlist("host") if scope["type"] == "http" else []
        stranger = next((host for host in hosts if not answers_to(host, self.names)), None)
        if stranger is None:
            return await self.app(scope, receive, send)
        return await answer(Request(scope), 421, refusal_words(stranger))(scope, receive, send)
