"""Who may come in: sessions, keys, and open access, answered for one request at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from redis import Redis
from starlette.datastructures import Headers

from worker.config.settings import Settings
from worker.rows.access import ANYONE, LOCAL, ROLE_OF_SCOPE, Actor
from worker.rows.accounts import SignedIn
from worker.rows.api_keys import ApiKey, hash_of
from worker.services.access.passwords import Passwords
from worker.store import Store, StoreUnavailable, accounts, sessions
from worker.web.attempts import OF_KEYS, Attempts
from worker.web.cookies import session_token
from worker.web.host_check import names_loopback
from worker.web.keys import REMEMBERED_SECONDS, KnownKeys, secret_of
from worker.web.rate_limit import address_of

if TYPE_CHECKING:
    from worker.services.access.openid import Provider

FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers that proxies add (RFC 7239; RFC 9110, section 7.6.3; and what nginx, Traefik and Caddy send)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sender of a request as far as known; without an actor it needs to sign in, or to send a key."""

    actor: Actor | None
    session: SignedIn | None = None
    key: ApiKey | None = None


class TooManyWrongKeys(Exception):
    """An address has sent too many wrong keys in the last minute."""


class Doors:
    """What lets a request in. Passwords and counts of wrong ones are here, too, for the login page."""

    def __init__(self, settings: Settings, store: Store, redis: Redis, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.attempts = Attempts(redis)
        self.passwords = Passwords()
        self.provider = make_provider(settings)
        self._keys = KnownKeys(store, clock)
        self._has_accounts = False
        self._counted_at: float | None = None

    async def visitor(self, request: Request, *, is_use: bool = True) -> Visitor:
        """Return who sent a request. Raises `StoreUnavailable`, `TooManyWrongKeys`.

        Without `is_use` an idle session is not kept alive by this.
        """
        token, secret = session_token(request, self.settings), secret_of(request.headers)
        if token or secret or self._is_stale():
            return await asyncio.to_thread(self._find, request, token, secret, is_use)
        return Visitor(self._nameless(request))

    @property
    def can_sign_in(self) -> bool:
        """Whether anybody has an account, here or at the OpenID provider."""
        return self._has_accounts or self.provider is not None

    def _find(self, request: Request, token: str | None, secret: str | None, is_use: bool) -> Visitor:
        if token and (session := self._session(token, is_use)):
            return Visitor(Actor(session.name, session.role), session=session)
        if secret and (key := self._key(secret, address_of(request.scope))):
            return Visitor(Actor(f"key:{key.name}", ROLE_OF_SCOPE[key.scope]), key=key)
        if self._is_stale():
            self._count()
        return Visitor(self._nameless(request))

    def _session(self, token: str, is_use: bool) -> SignedIn | None:
        now = self.clock()
        with self.store.begin() as db:
            found = sessions.find(db, hash_of(token), now=now, lifetimes=self.settings.session_lifetimes)
        if is_use and found and now - found.seen_at >= sessions.SEEN_NOTED:
            try:
                with self.store.begin() as db:
                    sessions.note_seen(db, found.id, now=now)
            except StoreUnavailable:  # a standby can be read, and notes nothing
                return found
        return found

    def _key(self, secret: str, address: str) -> ApiKey | None:
        if not self._keys.remembers(secret) and not self.attempts.may_try(OF_KEYS, address):
            raise TooManyWrongKeys
        key = self._keys.key_of(secret)
        if key is None and not self.attempts.note_try(OF_KEYS, address):
            raise TooManyWrongKeys
        return key

    def _is_stale(self) -> bool:
        return self._counted_at is None or self._counted_at + REMEMBERED_SECONDS < monotonic()

    def _count(self) -> None:
        """Look up whether there is an account. If the store is away, what was known before holds."""
        try:
            with self.store.begin() as db:
                self._has_accounts = accounts.any_made(db)
        except StoreUnavailable:
            if self._counted_at is None:
                raise
        self._counted_at = monotonic()

    def _nameless(self, request: Request) -> Actor | None:
        """Return who may go on without a session or a key; None if nobody."""
        settings = self.settings
        if settings.web_keys == "required":
            return None
        if settings.is_web_on_loopback and not self.can_sign_in and is_direct(request.headers):
            return LOCAL
        closed = settings.web_needs_keys or (self.can_sign_in and settings.web_keys == "auto")
        return None if closed else ANYONE


def is_direct(headers: Headers) -> bool:
    """Return whether a request names this machine, and no proxy has passed it on.

    A proxy on this machine brings everybody to a server on loopback; its readers must not become `LOCAL`.
    """
    passed_on = any(name in headers for name in FORWARDING)
    return not passed_on and all(names_loopback(host) for host in headers.getlist("host"))


def make_provider(settings: Settings) -> "Provider | None":
    """Return the OpenID provider of the settings; None if there is none."""
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    # Imported here: only an extra has its libraries.
    from worker.services.access.openid import Provider

    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, f"{settings.site}/oidc/return")


def doors_of(request: Request) -> Doors:
    """Return the doors of the app that answers this request."""
    doors = request.app.state.doors
    assert isinstance(doors, Doors)
    return doors


Entrance = Annotated[Doors, Depends(doors_of)]
