"""Arguments and options that several commands have."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, for a spreadsheet.")]
RowLimit = Annotated[int, typer.Option(help="Show at most this many.", min=1)]
Plain = Annotated[bool, typer.Option("--plain", help="Print plain lines instead of the live view.")]
Labels = Annotated[list[str] | None, typer.Option("--label", help="A label for the feeds; may be repeated.")]
FeedName = Annotated[str, typer.Argument(metavar="FEED", help="Id or address of the feed.")]
FeedNames = Annotated[list[str], typer.Argument(metavar="FEED...", help="Ids or addresses of feeds.")]
OfFeed = Annotated[str | None, typer.Option(help="Only of this feed, by id or address.")]
PageSource = Annotated[str, typer.Argument(metavar="URL|FILE", help="An address, or a file of HTML.")]
OnlyWhere = Annotated[
    str,
    typer.Option(
        metavar="FILTER",
        help="Only articles that match, such as 'language=de publisher=-x.example' or 'search=NAME'.",
    ),
]
