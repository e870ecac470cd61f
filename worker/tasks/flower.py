"""Flower, the monitor of Celery, behind the keys of the pages.

Flower can stop workers. So where pages and API need a key, it needs one of the scope `admin`: the browser
requests a user and a password, and the key is the password of any user. Without that, on loopback, everybody
on this machine may use it, as with the pages. Requests of other sites are refused in either case.
"""

import secrets
from base64 import b64decode
from typing import Any

from tornado.web import HTTPError

from worker.config.settings import Settings
from worker.rows.access import ROLE_OF_SCOPE, Role
from worker.rows.api_keys import hash_of
from worker.store import Store, StoreUnavailable, api_keys
from worker.tasks.app import make_app


def run_flower(settings: Settings) -> int:
    """Serve Flower for the broker of `settings`, until stopped."""
    from flower.views import BaseHandler

    assert settings.database_url is not None
    store = Store(settings.database_url, pool_size=1)

    def current_user(handler: Any) -> bool:
        if not settings.web_needs_keys or _is_admin(store, handler.request.headers.get("Authorization", "")):
            return True
        raise HTTPError(401)

    BaseHandler.get_current_user = current_user
    app = make_app(settings)
    # Flower checks the origin of requests, and answers its API, only where it has a login. Its own one is
    # replaced above, so nobody needs to know this password.
    login = f"--basic-auth=wiredesk:{secrets.token_urlsafe()}"
    app.start(["flower", f"--address={settings.web_host}", f"--port={settings.flower_port}", login])
    return 0


def has_admin_key(settings: Settings) -> bool:
    """Return whether there is a valid key that opens Flower. Raises `StoreUnavailable`."""
    assert settings.database_url is not None
    store = Store(settings.database_url, pool_size=1)
    try:
        with store.begin() as db:
            listed = api_keys.listing(db)
    finally:
        store.close()
    return any(key.revoked_at is None and ROLE_OF_SCOPE[key.scope] is Role.ADMIN for key in listed)


def _is_admin(store: Store, header: str) -> bool:
    scheme, _, rest = header.partition(" ")
    try:
        secret = b64decode(rest).decode().partition(":")[2] if scheme.lower() == "basic" else rest.strip()
    except ValueError:
        return False
    try:
        with store.begin() as db:
            key = api_keys.find(db, hash_of(secret))
    except StoreUnavailable as error:
        raise HTTPError(503, "the store does not answer") from error
    return key is not None and ROLE_OF_SCOPE[key.scope] is Role.ADMIN
