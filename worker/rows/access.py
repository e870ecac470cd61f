"""Who acts on the service, and what a role may do."""

from dataclasses import dataclass

from worker.rows.api_keys import Ranked, Scope


class Role(Ranked):
    """What an account or a key may do."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


ROLE_OF_SCOPE = {Scope.READ: Role.VIEWER, Scope.WRITE: Role.EDITOR, Scope.ADMIN: Role.ADMIN}
"""A key and an account of the same rank may do the same."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or program, as the audit log names it, with its role.

    The name is that of an account, `key:NAME` for a key, `cli:USER` for the command line; or one of the
    names below, which no account can have.
    """

    name: str
    role: Role


LOCAL = Actor("local", Role.ADMIN)
"""Everybody, while the server listens on loopback only and no account has been made."""

ANYONE = Actor("anyone", Role.VIEWER)
"""Everybody, where the operator has switched keys off."""
