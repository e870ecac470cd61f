"""`wiredesk feeds add|import|export|check`: subscriptions in and out."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import ago, clean, print_fields, print_json, print_table

if TYPE_CHECKING:
    from worker.services.operator.check import Checked
    from worker.services.operator.subscribe import Subscribed

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Labels = Annotated[list[str] | None, typer.Option("--label", help="Your own label; may be repeated.")]


def add(
    ctx: typer.Context,
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="Addresses of feeds.")],
    label: Labels = None,
    listing: Annotated[
        bool, typer.Option("--listing", help="They are pages without a feed: their links become entries.")
    ] = False,
    selector: Annotated[
        str | None,
        typer.Option(metavar="CSS", help="Which links of the page, as 'h2 a'; without it they are found."),
    ] = None,
    json: Json = False,
) -> int:
    """Subscribe to feeds by their addresses, or to pages that list articles."""
    from worker.cli.access import opened
    from worker.services.operator.subscribe import Wish, subscribe

    if selector and not listing:
        raise Mistake("--selector is for pages that list articles: add --listing")
    wishes = [Wish(url, labels=tuple(label or ()), listing=listing, selector=selector) for url in urls]
    with opened(ctx, create=True) as at:
        done = subscribe(at.store, wishes, now=datetime.now(UTC))
    return _tell(done, json)


def import_(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE", help="OPML, or a text with one URL a line.")],
    json: Json = False,
) -> int:
    """Subscribe to the feeds of an OPML file or a list of URLs, on disk or at an address."""
    from worker.cli.access import opened
    from worker.cli.sources import gather
    from worker.services.operator.subscribe import subscribe

    with opened(ctx, create=True) as at:
        done = subscribe(at.store, gather(source, at.settings), now=datetime.now(UTC))
    return _tell(done, json)


def export(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to; without it, to stdout.")] = None,
) -> None:
    """Write the subscriptions as OPML: the first label is the folder, the others are categories."""
    from worker.cli.access import opened
    from worker.feeds import opml
    from worker.services.operator.subscribe import as_opml
    from worker.store import feeds

    with opened(ctx) as at, at.store.begin() as db:
        rows = feeds.subscriptions(db)
    listed = [as_opml(row) for row in rows]
    body = opml.write(sorted(listed, key=lambda feed: (feed.folders, feed.title)), title="Wiredesk")
    if file is None:
        sys.stdout.write(body.decode())
        return
    try:
        file.write_bytes(body)
    except OSError as error:
        raise Mistake(f"{file} cannot be written: {error.strerror}") from None
    print(f"{len(rows)} feeds written to {file}")


def check(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of the feed.")],
    pages: Annotated[int, typer.Option(help="How many of its pages to look at.", min=0)] = 3,
    json: Json = False,
) -> int:
    """Try a feed out, storing nothing: what would be ingested, and why not. Exit code 1 if it is no feed."""
    settings = session(ctx).load().settings
    from worker.config.hosts_file import load_hosts
    from worker.config.rule_files import load_rules
    from worker.fetch.loop import run_async
    from worker.services.operator.check import CheckPolicy, check

    policy = CheckPolicy(
        settings.turns,
        load_hosts(settings),
        pages=pages,
        honoured=frozenset(settings.rights_honoured),
        rules=load_rules(settings),
    )
    checked = run_async(check(url, policy=policy, now=datetime.now(UTC)))
    if json:
        print_json(asdict(checked))
    else:
        _show(checked)
    return 1 if checked.reason else 0


def _show(checked: "Checked") -> None:
    if checked.reason:
        print(f"No feed: {checked.reason}, {clean(checked.detail)} ({clean(checked.url)})")
        for offer in checked.offers:
            print(f"  perhaps {clean(offer)}")
        return
    print_fields(
        (
            ("feed", checked.url),
            ("moved to", checked.moved_permanently_to),
            ("kind", checked.kind),
            ("title", checked.title),
            ("language", checked.language),
            ("warning", "; ".join(checked.warnings)),
        )
    )
    print()
    print_table(
        ("verdict", "published", "title", "detail"),
        (
            (
                entry.verdict,
                ago(entry.published) if entry.published else "no date",
                entry.title or entry.url,
                entry.detail,
            )
            for entry in checked.entries
        ),
        empty="the feed has no entries",
    )


def _tell(done: "Subscribed", as_json: bool) -> int:
    if as_json:
        print_json(asdict(done))
    else:
        known = f", {done.known} known before" if done.known else ""
        print(f"{len(done.added)} feeds subscribed{known}")
        for bad in done.bad:
            print(f"not subscribed: {clean(bad.why)}", file=sys.stderr)
    return 2 if done.bad and not done.added and not done.known else 0
