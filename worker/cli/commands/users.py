"""`wiredesk users`: the accounts of people who open the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from worker.cli.options import Json
from worker.cli.session import OpenStore, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, print_json, print_table
from worker.rows.access import Role
from worker.rows.accounts import Account

AccountName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account, or a mail address.")]
RoleOption = Annotated[
    Role, typer.Option(help="viewer: read; editor: also feeds, articles, sinks; admin: also who may come in.")
]
RoleArgument = Annotated[Role, typer.Argument(help="The new role: viewer, editor or admin.")]


def add(ctx: typer.Context, name: AccountName, role: RoleOption = Role.VIEWER, json: Json = False) -> None:
    """Add an account, and print a link that works once: there the person chooses a password."""
    from worker.services.access import accounts as service

    with _changing(ctx) as at, at.store.begin() as db:
        now, valid = datetime.now(UTC), timedelta(days=at.settings.web_invitation_days)
        _, token = service.add(db, name, role, now=now, valid=valid)
    _print_link(at, name, token, json=json)


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the accounts with their roles and when somebody last signed in."""
    from worker.store import accounts

    with opened(ctx) as at, at.store.begin() as db:
        found = accounts.listing(db)
    if json:
        return print_json([asdict(account) for account in found])
    print_table(
        ("name", "role", "state", "added", "last login"),
        ((one.name, one.role, _state(one), ago(one.added_at), ago(one.last_login_at)) for one in found),
        empty="no accounts: add one with `wiredesk users add NAME --role admin`",
    )
    return None


def role(ctx: typer.Context, name: AccountName, role: RoleArgument) -> None:
    """Give an account another role, from its next request on."""
    from worker.services.access import accounts as service

    with _changing(ctx) as at, at.store.begin() as db:
        account = service.set_role(db, name, role)
    print(f"{account.name} is {role}")


def reset(ctx: typer.Context, name: AccountName, json: Json = False) -> None:
    """End all sessions of an account, make its password invalid, and print a new link."""
    from worker.services.access import accounts as service

    with _changing(ctx) as at, at.store.begin() as db:
        now, valid = datetime.now(UTC), timedelta(days=at.settings.web_invitation_days)
        token = service.reset(db, name, now=now, valid=valid)
    _print_link(at, name, token, json=json)


def disable(ctx: typer.Context, name: AccountName) -> None:
    """Disable an account and end its sessions; `enable` lets it in again."""
    from worker.services.access import accounts as service

    with _changing(ctx) as at, at.store.begin() as db:
        account = service.disable(db, name, now=datetime.now(UTC))
    print(f"{account.name} is disabled, and its sessions have ended")


def enable(ctx: typer.Context, name: AccountName) -> None:
    """Enable an account that was disabled."""
    from worker.services.access import accounts as service

    with _changing(ctx) as at, at.store.begin() as db:
        account = service.enable(db, name)
    print(f"{account.name} is enabled")


def remove(ctx: typer.Context, name: AccountName) -> None:
    """Remove an account; the audit log keeps its name."""
    from worker.services.access import accounts as service

    with _changing(ctx) as at, at.store.begin() as db:
        account = service.remove(db, name)
    print(f"{account.name} is removed")


@contextmanager
def _changing(ctx: typer.Context) -> Iterator[OpenStore]:
    from worker.services.access.accounts import AccountProblem

    try:
        with opened(ctx) as at:
            yield at
    except AccountProblem as error:
        raise UserError(str(error)) from None


def _print_link(at: OpenStore, name: str, token: str, *, json: bool) -> None:
    link = f"{at.settings.site}/invitation/{token}"
    if json:
        return print_json({"name": name, "link": link, "days": at.settings.web_invitation_days})
    print(link)
    return None


def _state(account: Account) -> str:
    if account.disabled_at:
        return "disabled"
    if account.subject:
        return "signs in by OpenID"
    if account.has_password:
        return "active"
    is_open = account.invited_until and account.invited_until > datetime.now(UTC)
    return "invited" if is_open else "invitation expired: `wiredesk users reset`"
