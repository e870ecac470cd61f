"""`wiredesk feeds edit|poll|set|move`: what the operator changes of one feed."""

import math
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from worker.cli.options import FeedName, FeedNames
from worker.cli.session import feed_id, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, clean

LEAST_SECONDS, MOST_SECONDS = 10.0, 366 * 86400.0
"""Bounds of the spans: a shorter interval harms a host, a longer one is a typo."""

LONGEST_RETENTION = 36525 * 86400.0
"""A century: a longer one is a typo."""

# As people write spans: 90s, 15min, 2h, 7d; a number alone is seconds, as in the settings.
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?")
_UNITS = {"s": 1, None: 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


class Override(StrEnum):
    """What can be set for one feed."""

    INTERVAL = "interval"
    MIN_INTERVAL = "min_interval"
    MAX_AGE = "max_age"
    FULL_TEXT = "full_text"
    USER_AGENT = "user_agent"
    RETENTION = "retention"


def _span(text: str) -> float:
    found = _SPAN.fullmatch(text.strip())
    seconds = float(found[1]) * _UNITS[found[2]] if found else math.nan
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise typer.BadParameter(f"{text!r} is not a span from 10 s to a year: write 90s, 15min, 2h or 7d")
    return seconds


def _retention(text: str) -> float:
    found = _SPAN.fullmatch(text.strip())
    seconds = float(found[1]) * _UNITS[found[2]] if found else math.nan
    if not 86400 <= seconds <= LONGEST_RETENTION:
        raise typer.BadParameter(f"{text!r} is not a span from a day to a century: write 30d or 730d")
    return seconds


Interval = Annotated[
    float | None,
    typer.Option(
        parser=_span, metavar="SPAN", help="Poll it at this interval, such as 15min, whatever its rhythm."
    ),
]
MinInterval = Annotated[
    float | None,
    typer.Option(
        parser=_span,
        metavar="SPAN",
        help="Shortest interval, such as 2h, instead of the general one and its ttl.",
    ),
]
MaxAge = Annotated[
    float | None,
    typer.Option(
        parser=_span, metavar="SPAN", help="Refuse entries older than this, such as 7d, when first seen."
    ),
]
FullText = Annotated[
    bool | None,
    typer.Option("--full-text/--no-full-text", help="Fetch its entries' pages, or take its own text only."),
]
UserAgent = Annotated[
    str | None,
    typer.Option(help="Send this user-agent when it is polled; for pages use config/hosts.toml."),
]
Retention = Annotated[
    float | None,
    typer.Option(
        parser=_retention,
        metavar="SPAN",
        help="Purge its articles after this time, such as 30d, whatever the settings say.",
    ),
]
Title = Annotated[
    str | None, typer.Option(help="Its title, whatever its document says; '' returns to the document's.")
]
AddLabels = Annotated[list[str] | None, typer.Option("--label", help="Add this label; may be repeated.")]
RemoveLabels = Annotated[
    list[str] | None, typer.Option("--unlabel", help="Remove this label; may be repeated.")
]
Unset = Annotated[list[Override] | None, typer.Option(help="Remove a setting; may be repeated.")]
NewUrl = Annotated[
    str | None,
    typer.Argument(metavar="[URL]", help="New address; default: the replacement found on its site."),
]


def edit(
    ctx: typer.Context,
    names: FeedNames,
    title: Title = None,
    label: AddLabels = None,
    unlabel: RemoveLabels = None,
    interval: Interval = None,
) -> None:
    """Change the title, the labels or the interval of feeds. Without an option, show them."""
    from worker.services.operator.edit_feeds import BadEdit, FeedEdit, edit_feed
    from worker.store import feeds

    change = FeedEdit(title=title, add=label or (), remove=unlabel or ())
    with opened(ctx) as at:
        for number in [feed_id(at.store, name) for name in names]:
            try:
                with at.store.begin() as db:
                    edited = edit_feed(db, number, change)
                    if interval is not None:
                        feeds.override(db, number, {Override.INTERVAL: interval}, now=datetime.now(UTC))
                    has = feeds.settings(db, number)
            except BadEdit as error:
                raise UserError(str(error)) from None
            words = [f"title {edited.title or 'from its document, at the next poll'}"]
            words += [f"labels {', '.join(edited.labels)}"] if edited.labels else ["no labels"]
            words += [f"interval {_said(has[Override.INTERVAL])}"] if Override.INTERVAL in has else []
            print(clean(f"feed {number}: {'; '.join(words)}"))


def poll(ctx: typer.Context, names: FeedNames) -> None:
    """Poll these feeds now instead of at their time, also those that fail."""
    from worker.services.operator.edit_feeds import BadEdit, poll_now

    with opened(ctx) as at:
        now = datetime.now(UTC)
        for number in [feed_id(at.store, name) for name in names]:
            try:
                with at.store.begin() as db:
                    due_at = poll_now(db, number, now=now)
            except BadEdit as error:
                raise UserError(str(error)) from None
            rests = f" {ago(due_at, now)}: its host rests until then" if due_at > now else " now"
            runs = "" if at.settings.redis_url else ", once `wiredesk run` runs"
            print(f"feed {number} is polled{rests}{runs}")


def set_(
    ctx: typer.Context,
    names: FeedNames,
    interval: Interval = None,
    min_interval: MinInterval = None,
    max_age: MaxAge = None,
    full_text: FullText = None,
    user_agent: UserAgent = None,
    retention: Retention = None,
    unset: Unset = None,
) -> None:
    """Override the settings and the publisher's requests for these feeds, and poll them at once.

    Without an option, show what is set for them.
    """
    from worker.store import feeds

    if user_agent is not None and (not user_agent.strip() or not user_agent.isprintable()):
        raise UserError("--user-agent must be one line of printable characters")
    given = {
        Override.INTERVAL: interval,
        Override.MIN_INTERVAL: min_interval,
        Override.MAX_AGE: max_age,
        Override.FULL_TEXT: full_text,
        Override.USER_AGENT: user_agent,
        Override.RETENTION: retention,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if twice := changes.keys() & set(unset or ()):
        raise UserError(f"{', '.join(sorted(twice))}: either set it or remove it")
    changes |= dict.fromkeys(unset or ())
    with opened(ctx) as at:
        for number in [feed_id(at.store, name) for name in names]:
            with at.store.begin() as db:
                now = datetime.now(UTC)
                has = feeds.override(db, number, changes, now=now) if changes else feeds.settings(db, number)
            words = ", ".join(f"{name} {_said(has[name])}" for name in Override if name in has)
            print(f"feed {number}: {words or 'nothing is set for it'}")


def move(ctx: typer.Context, feed: FeedName, url: NewUrl = None) -> None:
    """Change a feed's address; by default to the replacement found on its site."""
    from worker.services.operator.subscribe import move_feed

    with opened(ctx) as at:
        number = feed_id(at.store, feed)
        try:
            moved_to = move_feed(at.store, number, url, now=datetime.now(UTC))
        except ValueError as error:
            raise UserError(str(error)) from None
        print(f"feed {number} is now {moved_to}; it is polled at once")


def _said(value: Any) -> str:
    from worker.services.poll.next_poll import spoken

    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return spoken(timedelta(seconds=value))
