"""The account of a person whom an OpenID provider has identified."""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from worker.rows.access import Role
from worker.rows.accounts import ACCOUNT_NAME, RESERVED, Account
from worker.store import Connection, accounts, audit

_UNFIT = re.compile(r"[^A-Za-z0-9._@+-]+")
"""What `ACCOUNT_NAME` does not allow."""

LONGEST_NAME = 57
"""Characters of a name, so that a mark of seven more still fits into 64."""


def role_of(claims: Mapping[str, Any], path: str | None, *, usual: Role | None) -> Role | None:
    """Return the highest role that the claim at `path` names, as `realm_access.roles`, else the usual one.

    The claim is a role or a list; a role may be written with the service's name, as `wiredesk-admin`.
    """
    found: Any = claims
    for name in path.split(".") if path else ():
        found = found.get(name) if isinstance(found, Mapping) else None
    named = {str(one).removeprefix("wiredesk-") for one in (found if isinstance(found, list) else [found])}
    roles = [role for role in Role if path and role in named]
    return roles[-1] if roles else usual


def account_of(
    db: Connection, claims: Mapping[str, Any], role: Role, *, sets_role: bool, now: datetime
) -> Account | None:
    """Return the person's account, made at the first login; None if it is disabled.

    It is found by issuer and subject alone: names and mail addresses may be chosen by the person, so they
    never lead to the account of somebody else.
    """
    subject = f"{claims['iss']} {claims['sub']}"
    account = accounts.find_subject(db, subject) or _add(db, claims, subject, role, now=now)
    if account.disabled_at:
        return None
    if sets_role and account.role is not role:
        accounts.set_role(db, account.id, role)
        detail = {"role": role, "before": account.role}
        audit.record(db, account.name, "account.role_set", f"account:{account.name}", detail, now=now)
    return account


def _add(db: Connection, claims: Mapping[str, Any], subject: str, role: Role, *, now: datetime) -> Account:
    wanted = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    name = _UNFIT.sub("-", str(wanted)).lstrip("._@+-")[:LONGEST_NAME]
    mark = sha256(subject.encode()).hexdigest()[:6]
    if not ACCOUNT_NAME.fullmatch(name) or name.lower() in RESERVED:
        name = f"openid-{mark}"
    account = accounts.add(db, name, role, subject=subject, now=now)
    account = account or accounts.add(db, f"{name}-{mark}", role, subject=subject, now=now)
    assert account is not None
    detail = {"role": role, "by": "openid"}
    audit.record(db, account.name, "account.added", f"account:{account.name}", detail, now=now)
    return account
