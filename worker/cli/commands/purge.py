"""`wiredesk purge`: delete articles for good."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from worker.cli.options import Json
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import clean_lines, print_json

Keys = Annotated[list[str] | None, typer.Option("--key", help="Key of an article; may be repeated.")]
Url = Annotated[
    str | None,
    typer.Option(metavar="PATTERN", help="Whole addresses, where * stands for any characters."),
]
Publisher = Annotated[str | None, typer.Option(help="Everything of this publisher, as news.example.")]
Yes = Annotated[bool, typer.Option("--yes", help="Purge; without it, only show what would be purged.")]

SHOWN = 10
"""Articles that are listed before a purge; a guess at what fits above the summary."""


def purge(
    ctx: typer.Context,
    key: Keys = None,
    url: Url = None,
    publisher: Publisher = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete articles with their revisions, kept pages and entries, and never store them again.

    Every consumer gets a line `purged`. Without --yes nothing is deleted.
    """
    from worker.services.operator.purge import purge as purge_all
    from worker.store import tombstones
    from worker.store.tombstones import Selection

    given = [name for name, value in (("--key", key), ("--url", url), ("--publisher", publisher)) if value]
    if len(given) != 1:
        raise UserError("name what to purge by one of --key, --url and --publisher")
    chosen = Selection(keys=tuple(map(_key, key or ())), url=url, publisher=publisher)
    with opened(ctx) as at:
        with at.store.begin() as db:
            counts = tombstones.count(db, chosen)
            shown = tombstones.listed(db, chosen, limit=SHOWN)
        if yes:
            done = purge_all(at.store, chosen, now=datetime.now(UTC))
    if json:
        return print_json({**counts, "purged": yes})
    if not counts["articles"] and not counts["entries"]:
        raise UserError(f"{given[0]} matches nothing that is stored")
    if yes:
        print(f"purged {done.articles:,} articles, and {done.entries:,} entries that had no article")
        return None
    for article in shown:
        print(clean_lines(f"{article['id']}  {article['title'] or ''}  {article['url']}"))
    if counts["articles"] > len(shown):
        print(f"… and {counts['articles'] - len(shown):,} more")
    print(
        f"would purge {counts['articles']:,} articles with {counts['revisions']:,} revisions, "
        f"{counts['entries']:,} entries and {counts['pages']:,} kept pages, "
        f"{counts['bytes'] / (1024 * 1024):,.1f} MiB in all; add --yes to purge them"
    )
    return None


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UserError(f"--key: {text!r} is not the key of an article, such as {UUID(int=0)}") from None
