"""The command `wiredesk`: its groups, and how an error becomes a line and an exit code."""

import sys
from collections.abc import Callable
from inspect import getdoc
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from worker import __version__
from worker.cli.commands import (
    amend,
    articles,
    audit,
    backfill,
    backup,
    config,
    counts,
    db,
    doctor,
    export,
    extract,
    feeds,
    filters,
    imports,
    init,
    keys,
    mcp,
    processes,
    publishers,
    purge,
    queues,
    retention,
    retry,
    rules,
    run,
    searches,
    sinks,
    status,
    subscribe,
    urls,
    users,
    workers,
)
from worker.cli.session import Session
from worker.cli.terminal.errors import error_line

Command = Callable[..., int | None]
DataDir = Annotated[
    Path | None, typer.Option(help="Directory of the embedded servers, logs and caches (WIREDESK_DATA_DIR).")
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Any setting, before file and environment; may be repeated."
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"wiredesk {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
]


def root(
    ctx: typer.Context, data_dir: DataDir = None, assign: Assignments = None, version: Version = False
) -> None:
    """Feeds in; clean, dated, attributed, deduplicated articles out.

    Settings come from wiredesk.toml (or the file that WIREDESK_CONFIG names), the environment and --set.
    """
    ctx.obj = Session.of(data_dir, assign or ())


def build() -> typer.Typer:
    """Return the command with all its groups."""
    app = _typer("wiredesk", getdoc(root))
    app.callback()(root)
    _add(
        app,
        init.init,
        run.run,
        run.demo,
        processes.worker,
        processes.beat,
        processes.web,
        processes.flower,
        mcp.mcp,
    )
    app.add_typer(_group("feeds"))
    app.add_typer(_group("articles"))
    _add(app, counts.counts, export.export)
    app.add_typer(_group("import"))
    app.add_typer(_group("searches"))
    app.add_typer(_group("publishers"))
    app.add_typer(_group("rules"))
    app.add_typer(_group("sinks"))
    app.add_typer(_group("filters"))
    _add(app, extract.extract, status.status, doctor.doctor, config.config, urls.urls)
    app.add_typer(_group("queues"))
    app.add_typer(_group("workers"))
    app.add_typer(_group("db"))
    _add(app, backup.backup, backup.restore)
    app.add_typer(_group("keys"))
    app.add_typer(_group("users"))
    app.add_typer(_group("audit"))
    _add(app, retry.retry, retry.reextract, purge.purge, retention.retention)
    return app


GROUPS: dict[str, tuple[str, dict[str, Command]]] = {
    "feeds": (
        "Subscriptions and their health.",
        {
            "discover": subscribe.discover,
            "add": subscribe.add,
            "list": feeds.list_,
            "show": feeds.show,
            "edit": amend.edit,
            "set": amend.set_,
            "poll": amend.poll,
            "move": amend.move,
            "pause": feeds.pause,
            "resume": feeds.resume,
            "remove": feeds.remove,
            "import": subscribe.import_,
            "export": subscribe.export,
            "check": subscribe.check,
            "gaps": feeds.gaps,
            "websub": feeds.websub,
            "backfill": backfill.backfill,
        },
    ),
    "articles": (
        "The stored articles.",
        {
            "list": articles.list_,
            "show": articles.show,
            "search": articles.search,
            "diff": articles.diff,
        },
    ),
    "import": (
        "Pages and articles from files.",
        {"warc": imports.warc, "jsonl": imports.jsonl},
    ),
    "publishers": (
        "The outlets, with their names, countries and labels.",
        {"list": publishers.list_, "set": publishers.set_},
    ),
    "searches": (
        "Filters that are saved under a name.",
        {"add": searches.add, "list": searches.list_, "show": searches.show, "remove": searches.remove},
    ),
    "rules": (
        "Rules for single sites, where the heuristics fail.",
        {"list": rules.list_, "check": rules.check, "test": rules.try_},
    ),
    "sinks": (
        "Receivers of the change log: streams, exchanges, webhooks.",
        {
            "list": sinks.list_,
            "add": sinks.add,
            "show": sinks.show,
            "test": sinks.test,
            "pause": sinks.pause,
            "resume": sinks.resume,
            "replay": sinks.replay,
            "rotate": sinks.rotate,
            "remove": sinks.remove,
        },
    ),
    "queues": (
        "The queues of the stages.",
        {"list": queues.list_, "pause": queues.pause, "resume": queues.resume, "purge": queues.purge},
    ),
    "workers": (
        "The running workers.",
        {"list": workers.list_, "restart": workers.restart},
    ),
    "keys": (
        "Keys of the API and the pages.",
        {"add": keys.add, "list": keys.list_, "revoke": keys.revoke},
    ),
    "users": (
        "Accounts of people, who sign in to the pages.",
        {
            "add": users.add,
            "list": users.list_,
            "role": users.role,
            "reset": users.reset,
            "disable": users.disable,
            "enable": users.enable,
            "remove": users.remove,
        },
    ),
    "audit": (
        "The log of changes by pages, API and commands.",
        {"list": audit.list_},
    ),
    "db": (
        "The schema of the database, and its readers.",
        {"upgrade": db.upgrade, "current": db.current, "recount": db.recount, "reader": db.reader},
    ),
    "filters": (
        "Filters that keep entries out.",
        {"list": filters.list_, "try": filters.try_},
    ),
}


def _group(name: str) -> typer.Typer:
    help, commands = GROUPS[name]
    group = _typer(name, help)
    for command_name, command in commands.items():
        group.command(command_name)(command)
    return group


def _typer(name: str, help: str | None) -> typer.Typer:
    return typer.Typer(name=name, help=help, rich_markup_mode=None, pretty_exceptions_enable=False)


def _add(app: typer.Typer, *commands: Command) -> None:
    for command in commands:
        app.command()(command)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 if something is wrong, 2 for a mistake of the user."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _print_anything()
    try:
        result = build()(args=arguments or ["--help"], prog_name="wiredesk", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _fail(_usage(error))
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # The reader of our output stopped reading, as `head` does.
        sys.stdout = sys.stderr
        return 1
    except Exception as error:
        line = error_line(error)
        if line is None:
            raise
        return _fail(line, getattr(error, "exit_code", 2))
    return result if isinstance(result, int) else 0


def _print_anything() -> None:
    """Print characters that the terminal's encoding lacks as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see `{context.command_path} --help`)" if context is not None else ""
    return f"{error.format_message()}{hint}"


def _fail(line: str, code: int = 2) -> int:
    from worker.cli.terminal.output import clean

    print(f"wiredesk: {clean(line)}", file=sys.stderr)
    return code
