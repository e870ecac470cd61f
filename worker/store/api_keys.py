"""The keys of the API. Of a secret only its hash is stored."""

from datetime import datetime, timedelta

from worker.rows.api_keys import ApiKey, Scope
from worker.store.db import Connection, first, rows, run, value

# The fields of `ApiKey`.
_COLUMNS = "id, name, scope, prefix, added_at, last_used_at, revoked_at"

USE_NOTED = timedelta(minutes=1)
"""How exact `last_used_at` is. A guess: it answers "is this key still in use?", and each note is a write."""


def add(db: Connection, name: str, scope: Scope, *, prefix: str, hash: bytes, now: datetime) -> bool:
    """Add a key; return False if a valid key has the name already."""
    return bool(
        run(
            db,
            """INSERT INTO api_keys (name, scope, prefix, hash, added_at)
            VALUES (:name, :scope, :prefix, :hash, :now)
            ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING""",
            name=name,
            scope=scope,
            prefix=prefix,
            hash=hash,
            now=now,
        )
    )


def listing(db: Connection) -> list[ApiKey]:
    """Return all keys, valid ones first, by their names."""
    found = rows(db, f"SELECT {_COLUMNS} FROM api_keys ORDER BY revoked_at IS NOT NULL, name, id")
    return [_key(row) for row in found]


def revoke(db: Connection, name: str, *, now: datetime) -> bool:
    """Make the valid key of this name invalid; return False if no valid key has it."""
    sql = "UPDATE api_keys SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL"
    return bool(run(db, sql, name=name, now=now))


def find(db: Connection, hash: bytes) -> ApiKey | None:
    """Return the valid key whose secret has this hash; None if it is unknown or revoked."""
    found = first(db, f"SELECT {_COLUMNS} FROM api_keys WHERE hash = :hash AND revoked_at IS NULL", hash=hash)
    return _key(found) if found else None


def note_use(db: Connection, key_id: int, *, now: datetime) -> None:
    """Record that a key is in use, unless that was recorded less than a minute ago."""
    run(
        db,
        """UPDATE api_keys SET last_used_at = :now
        WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :before)""",
        id=key_id,
        now=now,
        before=now - USE_NOTED,
    )


def any_valid(db: Connection) -> bool:
    """Return whether there is a valid key."""
    return bool(value(db, "SELECT EXISTS (SELECT FROM api_keys WHERE revoked_at IS NULL)"))


def _key(row: dict[str, object]) -> ApiKey:
    return ApiKey(**{**row, "scope": Scope(str(row["scope"]))})  # type: ignore[arg-type]
