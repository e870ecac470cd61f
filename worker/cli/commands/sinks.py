"""`wiredesk sinks list|add|show|test|pause|resume|replay|rotate|remove`: receivers of the change log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

import typer

from worker.cli.options import Json, OnlyWhere, RowLimit
from worker.cli.secret_sources import read_secret, refuse_on_command_line
from worker.cli.session import opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import ago, print_fields, print_json, print_table, span
from worker.deliver.hiding import has_password, masked
from worker.model import SinkContent
from worker.rows.sinks import SinkOptions

T = TypeVar("T")

ROTATION_HOURS = 24
"""For which the old secret signs, too: receivers change theirs within a day. A guess."""

OPTIONS = {field: f"--{field.replace('_', '-')}" for field in SinkOptions.__slots__}
"""Fields in messages, as options of `sinks add`."""

SinkName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the sink.")]
Address = Annotated[
    str | None,
    typer.Argument(
        metavar="URL", help="https:// a webhook, redis:// a stream, amqp:// or others an exchange."
    ),
]
AddressFrom = Annotated[
    str | None,
    typer.Option(
        "--url-from",
        metavar="SOURCE",
        help="Take the address from a file, - (standard input) or env:NAME: for one with a secret in it.",
    ),
]
Content = Annotated[SinkContent, typer.Option(help="What messages say about the article itself.")]
Batch = Annotated[int, typer.Option(help="Webhook: lines in one message.")]
Preset = Annotated[str, typer.Option(help="Webhook: body format, slack or ntfy.")]
Private = Annotated[
    bool, typer.Option("--allow-private", help="Webhook: permit addresses that are not public.")
]
SecretFrom = Annotated[
    str | None,
    typer.Option(
        metavar="SOURCE",
        help="Webhook: take the secret, whsec_…, from a file, - (standard input) or env:NAME; "
        "a new one is made otherwise.",
    ),
]
Secret = Annotated[str | None, typer.Option(hidden=True)]
Key = Annotated[str, typer.Option(help="Redis: key of the stream.")]
Length = Annotated[int, typer.Option(help="Redis: entries that are kept; 0: all.", min=0)]
Exchange = Annotated[str, typer.Option(help="Broker: name of the topic exchange.")]
Queue = Annotated[str, typer.Option(help="Broker: durable queue to declare for all messages.")]
Begin = Annotated[
    int | None,
    typer.Option("--from", metavar="ID", help="First line to send; the next one otherwise.", min=0),
]
Again = Annotated[int | None, typer.Option("--from", metavar="ID", help="Line of the change log.", min=1)]
Dead = Annotated[bool, typer.Option("--dead", help="Send the dead letters again.")]
SkipReset = Annotated[
    bool,
    typer.Option("--skip-reset", help="Go on after a reset that the receiver refuses; it never gets it."),
]
Hours = Annotated[int, typer.Option(help="Hours for which the old secret signs, too.", min=0)]


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the sinks: how far each is behind the change log, and what is wrong."""
    from worker.store import sinks

    with opened(ctx) as at, at.store.begin() as db:
        found = [_shown(sink) for sink in sinks.listing(db)]
    if json:
        return print_json(found)
    print_table(
        ("name", "kind", "state", "behind", "since", "dead", "delivered", "address", "trouble"),
        (
            (
                sink["name"],
                sink["kind"],
                sink["mode"],
                sink["lag_lines"],
                ago(sink["lag_since"]) if sink["lag_since"] else "",
                sink["dead_letters"],
                ago(sink["delivered_at"]),
                sink["url"],
                _trouble(sink),
            )
            for sink in found
        ),
        empty="no sinks",
    )
    return None


def add(
    ctx: typer.Context,
    name: SinkName,
    url: Address = None,
    url_from: AddressFrom = None,
    where: OnlyWhere = "",
    content: Content = SinkContent.NONE,
    batch: Batch = 1,
    preset: Preset = "",
    allow_private: Private = False,
    secret_from: SecretFrom = None,
    secret: Secret = None,
    key: Key = "",
    length: Length = 0,
    exchange: Exchange = "",
    queue: Queue = "",
    begin: Begin = None,
) -> None:
    """Add a sink, and print the secret of its signatures, which is not shown again."""
    if secret is not None:
        raise refuse_on_command_line("--secret", option="--secret-from")
    secret = None if secret_from is None else read_secret(secret_from, option="--secret-from")
    url = _address(url, url_from)
    from worker.services.sinks import operator
    from worker.services.sinks.new import BadSink

    options = SinkOptions(
        content=content,
        batch=batch,
        preset=preset,
        allow_private=allow_private,
        key=key,
        length=length,
        exchange=exchange,
        queue=queue,
    )
    given: dict[str, Any] = {"where": where, "secret": secret, "begin": begin}
    try:
        with opened(ctx) as at, at.store.begin() as db:
            made = operator.add_sink(db, name, url, options, **given, now=datetime.now(UTC))
    except BadSink as error:
        raise UserError(error.shown(OPTIONS)) from None
    print(
        f"{name} is added: {made.kind}, after line {made.cursor}; `wiredesk sinks test {name}` sends a ping"
    )
    if made.secret and secret is None:
        print(f"secret: {made.secret}")


def _address(url: str | None, url_from: str | None) -> str:
    """Return the one address that was given. Raises `UserError`."""
    if (url is None) is (url_from is None):
        raise UserError("name the address once: URL, or --url-from SOURCE")
    if url_from is not None:
        return read_secret(url_from, option="--url-from")
    assert url is not None
    if has_password(url):
        raise refuse_on_command_line("the address has a password", option="--url-from")
    return url


def show(ctx: typer.Context, name: SinkName, limit: RowLimit = 20, json: Json = False) -> None:
    """Show one sink with its newest tries and its dead letters."""
    from worker.store import sinks

    with opened(ctx) as at, at.store.begin() as db:
        found = sinks.show(db, name)
        if found is None:
            raise _unknown(name)
        tries = sinks.tries(db, found["id"], limit=limit)
        dead = sinks.letters(db, found["id"], limit=limit)
    shown = _shown(found)
    if json:
        return print_json({**shown, "tries": tries, "letters": dead})
    print_fields((key, _text(value)) for key, value in shown.items() if key != "options")
    print_fields(shown["options"].items())
    print()
    print_table(
        ("at", "outcome", "status", "took", "lines", "try", "answer"),
        (
            (
                ago(one["at"]),
                one["outcome"],
                one["status"],
                f"{one['seconds']:.2f} s",
                _lines(one),
                one["attempt"],
                one["said"],
            )
            for one in tries
        ),
        empty="no tries are kept",
    )
    if dead:
        print()
        print_table(
            ("dead letter", "article", "tries", "since", "why"),
            (
                (
                    one["line_id"],
                    one["article_id"],
                    one["attempts"],
                    ago(one["failed_at"]),
                    one["detail"] or one["reason"],
                )
                for one in dead
            ),
            empty="",
        )
        print(f"`wiredesk sinks replay {name} --dead` sends them again")
    return None


def test(ctx: typer.Context, name: SinkName) -> int:
    """Send a ping, and print the answer; the exit code is 1 if it did not arrive."""
    from worker.deliver.answer import Verdict
    from worker.services.sinks import operator
    from worker.services.sinks.new import BadSink

    try:
        with opened(ctx) as at:
            agent, now = at.settings.user_agent, datetime.now(UTC)
            answer = operator.ping_sink(at.store, name, agent=agent, now=now)
    except BadSink as error:
        raise UserError(error.shown(OPTIONS)) from None
    status = f", status {answer.status}" if answer.status else ""
    print(f"{answer.verdict}{status}, {answer.seconds:.2f} s")
    print_fields([("why", answer.detail), ("answer", answer.said)])
    return 0 if answer.verdict is Verdict.DELIVERED else 1


def pause(ctx: typer.Context, name: SinkName) -> None:
    """Stop delivering until the sink is resumed; its cursor stays."""
    from worker.services.sinks import operator

    _change(ctx, name, operator.pause_sink)
    print(f"{name} is paused; `wiredesk sinks resume {name}` goes on from where it stopped")


def resume(ctx: typer.Context, name: SinkName, skip_reset: SkipReset = False) -> None:
    """Deliver again, also after 410 or three days without success, and at once what waits for a retry."""
    from worker.services.sinks import operator

    if skip_reset:
        skipped = _change(ctx, name, operator.skip_reset)
        print(f"{name} is active and goes on after the reset in line {skipped}, which it never gets")
        return
    _change(ctx, name, operator.resume_sink)
    print(f"{name} is active")


def replay(ctx: typer.Context, name: SinkName, begin: Again = None, dead: Dead = False) -> None:
    """Send lines again: all from a line on, or the dead letters."""
    from worker.services.sinks import operator

    if (begin is None) is not dead:
        raise UserError("say what to send again: --from ID, or --dead")
    if begin is None:
        count = _change(ctx, name, operator.replay_letters)
        print(f"{count} dead letters of {name} are sent again")
        return
    _change(ctx, name, partial(operator.replay_lines, begin=begin))
    print(f"{name} gets all lines from {begin} on again")


def rotate(ctx: typer.Context, name: SinkName, hours: Hours = ROTATION_HOURS) -> None:
    """Make a new secret and print it; the old one signs, too, for a while."""
    from worker.deliver.signatures import new_secret
    from worker.store import sinks

    secret, until = new_secret(), datetime.now(UTC) + timedelta(hours=hours)
    with opened(ctx) as at, at.store.begin() as db:
        found = sinks.get(db, name)
        if found is None:
            raise _unknown(name)
        if not sinks.rotate(db, name, secret=secret, until=until):
            raise UserError(f"{name} has no secret: only webhooks without a preset are signed")
    print(f"secret: {secret}")
    print(f"the old one is valid until {until:%Y-%m-%d %H:%M} UTC")


def remove(ctx: typer.Context, name: SinkName) -> None:
    """Remove a sink with its cursor, tries and dead letters."""
    from worker.services.sinks import operator

    _change(ctx, name, operator.remove_sink)
    print(f"{name} is removed")


def _change(ctx: typer.Context, name: str, change: Callable[..., T]) -> T:
    """Make a change in a transaction. Raises `UserError` with what is wrong."""
    from worker.services.sinks.new import BadSink

    try:
        with opened(ctx) as at, at.store.begin() as db:
            return change(db, name, now=datetime.now(UTC))
    except BadSink as error:
        raise UserError(error.shown(OPTIONS)) from None


def _unknown(name: str) -> UserError:
    return UserError(f"there is no sink {name}; `wiredesk sinks list` shows the sinks")


def _shown(sink: dict[str, Any]) -> dict[str, Any]:
    """Return a sink as it may be shown: of the address only the host."""
    return {**sink, "url": masked(sink["url"]) if sink["url"] else ""}


def _trouble(sink: dict[str, Any]) -> str:
    if not sink["reason"]:
        return ""
    since = (
        f" for {span((datetime.now(UTC) - sink['failing_since']).total_seconds())}"
        if sink["failing_since"]
        else ""
    )
    return f"{sink['detail'] or sink['reason']}{since}"


def _lines(one: dict[str, Any]) -> str:
    if one["first_id"] is None:
        return "ping"
    return str(one["first_id"]) if one["lines"] == 1 else f"{one['first_id']}–{one['last_id']}"


def _text(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
