"""`wiredesk searches`: filters that are saved under a name."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

import typer

from worker.cli.options import Json
from worker.cli.session import filter_from, opened
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
    from worker.filters import search_name
    from worker.store import searches

    with opened(ctx) as at, at.store.begin() as db:
        wanted = filter_from(db, filter_)
        if not wanted:
            raise UserError("the filter is empty: write conditions, such as language=de")
        is_new = searches.add(db, search_name(name), wanted, now=datetime.now(UTC))
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
    """Forget a saved search; consumers that name it get an error."""
    from worker.store import searches

    with opened(ctx) as at, at.store.begin() as db:
        if not searches.remove(db, name):
            raise _unknown(name)
    print(f"{name} is removed")


def _unknown(name: str) -> UserError:
    return UserError(f"no search is saved as {name}; `wiredesk searches list` shows them")
