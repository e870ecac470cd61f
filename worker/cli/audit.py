"""What the audit log says of a command."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import typer

from worker.cli.actor import command_line
from worker.deliver.hiding import masked

if TYPE_CHECKING:
    from worker.store.audited import CommandRecord

CHANGES = {
    "retry": ("entry.retried", "entry", "id"),
    "reextract": ("article.reextracted", "article", "id"),
    "purge": ("article.purged", "article", "key"),
    "retention": ("retention.applied", "retention", ""),
    "feeds discover": ("feed.added", "feed", "url"),
    "feeds add": ("feed.added", "feed", "urls"),
    "feeds edit": ("feed.edited", "feed", "names"),
    "feeds poll": ("feed.polled", "feed", "names"),
    "feeds set": ("feed.set", "feed", "names"),
    "feeds move": ("feed.moved", "feed", "feed"),
    "feeds pause": ("feed.paused", "feed", "names"),
    "feeds resume": ("feed.resumed", "feed", "names"),
    "feeds remove": ("feed.removed", "feed", "names"),
    "feeds import": ("feed.imported", "feed", "source"),
    "feeds websub": ("feed.websub_retried", "feed", "feed"),
    "feeds backfill": ("feed.backfilled", "feed", "feed"),
    "import warc": ("page.imported", "page", "files"),
    "import jsonl": ("article.imported", "article", "files"),
    "searches add": ("search.saved", "search", "name"),
    "searches remove": ("search.removed", "search", "name"),
    "publishers set": ("publisher.set", "publisher", "site"),
    "sinks add": ("sink.added", "sink", "name"),
    "sinks pause": ("sink.paused", "sink", "name"),
    "sinks resume": ("sink.resumed", "sink", "name"),
    "sinks replay": ("sink.replayed", "sink", "name"),
    "sinks rotate": ("sink.rotated", "sink", "name"),
    "sinks remove": ("sink.removed", "sink", "name"),
    "db recount": ("count.repaired", "count", ""),
    "db reader": ("reader.added", "reader", "name"),
    "keys add": ("key.added", "key", "name"),
    "keys revoke": ("key.revoked", "key", "name"),
    "users add": ("account.invited", "account", "name"),
    "users role": ("account.role_set", "account", "name"),
    "users reset": ("account.reset", "account", "name"),
    "users disable": ("account.disabled", "account", "name"),
    "users enable": ("account.enabled", "account", "name"),
    "users remove": ("account.removed", "account", "name"),
}
"""The commands that change something: action, kind of subject, and the parameter that names the subject."""

SECRET_PARAMETERS = ("secret", "password", "secret_from", "password_from", "url_from", "token")
"""Parameters that the log leaves out."""

HOW = ("json", "yes")
"""Parameters that say how a command speaks, and not what it changes."""

LONGEST_SUBJECT = 200
"""Characters of a subject: a command may name hundreds of feeds. The detail has all of them."""


def change_of(ctx: typer.Context) -> "CommandRecord | None":
    """Return what is recorded if this command changes something; None if it only reads."""
    from worker.store.audited import CommandRecord

    path = " ".join(ctx.command_path.split()[1:])
    if path not in CHANGES:
        return None
    action, kind, named = CHANGES[path]
    given = {name: _plain(value) for name, value in ctx.params.items() if _is_given(ctx, name, value)}
    if kind == "sink" and "url" in given:
        given["url"] = masked(given["url"])  # the path of a webhook may be its secret
    subjects = given.get(named, "")
    listed = ", ".join(map(str, subjects)) if isinstance(subjects, list) else str(subjects)
    subject = f"{kind}:{listed}"[:LONGEST_SUBJECT] if listed else kind
    detail = {name: value for name, value in given.items() if name != named or len(listed) > LONGEST_SUBJECT}
    return CommandRecord(command_line(), action, subject, detail)


def _is_given(ctx: typer.Context, name: str, value: Any) -> bool:
    default = next((one.default for one in ctx.command.params if one.name == name), None)
    is_hidden = name in (*SECRET_PARAMETERS, *HOW)
    return not is_hidden and value not in (None, "", False, [], ()) and value != default


def _plain(value: Any) -> Any:
    """Return a parameter as the log holds it: a text, without logins in addresses."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool | int | float):
        return value
    return _without_login(str(value))


def _without_login(text: str) -> str:
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return "***"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
