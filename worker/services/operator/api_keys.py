"""Making keys of the API."""

import secrets
from datetime import datetime

from worker.rows.api_keys import MARK, SECRET_BYTES, SHOWN, Scope, hash_of
from worker.store import Connection, api_keys


def issue(db: Connection, name: str, scope: Scope, *, now: datetime) -> str | None:
    """Add a key and return its secret, which is not stored; None if a valid key has the name."""
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    added = api_keys.add(db, name, scope, prefix=secret[:SHOWN], hash=hash_of(secret), now=now)
    return secret if added else None
