"""`wiredesk publishers`: the outlets, and what the operator says of them."""

import re
from typing import Annotated, Any

import typer

from worker.cli.options import Csv, Json
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, print_csv, print_json, print_table

Site = Annotated[str, typer.Argument(metavar="SITE", help="Host name of the outlet, without www.")]
Name = Annotated[str | None, typer.Option(help='Name of the outlet; "" removes it.')]
Country = Annotated[str | None, typer.Option(help='Its country, such as AT (ISO 3166-1); "" removes it.')]
PublisherLabels = Annotated[
    list[str] | None,
    typer.Option("--label", help='A label, instead of those it had; may be repeated; "" removes all.'),
]

COLUMNS = ("site", "name", "country", "labels", "feeds", "newest_at")
"""The columns of the CSV."""

_COUNTRY = re.compile("[A-Z]{2}")
"""The form of a country code (ISO 3166-1 alpha-2)."""


def list_(ctx: typer.Context, json: Json = False, csv: Csv = False) -> None:
    """List the publishers with their names, countries and labels."""
    from worker.store import publishers

    with opened(ctx) as at, at.store.begin() as db:
        found = publishers.listing(db)
    if json:
        return print_json(found)
    if csv:
        rows = [{**one, "labels": ", ".join(one["labels"])} for one in found]
        return print_csv(COLUMNS, ([one[name] for name in COLUMNS] for one in rows))
    print_table(
        ("site", "name", "country", "labels", "feeds", "newest"),
        (
            (
                *(one["site"], one["name"], one["country"], ", ".join(one["labels"])),
                *(one["feeds"], ago(one["newest_at"])),
            )
            for one in found
        ),
        empty="no publishers",
    )
    return None


def set_(
    ctx: typer.Context,
    site: Site,
    name: Name = None,
    country: Country = None,
    labels: PublisherLabels = None,
) -> None:
    """Set the name, country or labels of a publisher; articles and filters use them at once."""
    from worker.filters import FilterError, parse_pairs
    from worker.store import publishers

    given = _given(name, country, labels)
    try:
        (wanted,) = parse_pairs([("publisher", site)]).terms[0].values
    except FilterError as error:
        raise UserError(str(error)) from None
    with opened(ctx) as at, at.store.begin() as db:
        number = publishers.find(db, wanted)
        if number is None:
            raise UserError(f"there is no publisher {wanted}; `wiredesk publishers list` shows them")
        has = publishers.describe(db, number, given)
    said = {"name": has["name"], "country": has["country"], "labels": ", ".join(has["labels"])}
    words = [f"{what} {value}" for what, value in said.items() if value]
    print(f"{has['site']}: {'; '.join(words) or 'nothing is set for it'}")


def _given(name: str | None, country: str | None, labels: list[str] | None) -> dict[str, Any]:
    """Return what was given, cleaned; an empty text becomes None. Raises `UserError`."""
    from worker.filters.conditions import LONGEST_LABEL

    given: dict[str, Any] = {}
    if name is not None:
        if not name.isprintable() or len(name) > LONGEST_LABEL:
            raise UserError(f"--name must be one line of at most {LONGEST_LABEL} characters")
        given["name"] = name.strip() or None
    if country is not None:
        if country and not _COUNTRY.fullmatch(country.upper()):
            raise UserError(f"--country {country!r}: write the two letters of ISO 3166-1, such as AT")
        given["country"] = country.upper() or None
    if labels is not None:
        given["labels"] = sorted({" ".join(label.split()) for label in labels} - {""})
        if any(len(label) > LONGEST_LABEL or label.startswith("-") for label in given["labels"]):
            raise UserError(f"--label: at most {LONGEST_LABEL} characters, and no - at the beginning")
    return given
