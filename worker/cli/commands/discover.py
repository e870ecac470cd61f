"""`wiredesk feeds discover`: the sources of a site."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.output import ago, clean, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.services.operator.discover import Found, Offer


class Which(StrEnum):
    """What of the offers is subscribed to."""

    BEST = "best"
    ALL = "all"


Add = Annotated[Which | None, typer.Option(help="Subscribe to the best offer, or to all feeds.")]
Labels = Annotated[list[str] | None, typer.Option("--label", help="Your own label; may be repeated.")]
Requests = Annotated[int, typer.Option(help="Ask for at most so many addresses.", min=1, max=500)]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def discover(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of the site, or of any page of it.")],
    add: Add = None,
    label: Labels = None,
    requests: Requests = 30,
    json: Json = False,
) -> int:
    """Find the feeds of a site, read each of them, and show what they bring. Exit code 1 if there is none.

    By what the page declares and links to, where sites have feeds as a rule, and the sitemaps that robots.txt
    names; where there is no feed, the page itself is offered as a list of links.
    """
    settings = session(ctx).load().settings
    from worker.config.hosts_file import load_hosts
    from worker.fetch.loop import run_async
    from worker.services.operator.discover import best, find

    book, now = load_hosts(settings), datetime.now(UTC)
    addresses = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    tried = []
    for address in addresses:
        found = run_async(find(address, policy=settings.turns, book=book, now=now, requests=requests))
        tried.append(found)
        if found.reason is None:
            break
    found = tried[-1] if tried[-1].reason is None else tried[0]
    if json:
        print_json(asdict(found))
    else:
        _show(found)
    if add and found.offers:
        _add(ctx, best(found.offers, all_feeds=add is Which.ALL), label or [])
    return 0 if found.offers else 1


def _show(found: "Found") -> None:
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
        empty="no feed, no news sitemap, and no list of articles on the page; a CSS selector may name one:"
        " `wiredesk feeds add URL --listing --selector CSS`",
    )
    for miss in found.misses:
        print(clean(f"not usable ({miss.reason}, {miss.how}): {miss.url}"))
    if found.untried:
        print(f"{len(found.untried)} further addresses were not tried; --requests allows more")


def _add(ctx: typer.Context, offers: "Sequence[Offer]", labels: list[str]) -> None:
    from worker.cli.access import opened
    from worker.services.operator.subscribe import Wish, subscribe

    wishes = [
        Wish(offer.url, offer.title, tuple(labels), listing=offer.kind == "listing") for offer in offers
    ]
    with opened(ctx, create=True) as at:
        done = subscribe(at.store, wishes, now=datetime.now(UTC))
    known = f", {done.known} known before" if done.known else ""
    # On stderr, so that --json stays JSON.
    print(f"{len(done.added)} subscribed{known}", file=sys.stderr)
