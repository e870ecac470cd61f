"""The keys that requests carry, and the paths that need none.

A key is sent as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Browsers and feed readers send it as the
password of HTTP Basic, with any user: that works without scripts, cookies and sessions.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from starlette.datastructures import Headers

from worker.rows.api_keys import ApiKey, hash_of
from worker.store import Store, StoreUnavailable, api_keys

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

    def remembers(self, secret: str) -> bool:
        """Return whether `key_of` answers without the store."""
        known = self._known.get(hash_of(secret))
        return known is not None and known.until >= monotonic()

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
