"""Who may read pages and API: a key is needed where the setting `web_keys` says so.

A key is sent as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Browsers and feed readers send it as the
password of HTTP Basic, with any user: pages need no more until there are accounts, and it works without
scripts, cookies and sessions.
"""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.rows.api_keys import ApiKey, hash_of
from worker.rows.api_keys import Scope as KeyScope
from worker.store import Store, StoreUnavailable, api_keys
from worker.web.errors import answer, unavailable

OPEN = ("/healthz", "/readyz", "/metrics", "/static/", "/websub/")
"""Paths that need no key: probes and scrapers send none, and the path of a hub's callback is a secret."""

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing (RFC 9110, section 9.2.1)."""

REMEMBERED_SECONDS = 5.0
"""How long an answer of the store is used: a revoked key works for so long at most."""

MOST_REMEMBERED = 1000
"""Keys that are remembered, valid or not. A guess: then all are forgotten."""


def is_open(path: str) -> bool:
    """Return whether everybody may read a path."""
    return path in OPEN or path.startswith(tuple(one for one in OPEN if one.endswith("/")))


@dataclass(frozen=True, slots=True)
class _Known:
    key: ApiKey | None
    until: float


class KnownKeys:
    """The keys that were sent recently, looked up in the store at most every five seconds each."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[bytes, _Known] = {}

    def key_of(self, secret: str) -> ApiKey | None:
        """Return the valid key with this secret; None if unknown or revoked. Raises `StoreUnavailable`."""
        hashed = hash_of(secret)
        known = self._known.get(hashed)
        if known is None or known.until < monotonic():
            if len(self._known) >= MOST_REMEMBERED:
                self._known = {}
            known = self._known[hashed] = _Known(self._find(hashed), monotonic() + REMEMBERED_SECONDS)
        return known.key

    def _find(self, hashed: bytes) -> ApiKey | None:
        with self._store.begin() as db:
            found = api_keys.find(db, hashed)
        if found:
            try:
                with self._store.begin() as db:
                    api_keys.note_use(db, found.id, now=self._clock())
            except StoreUnavailable:  # a standby can be read, and notes nothing
                return found
        return found


class NeedsKey:
    """Middleware that refuses requests without a valid key with 401, and beyond its scope with 403.

    Puts the key into the request's scope as `api_key`.
    """

    def __init__(self, app: ASGIApp, known: KnownKeys) -> None:
        self.app = app
        self.known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            return await self.app(scope, receive, send)
        request = Request(scope)
        secret = secret_of(request.headers)
        try:
            key = await asyncio.to_thread(self.known.key_of, secret) if secret else None
        except StoreUnavailable as error:
            return await unavailable(request, error)(scope, receive, send)
        if key is None:
            words = "this key is not valid" if secret else "a key is needed"
            how = "`wiredesk keys add NAME` makes one; send it as Authorization: Bearer KEY"
            refusal = answer(request, 401, f"{words}: {how}, or as the password of HTTP Basic")
            return await refusal(scope, receive, _with_challenges(send))
        needed = KeyScope.READ if scope["method"] in READING else KeyScope.WRITE
        if not key.scope.includes(needed):
            words = f"the key {key.name} has the scope {key.scope}, this needs {needed}"
            return await answer(request, 403, words)(scope, receive, send)
        await self.app({**scope, "api_key": key}, receive, send)


def secret_of(headers: Headers) -> str | None:
    """Return the secret that a request carries; None if it carries none."""
    if given := headers.get("x-api-key"):
        return given.strip()
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2] or None
        except (binascii.Error, ValueError):
            return None
    return None


def _with_challenges(send: Send) -> Send:
    async def send_challenges(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.append("WWW-Authenticate", 'Bearer realm="Wiredesk"')
            headers.append("WWW-Authenticate", 'Basic realm="Wiredesk", charset="UTF-8"')
        await send(message)

    return send_challenges
