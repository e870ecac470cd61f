"""`wiredesk feeds`: what is subscribed, and how it goes."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import ago, print_fields, print_json, print_table

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Named = Annotated[list[str], typer.Argument(metavar="FEED...", help="Ids or addresses of feeds.")]
One = Annotated[str, typer.Argument(metavar="FEED", help="Id or address of the feed.")]


def list_(
    ctx: typer.Context,
    failing: Annotated[bool, typer.Option("--failing", help="Only those whose last poll failed.")] = False,
    unwell: Annotated[
        bool, typer.Option("--unwell", help="Only those in a condition, as quiet or shrank.")
    ] = False,
    json: Json = False,
) -> None:
    """The feeds with their health, those in trouble first."""
    from worker.cli.access import opened
    from worker.store import stats

    with opened(ctx) as at, at.store.begin() as db:
        found = [
            feed
            for feed in stats.feed_list(db)
            if (feed["errors"] or not failing) and (feed["conditions"] or not unwell)
        ]
    if json:
        return print_json(found)
    print_table(
        ("id", "state", "polled", "new", "entries", "feed", "trouble"),
        (
            (
                feed["id"],
                feed["state"],
                ago(feed["last_polled_at"]),
                ago(feed["last_new_at"]),
                feed["discovered"],
                feed["title"] or feed["url"],
                _trouble(feed),
            )
            for feed in found
        ),
        empty="no feeds",
    )
    return None


def show(ctx: typer.Context, feed: One, json: Json = False) -> None:
    """One feed: its health, what became of its entries, and the newest of them."""
    from worker.cli.access import feed_id, opened
    from worker.store import stats

    with opened(ctx) as at:
        number = feed_id(at.store, feed)
        with at.store.begin() as db:
            found = stats.feed_show(db, number)
    assert found is not None
    if json:
        return print_json(found)
    entries, conditions, was = found.pop("entries"), found.pop("conditions"), found.pop("was")
    health, hubs = found.pop("health"), found.pop("hubs")
    print_fields((name, _shown(value)) for name, value in {**found, **health}.items())
    print_fields((one["condition"], f"since {one['since'][:16]}: {one['reason']}") for one in conditions)
    print_fields(
        (f"was {one['condition']}", f"{_shown(one['since'])} to {_shown(one['until'])}: {one['reason']}")
        for one in was
    )
    print_fields((f"hub {one['hub']}", f"{one['state']} {one['reason'] or ''}") for one in hubs)
    print()
    print_table(
        ("state", "reason", "discovered", "title"),
        (
            (entry["state"], entry["reason"], ago(entry["discovered_at"]), entry["title"] or entry["url"])
            for entry in entries
        ),
        empty="no entries yet",
    )
    return None


def pause(ctx: typer.Context, names: Named) -> None:
    """Poll these feeds no more until they are resumed."""
    _turn(ctx, names, "pause")


def resume(ctx: typer.Context, names: Named) -> None:
    """Poll these feeds again, those that were retired among them."""
    _turn(ctx, names, "resume")


def remove(ctx: typer.Context, names: Named) -> None:
    """Unsubscribe; the articles that came from these feeds stay."""
    from worker.cli.access import feed_id, opened
    from worker.store import feeds

    with opened(ctx) as at:
        for number in [feed_id(at.store, name) for name in names]:
            with at.store.begin() as db:
                feeds.remove(db, number, now=datetime.now(UTC))
            print(f"feed {number} removed")


def gaps(
    ctx: typer.Context,
    feed: Annotated[str | None, typer.Option(help="Only of this feed.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 50,
    json: Json = False,
) -> None:
    """What feeds scrolled past between two polls, newest first, and what was found of it afterwards."""
    from worker.cli.access import feed_id, opened
    from worker.store import gaps as store_gaps

    with opened(ctx) as at:
        number = None if feed is None else feed_id(at.store, feed)
        with at.store.begin() as db:
            found = store_gaps.recent(db, feed_id=number, limit=limit)
    if json:
        return print_json(found)
    print_table(
        ("noticed", "since", "found", "why", "feed", "between", "and"),
        (
            (
                ago(gap["noticed_at"]),
                ago(gap["since"]),
                f"{gap['fill']}: {gap['found']}" if gap["found"] else gap["fill"],
                gap["reason"],
                gap["url"],
                gap["before"],
                gap["after"],
            )
            for gap in found
        ),
        empty="no gaps",
    )
    return None


def _turn(ctx: typer.Context, names: list[str], event: str) -> None:
    from worker.cli.access import feed_id, opened
    from worker.model import FeedEvent, ForbiddenMove
    from worker.store import feeds

    with opened(ctx) as at:
        for number in [feed_id(at.store, name) for name in names]:
            try:
                with at.store.begin() as db:
                    state = feeds.turn(db, number, FeedEvent(event), now=datetime.now(UTC))
            except ForbiddenMove:
                raise Mistake(f"feed {number} cannot be {event}d in the state it is in") from None
            print(f"feed {number} is {state}")


def _trouble(feed: dict[str, Any]) -> str | None:
    """Its conditions with their reasons, else why its last poll failed, else what its document is like."""
    told = [f"{one['condition']}: {one['reason']}" for one in feed["conditions"]]
    return "; ".join(told) or feed["reason"] or feed["warning"]


def _shown(value: Any) -> str | None:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S %Z} ({ago(value)})"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return None if value is None else str(value)
