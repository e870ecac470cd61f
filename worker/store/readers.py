"""Readers: database roles that may only select from the views of the schema `read`."""

from datetime import timedelta

from sqlalchemy.exc import ProgrammingError

from worker.store.db import Connection, rows, run, value

CONNECTIONS = 20
"""Connections of one reader at once, so that readers leave places for the service. A guess."""

INSUFFICIENT_PRIVILEGE = "42501"
"""SQLSTATE of a statement that the role may not execute (PostgreSQL, appendix A)."""

# What makes a role a reader: the views alone, and no writes.
_RIGHTS = (
    "GRANT USAGE ON SCHEMA read TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA read TO {role}",
    # Views of later versions, created by the same owner.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA read GRANT SELECT ON TABLES TO {role}",
)
_GRANTS = (
    *_RIGHTS,
    "ALTER ROLE {role} SET search_path = read",
    "ALTER ROLE {role} SET default_transaction_read_only = on",
)


class RoleNotOurs(Exception):
    """The name belongs to a role that can do more than a reader; nothing was changed."""


class MayNotCreateRoles(Exception):
    """The user of the database URL has no right to create roles."""


def save_reader(db: Connection, name: str, password: str, *, timeout: timedelta) -> bool:
    """Create a reader, or give an existing one a new password; return whether it is new.

    A statement of the reader is cancelled after `timeout`. The server never sees the password, only its SCRAM
    verifier, so it is in no log. Raises `RoleNotOurs`, `MayNotCreateRoles`.
    """
    known = value(db, "SELECT true FROM pg_roles WHERE rolname = :name", name=name)
    if known and not _is_reader(db, name):
        raise RoleNotOurs(name)
    connection = db.connection.driver_connection
    verifier = connection.pgconn.encrypt_password(  # type: ignore[union-attr]
        password.encode(), name.encode(), b"scram-sha-256"
    ).decode()
    role = str(value(db, "SELECT quote_ident(:name)", name=name))
    secret = str(value(db, "SELECT quote_literal(CAST(:verifier AS text))", verifier=verifier))
    verb = "ALTER" if known else "CREATE"
    limits = f"NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT {CONNECTIONS}"
    try:
        _execute(db, f"{verb} ROLE {role} LOGIN {limits} PASSWORD {secret}")
        for statement in _GRANTS:
            _execute(db, statement.format(role=role))
        milliseconds = int(timeout.total_seconds() * 1000)
        _execute(db, f"ALTER ROLE {role} SET statement_timeout = {milliseconds}")
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == INSUFFICIENT_PRIVILEGE:
            raise MayNotCreateRoles(str(error.orig).strip().split("\n", 1)[0]) from error
        raise
    return not known


def grant_again(db: Connection) -> None:
    """Give the readers of this server their rights on views that were created again."""
    names = rows(
        db,
        "SELECT quote_ident(rolname) AS role FROM pg_roles WHERE 'search_path=read' = ANY(rolconfig)",
    )
    for row in names:
        for statement in _RIGHTS:
            _execute(db, statement.format(role=row["role"]))


def _is_reader(db: Connection, name: str) -> bool:
    """Whether a role has no rights of an administrator and owns nothing, so that it may become a reader."""
    return bool(
        value(
            db,
            """SELECT NOT (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication)
                AND NOT EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)
                AND NOT EXISTS (SELECT FROM pg_database WHERE datdba = r.oid)
            FROM pg_roles r WHERE rolname = :name""",
            name=name,
        )
    )


def _execute(db: Connection, statement: str) -> None:
    """Execute a statement that takes no parameters; `:` in it is not one."""
    run(db, statement.replace(":", r"\:"))
