"""Flower, the monitor of Celery, behind the login of the pages.

Flower can stop workers, so it wants an admin: a browser that is signed in to the pages under the same host
name (cookies do not depend on the port), or a key of the scope `admin`, as the password of any user. Only on
loopback, while no account has been made, everybody may use it, as with the pages. Requests of other sites are
refused in either case.
"""

import secrets
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

from tornado.web import HTTPError

from worker.config.settings import Settings
from worker.rows.access import ROLE_OF_SCOPE, Role
from worker.rows.api_keys import hash_of
from worker.store import Connection, Store, StoreUnavailable, accounts, api_keys, sessions
from worker.tasks.app import make_app
from worker.web.cookies import COOKIE, cookie_name


def run_flower(settings: Settings) -> int:
    """Serve Flower for the broker of `settings`, until stopped."""
    from flower.views import BaseHandler

    assert settings.database_url is not None
    store = Store(settings.database_url, pool_size=1)
    cookie = cookie_name(COOKIE, secure=(settings.web_url or "").startswith("https:"))

    def current_user(handler: Any) -> bool:
        token, header = handler.get_cookie(cookie), handler.request.headers.get("Authorization", "")
        try:
            with store.begin() as db:
                if not needs_login(db, settings) or _is_admin(db, settings, token, header):
                    return True
        except StoreUnavailable as error:
            raise HTTPError(503, "the store does not answer") from error
        raise HTTPError(401)

    BaseHandler.get_current_user = current_user
    app = make_app(settings)
    # Flower checks the origin of requests, and answers its API, only where it has a login. Its own one is
    # replaced above, so nobody needs to know this password.
    login = f"--basic-auth=wiredesk:{secrets.token_urlsafe()}"
    app.start(["flower", f"--address={settings.web_host}", f"--port={settings.flower_port}", login])
    return 0


def nobody_may_enter(settings: Settings) -> bool:
    """Return whether a login is needed and no admin could have one. Raises `StoreUnavailable`."""
    assert settings.database_url is not None
    store = Store(settings.database_url, pool_size=1)
    try:
        with store.begin() as db:
            return needs_login(db, settings) and not _any_admin(db)
    finally:
        store.close()


def needs_login(db: Connection, settings: Settings) -> bool:
    """Return whether Flower is for admins only."""
    return settings.web_needs_keys or accounts.any_made(db)


def _any_admin(db: Connection) -> bool:
    keys = [key for key in api_keys.listing(db) if key.revoked_at is None]
    return any(ROLE_OF_SCOPE[key.scope] is Role.ADMIN for key in keys) or any(
        account.role is Role.ADMIN and not account.disabled_at for account in accounts.listing(db)
    )


def _is_admin(db: Connection, settings: Settings, token: str | None, header: str) -> bool:
    """Return whether the session of the pages, or the key in the header, is that of an admin."""
    if token:
        now, lifetimes = datetime.now(UTC), settings.session_lifetimes
        found = sessions.find(db, hash_of(token), now=now, lifetimes=lifetimes)
        if found is not None and found.role is Role.ADMIN:
            return True
    scheme, _, rest = header.partition(" ")
    try:
        secret = b64decode(rest).decode().partition(":")[2] if scheme.lower() == "basic" else rest.strip()
    except ValueError:
        return False
    key = api_keys.find(db, hash_of(secret))
    return key is not None and ROLE_OF_SCOPE[key.scope] is Role.ADMIN
