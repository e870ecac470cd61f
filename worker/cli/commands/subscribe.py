"""`wiredesk feeds discover|add|import|export|check`: finding feeds, and subscriptions in and out."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Json, Labels
from worker.cli.session import opened, settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, clean, print_fields, print_json, print_table, quantity

if TYPE_CHECKING:
    from worker.services.operator.check import CheckedEntry, CheckedFeed
    from worker.services.operator.discover import Discovery
    from worker.services.operator.subscribe import Subscribed, Wish


class Which(StrEnum):
    """Which offers `discover` subscribes to."""

    BEST = "best"
    ALL = "all"


SiteUrl = Annotated[str, typer.Argument(help="Address of the site, or of any page of it.")]
Add = Annotated[Which | None, typer.Option(help="Subscribe to the best offer, or to all feeds.")]
Requests = Annotated[int, typer.Option(help="Make at most this many requests.", min=1, max=500)]
Urls = Annotated[list[str], typer.Argument(metavar="URL...", help="Addresses of feeds.")]
Listing = Annotated[
    bool, typer.Option("--listing", help="The addresses are pages without a feed: links become entries.")
]
Selector = Annotated[
    str | None,
    typer.Option(metavar="CSS", help="Which links of the page are entries, as 'h2 a'; default: detected."),
]
Source = Annotated[
    str, typer.Argument(metavar="FILE", help="OPML, a text with one URL a line, or CSV with a header.")
]
Target = Annotated[Path | None, typer.Argument(help="File to write; default: stdout.")]
FeedUrl = Annotated[str, typer.Argument(help="Address of the feed.")]
Pages = Annotated[int, typer.Option(help="Look at this many of its pages.", min=0)]


def discover(
    ctx: typer.Context,
    url: SiteUrl,
    add: Add = None,
    label: Labels = None,
    requests: Requests = 30,
    json: Json = False,
) -> int:
    """Find the feeds of a site, read each of them, and show what they contain. Exit code 1 without a feed.

    Tries what the page declares and links to, where sites usually have feeds, and the sitemaps in robots.txt;
    where there is no feed, the page itself is offered as a list of links.
    """
    settings = settings_of(ctx)
    from worker.config.hosts_file import load_hosts
    from worker.fetch.loop import run_async
    from worker.services.operator.discover import best_offers, find_sources
    from worker.services.operator.subscribe import Wish

    book, now = load_hosts(settings), datetime.now(UTC)
    addresses = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    tried = []
    for address in addresses:
        found = run_async(find_sources(address, policy=settings.turns, book=book, now=now, requests=requests))
        tried.append(found)
        if found.reason is None:
            break
    found = tried[-1] if tried[-1].reason is None else tried[0]
    if json:
        print_json(asdict(found))
    else:
        _show_offers(found)
    if add and found.offers:
        wishes = [
            Wish(offer.url, offer.title, tuple(label or ()), listing=offer.kind == "listing")
            for offer in best_offers(found.offers, all_feeds=add is Which.ALL)
        ]
        done = _subscribe(ctx, wishes)
        # On stderr, so that --json stays JSON.
        print(f"{len(done.added)} subscribed{_known(done)}", file=sys.stderr)
    return 0 if found.offers else 1


def add(
    ctx: typer.Context,
    urls: Urls,
    label: Labels = None,
    listing: Listing = False,
    selector: Selector = None,
    json: Json = False,
) -> int:
    """Subscribe to feeds by their addresses, or to pages that list articles.

    A web page that names its feed is not subscribed to: the command prints the address of the feed.
    """
    from worker.cli.sources import without_pages
    from worker.services.operator.subscribe import Wish

    if selector and not listing:
        raise UserError("--selector is for pages that list articles: add --listing")
    wishes = [Wish(url, labels=tuple(label or ()), listing=listing, selector=selector) for url in urls]
    return _report(_subscribe(ctx, without_pages(wishes, settings_of(ctx))), json)


def import_(ctx: typer.Context, source: Source, json: Json = False) -> int:
    """Subscribe to the feeds of an OPML file or a list of URLs, from a file or an address."""
    from worker.cli.sources import gather

    return _report(_subscribe(ctx, gather(source, settings_of(ctx))), json)


def export(ctx: typer.Context, file: Target = None) -> None:
    """Write the subscriptions as OPML: the first label is the folder, the others are categories."""
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
        raise UserError(f"{file} cannot be written: {error.strerror}") from None
    print(f"{quantity(len(rows), 'feed')} written to {file}")


def check(ctx: typer.Context, url: FeedUrl, pages: Pages = 3, json: Json = False) -> int:
    """Try a feed without storing anything: what would be ingested, and why not. Exit code 1 if not a feed."""
    settings = settings_of(ctx)
    from worker.config.hosts_file import load_hosts
    from worker.config.rule_files import load_rules
    from worker.fetch.loop import run_async
    from worker.services.operator.check import CheckPolicy, check_feed

    policy = CheckPolicy(
        settings.turns,
        load_hosts(settings),
        pages=pages,
        honoured=frozenset(settings.rights_honoured),
        rules=load_rules(settings),
    )
    checked = run_async(check_feed(url, policy=policy, now=datetime.now(UTC)))
    if json:
        print_json(asdict(checked))
    else:
        _show_checked(checked)
    return 1 if checked.reason else 0


def _subscribe(ctx: typer.Context, wishes: Sequence["Wish"]) -> "Subscribed":
    from worker.services.operator.subscribe import subscribe

    with opened(ctx, create=True) as at:
        return subscribe(at.store, wishes, now=datetime.now(UTC))


def _report(done: "Subscribed", as_json: bool) -> int:
    if as_json:
        print_json(asdict(done))
    else:
        print(f"{quantity(len(done.added), 'feed')} subscribed{_known(done)}")
        for bad in done.bad:
            print(f"not subscribed: {clean(bad.why)}", file=sys.stderr)
    return 2 if done.bad and not done.added and not done.known else 0


def _known(done: "Subscribed") -> str:
    return f", {done.known} known before" if done.known else ""


def _show_offers(found: "Discovery") -> None:
    if found.reason:
        print(f"Nothing found: {found.reason}, {clean(found.detail)} ({clean(found.url)})")
        return
    print_table(
        ("kind", "entries", "newest", "found by", "title", "url"),
        (
            (
                offer.kind,
                offer.entries,
                ago(offer.newest) if offer.newest else "no date",
                offer.how,
                offer.title,
                offer.url,
            )
            for offer in found.offers
        ),
        empty="no feed, no news sitemap, and no list of articles on the page; name one with a CSS selector: "
        "`wiredesk feeds add URL --listing --selector CSS`",
    )
    for miss in found.misses:
        print(clean(f"not usable ({miss.reason}, {miss.how}): {miss.url}"))
    if found.untried:
        print(f"{len(found.untried)} further addresses were not tried; --requests allows more")


def _date(entry: "CheckedEntry") -> str:
    if entry.published is None:
        return "no date"
    return f"{entry.published:%Y-%m-%d}" if entry.published_precision == "day" else ago(entry.published)


def _show_checked(checked: "CheckedFeed") -> None:
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
                _date(entry),
                entry.title or entry.url,
                entry.detail,
            )
            for entry in checked.entries
        ),
        empty="the feed has no entries",
    )
