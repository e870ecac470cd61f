"""`wiredesk searches`: filters that are saved under a name."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

import typer

from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_fields, print_json, print_table

SearchName = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the search: small letters, digits, - and _.")
]
FilterText = Annotated[
    str,
    typer.Argument(metavar="FILTER", help="Conditions, such as 'q=\"storm surge\" language=de label=-wire'."),
]


def add(ctx: typer.Context, name: SearchName, filter_: FilterText) -> None:
    """Save a filter under a name, for `search=NAME`; an older one of this name is replaced."""
    from worker.services.operator.saved_searches import BadSearch, save_search

    try:
        with opened(ctx) as at, at.store.begin() as db:
            wanted, is_new = save_search(db, name, filter_, now=datetime.now(UTC))
    except BadSearch as error:
        raise UserError(str(error)) from None
    print(f"{name} is {'saved' if is_new else 'replaced'}: {wanted}")


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the saved searches."""
    from worker.store import searches

    with opened(ctx) as at, at.store.begin() as db:
        found = searches.all(db)
    if json:
        return print_json({name: str(filter_) for name, filter_ in found.items()})
    print_table(("name", "filter"), found.items(), empty="no searches")
    return None


def show(ctx: typer.Context, name: SearchName, json: Json = False) -> None:
    """Show the filter of a saved search, and where the articles that match it are."""
    from worker.store import searches

    with opened(ctx) as at, at.store.begin() as db:
        found = searches.get(db, name)
    if found is None:
        raise _unknown(name)
    if json:
        return print_json({"name": name, "filter": str(found)})
    print_fields(
        (
            ("filter", str(found)),
            ("articles", f"/articles?search={quote(name)}"),
            ("follow", f"/api/v1/articles?search={quote(name)}&after=0"),
        )
    )
    return None


def remove(ctx: typer.Context, name: SearchName) -> None:
    """Forget a saved search; consumers that name it get an error. One that a sink follows stays."""
    from worker.services.operator.saved_searches import BadSearch, remove_search

    try:
        with opened(ctx) as at, at.store.begin() as db:
            remove_search(db, name, now=datetime.now(UTC))
    except BadSearch as error:
        raise UserError(str(error)) from None
    print(f"{name} is removed")


def _unknown(name: str) -> UserError:
    return UserError(f"no search is saved as {name}; `wiredesk searches list` shows them")
