"""`wiredesk feeds list|show|pause|resume|remove|gaps|websub`: subscriptions and their health."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from worker.cli.options import FeedName, FeedNames, Json, OfFeed, RowLimit
from worker.cli.session import feed_id, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, print_fields, print_json, print_table, quantity
from worker.model import HostLane

Failing = Annotated[bool, typer.Option("--failing", help="Only feeds whose last poll failed.")]
Unwell = Annotated[bool, typer.Option("--unwell", help="Only feeds with a condition, as quiet or shrank.")]
Search = Annotated[
    str, typer.Option(metavar="WORDS", help="Only with these words, or beginnings, in title or address.")
]
InState = Annotated[str, typer.Option(metavar="STATE", help="Only active, paused or retired feeds.")]
InCondition = Annotated[
    str, typer.Option(metavar="CONDITION", help="Only feeds in this condition, such as quiet; any: in some.")
]
WithLabel = Annotated[str, typer.Option("--label", help="Only feeds with this label.")]
OfPublisher = Annotated[str, typer.Option(metavar="SITE", help="Only feeds of this publisher, by its site.")]
Most = Annotated[int | None, typer.Option("--limit", help="Show at most this many; default: all.", min=1)]
Again = Annotated[
    bool, typer.Option("--again", help="Send requests to the hubs now, also to hubs that denied.")
]

SHOWN_APART = (
    *("host_lane", "due_at", "due_because", "entries", "conditions", "was", "health", "hubs"),
    "successor",
)
"""Keys of `stats.feed_show` that `show` prints in its own way; every other key is one line."""


def list_(
    ctx: typer.Context,
    failing: Failing = False,
    unwell: Unwell = False,
    search: Search = "",
    state: InState = "",
    condition: InCondition = "",
    label: WithLabel = "",
    publisher: OfPublisher = "",
    limit: Most = None,
    json: Json = False,
) -> None:
    """List the feeds with their health, those in trouble first."""
    from worker.store import feed_pages

    try:
        any_ = feed_pages.ANY_CONDITION if unwell else ""
        which = feed_pages.FeedFilter(search, state, condition or any_, label, publisher, failing)
    except feed_pages.BadFeedFilter as error:
        raise UserError(str(error)) from None
    with opened(ctx) as at, at.store.begin() as db:
        if limit is None:
            found = feed_pages.everything(db, which)
        else:
            found = feed_pages.page(db, which, limit=limit).feeds
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


def show(ctx: typer.Context, feed: FeedName, json: Json = False) -> None:
    """Show one feed: its health, the outcomes of its entries, and its newest entries."""
    from worker.store import stats

    with opened(ctx) as at:
        number = feed_id(at.store, feed)
        with at.store.begin() as db:
            found = stats.feed_show(db, number)
    assert found is not None
    if json:
        return print_json(found)
    fields = {name: value for name, value in found.items() if name not in SHOWN_APART} | found["health"]
    print_fields((name, _text(value)) for name, value in fields.items())
    print_fields([("host lane", f"{found['host_lane']}: {HostLane.of(found['host_lane']).words}")])
    print_fields([("next poll", _next_poll(found))])
    if found["successor"]:
        take = f"`wiredesk feeds move {number}` takes it"
        print_fields([("its site names", f"{found['successor']}: {take}")])
    print_fields(
        (each["condition"], f"since {each['since'][:16]}: {each['reason']}") for each in found["conditions"]
    )
    print_fields(
        (f"was {each['condition']}", f"{_text(each['since'])} to {_text(each['until'])}: {each['reason']}")
        for each in found["was"]
    )
    print_fields((f"hub {each['hub']}", f"{each['state']} {each['reason'] or ''}") for each in found["hubs"])
    print()
    print_table(
        ("state", "reason", "discovered", "title"),
        (
            (entry["state"], entry["reason"], ago(entry["discovered_at"]), entry["title"] or entry["url"])
            for entry in found["entries"]
        ),
        empty="no entries yet",
    )
    return None


def pause(ctx: typer.Context, names: FeedNames) -> None:
    """Stop polling these feeds until they are resumed."""
    _change_state(ctx, names, "pause")


def resume(ctx: typer.Context, names: FeedNames) -> None:
    """Poll these feeds again, also those that were retired."""
    _change_state(ctx, names, "resume")


def remove(ctx: typer.Context, names: FeedNames) -> None:
    """Unsubscribe; articles that came from these feeds are kept."""
    from worker.store import feeds

    with opened(ctx) as at:
        for number in [feed_id(at.store, name) for name in names]:
            with at.store.begin() as db:
                feeds.remove(db, number, now=datetime.now(UTC))
            print(f"feed {number} removed")


def gaps(ctx: typer.Context, feed: OfFeed = None, limit: RowLimit = 50, json: Json = False) -> None:
    """List what feeds scrolled past between two polls, newest first, and how much was found afterwards."""
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


def websub(ctx: typer.Context, feed: OfFeed = None, again: Again = False, json: Json = False) -> None:
    """List the subscriptions at WebSub hubs: state, end of the lease, last push, new entries, trouble."""
    from worker.store import hubs

    with opened(ctx) as at:
        if at.settings.websub_callback_url is None and again:
            raise UserError("WebSub is off: set websub_callback_url to the public address of the web server")
        number = None if feed is None else feed_id(at.store, feed)
        with at.store.begin() as db:
            asked = hubs.ask_again(db, feed_id=number, now=datetime.now(UTC)) if again else 0
            found = hubs.listing(db, feed_id=number)
    if json:
        return print_json(found)
    print_table(
        ("feed", "hub", "state", "lease ends", "last push", "new", "ignored", "missed", "trouble"),
        (
            (
                row["feed"] or "removed",
                row["hub"],
                row["state"],
                ago(row["lease_until"]) if row["lease_until"] else None,
                ago(row["last_push_at"]),
                row["brought"],
                row["ignored"],
                row["missed"],
                ": ".join(filter(None, (row["reason"], row["detail"]))) or None,
            )
            for row in found
        ),
        empty="no feed names a hub",
    )
    if again:
        print(f"{quantity(asked, 'subscription')} will be requested again now")
    return None


def _change_state(ctx: typer.Context, names: list[str], event: str) -> None:
    from worker.model import FeedEvent, ForbiddenMove
    from worker.store import feeds

    with opened(ctx) as at:
        for number in [feed_id(at.store, name) for name in names]:
            try:
                with at.store.begin() as db:
                    state = feeds.turn(db, number, FeedEvent(event), now=datetime.now(UTC))
            except feeds.NothingToPoll as error:
                raise UserError(f"{error} is an import: there is nothing to poll") from None
            except ForbiddenMove:
                raise UserError(f"feed {number} cannot be {event}d in its current state") from None
            print(f"feed {number} is {state}")


def _trouble(feed: Mapping[str, Any]) -> str | None:
    """Return its conditions with their reasons, else why its last poll failed, else the parser's warning."""
    conditions = [f"{each['condition']}: {each['reason']}" for each in feed["conditions"]]
    return "; ".join(conditions) or feed["reason"] or feed["warning"]


def _next_poll(feed: Mapping[str, Any]) -> str:
    because = f": {feed['due_because']}" if feed["due_because"] else ""
    return f"{_text(feed['due_at']) or 'never'}{because}"


def _text(value: Any) -> str | None:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S %Z} ({ago(value)})"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return None if value is None else str(value)
