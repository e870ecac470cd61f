"""The command `wiredesk`: its groups, and how an error becomes a line and an exit code."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from inspect import getdoc
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from worker import __version__
from worker.cli.session import Session
from worker.cli.terminal.errors import error_line

Command = Callable[..., int | None]

MOST_COLUMNS = 120
"""Width of the help on wide terminals: longer lines are hard to read. A guess."""
VALUED = ("--data-dir", "--set")
"""The options before the command that are followed by a value."""
COMPLETING = "_WIREDESK_COMPLETE"
"""The variable that a shell sets when it completes a command line."""

DataDir = Annotated[
    Path | None, typer.Option(help="Directory of the embedded servers, logs and caches (WIREDESK_DATA_DIR).")
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Any setting, before file and environment; may be repeated."
    ),
]


class WholeLines(TyperGroup):
    """A group whose list of commands wraps long lines instead of cutting them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of the commands, as `TyperGroup` does."""
        listed = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(sys.maxsize)) for name, command in listed])


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


def build(words: Sequence[str] | None = None) -> typer.Typer:
    """Return the command with all its groups.

    With `words`, the first words of a command line, only the command that they name has its function and its
    options: importing all modules takes longer than most commands.
    """
    app = _typer("wiredesk", getdoc(root))
    app.callback()(root)
    for name, (target, line) in COMMANDS.items():
        is_wanted = words is None or name in words[:1]
        app.command(name, short_help=line)(_function(target) if is_wanted else _not_loaded)
    for name in GROUPS:
        app.add_typer(_group(name, words))
    return app


def _not_loaded() -> int:
    raise AssertionError("another command was named")


def _function(target: str) -> Command:
    module, _, name = target.partition(".")
    function: Command = getattr(import_module(f"worker.cli.commands.{module}"), name)
    return function


COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init.init", "Write a commented configuration and a systemd unit for this installation."),
    "run": (
        "run.run",
        "Ingest: start the servers, workers and web pages on this machine, and show the work.",
    ),
    "demo": (
        "run.demo",
        "Try everything without the internet, against a small built-in web of feeds and pages.",
    ),
    "worker": ("processes.worker", "Work on the queues until stopped; work in progress is finished."),
    "beat": ("processes.beat", "Send the ticks that look for due work, until stopped."),
    "web": ("processes.web", "Serve the HTTP API and the status page, until stopped."),
    "flower": (
        "processes.flower",
        "Serve Flower, the monitor of Celery, until stopped; behind the login of the pages, for admins.",
    ),
    "mcp": (
        "mcp.mcp",
        "Serve tools for assistants (Model Context Protocol), over stdin and stdout, or HTTP with --http.",
    ),
    "counts": (
        "counts.counts",
        "Count the articles that match, by group, with the total of the group and its holes.",
    ),
    "export": (
        "export.export",
        "Write articles into files by their day of storing: Parquet, JSON lines, CSV, Markdown or WARC.",
    ),
    "extract": ("extract.extract", "Print the article of a page."),
    "status": (
        "status.status",
        "Show feeds, entries, pages, articles, refusals, queues, and whether the counts add up.",
    ),
    "doctor": ("doctor.doctor", "Check disk, servers, clocks, schema, feeds, workers and progress."),
    "config": (
        "config.config",
        "Show the effective settings and where each came from; passwords in addresses are masked.",
    ),
    "urls": (
        "urls.urls",
        "Print the addresses of PostgreSQL, Redis and the web server, with their passwords.",
    ),
    "backup": (
        "backup.backup",
        "Write the whole store into one file, while everything runs: kept pages and the change log, too.",
    ),
    "restore": ("backup.restore", "Restore a backup, after it was verified: completely, or not at all."),
    "sizing": (
        "sizing.sizing",
        "Show rows and bytes by table and index, bytes per article, and days until the disk is full.",
    ),
    "support-bundle": (
        "support.support_bundle",
        "Write versions, settings, checks, counts, metrics and log lines into one file, for a report.",
    ),
    "retry": ("retry.retry", "Fetch refused entries again: single ones, those with a reason, or all."),
    "reextract": (
        "retry.reextract",
        "Extract stored pages again without fetching them, as after an update of the extractor.",
    ),
    "purge": (
        "purge.purge",
        "Delete articles with their revisions, kept pages and entries, and never store them again.",
    ),
    "retention": (
        "retention.retention",
        "Delete what has passed its retention now; the service does so every hour.",
    ),
}
"""The commands outside of groups: module and function in `worker.cli.commands`, and the line in the list."""

GROUPS: dict[str, tuple[str, dict[str, str]]] = {
    "feeds": (
        "Subscriptions and their health.",
        {
            "discover": "subscribe.discover",
            "add": "subscribe.add",
            "list": "feeds.list_",
            "show": "feeds.show",
            "edit": "amend.edit",
            "set": "amend.set_",
            "poll": "amend.poll",
            "move": "amend.move",
            "pause": "feeds.pause",
            "resume": "feeds.resume",
            "remove": "feeds.remove",
            "import": "subscribe.import_",
            "export": "subscribe.export",
            "check": "subscribe.check",
            "gaps": "feeds.gaps",
            "websub": "feeds.websub",
            "backfill": "backfill.backfill",
        },
    ),
    "articles": (
        "The stored articles.",
        {
            "list": "articles.list_",
            "show": "articles.show",
            "search": "articles.search",
            "diff": "articles.diff",
        },
    ),
    "import": (
        "Pages and articles from files.",
        {"warc": "imports.warc", "jsonl": "imports.jsonl"},
    ),
    "publishers": (
        "The outlets, with their names, countries and labels.",
        {"list": "publishers.list_", "set": "publishers.set_"},
    ),
    "searches": (
        "Filters that are saved under a name.",
        {
            "add": "searches.add",
            "list": "searches.list_",
            "show": "searches.show",
            "remove": "searches.remove",
        },
    ),
    "rules": (
        "Rules for single sites, where the heuristics fail.",
        {"list": "rules.list_", "check": "rules.check", "test": "rules.try_"},
    ),
    "sinks": (
        "Receivers of the change log: streams, exchanges, webhooks.",
        {
            "list": "sinks.list_",
            "add": "sinks.add",
            "show": "sinks.show",
            "test": "sinks.test",
            "pause": "sinks.pause",
            "resume": "sinks.resume",
            "replay": "sinks.replay",
            "rotate": "sinks.rotate",
            "remove": "sinks.remove",
        },
    ),
    "notify": (
        "Messages to you about problems.",
        {"test": "notify.test", "list": "notify.list_"},
    ),
    "queues": (
        "The queues of the stages.",
        {"list": "queues.list_", "pause": "queues.pause", "resume": "queues.resume", "purge": "queues.purge"},
    ),
    "workers": (
        "The running workers.",
        {"list": "workers.list_", "restart": "workers.restart"},
    ),
    "keys": (
        "Keys of the API and the pages.",
        {"add": "keys.add", "list": "keys.list_", "revoke": "keys.revoke"},
    ),
    "users": (
        "Accounts of people, who sign in to the pages.",
        {
            "add": "users.add",
            "list": "users.list_",
            "role": "users.role",
            "reset": "users.reset",
            "disable": "users.disable",
            "enable": "users.enable",
            "remove": "users.remove",
        },
    ),
    "audit": (
        "The log of changes by pages, API and commands.",
        {"list": "audit.list_"},
    ),
    "db": (
        "The schema of the database, and its readers.",
        {"upgrade": "db.upgrade", "current": "db.current", "recount": "db.recount", "reader": "db.reader"},
    ),
    "filters": (
        "Filters that keep entries out.",
        {"list": "filters.list_", "try": "filters.try_"},
    ),
}


def _group(name: str, words: Sequence[str] | None) -> typer.Typer:
    help, commands = GROUPS[name]
    group = _typer(name, help)
    named = None if words is None else [one for one in words[1:2] if one in commands]
    for command_name, target in commands.items():
        is_wanted = words is None or (name in words[:1] and (not named or command_name in named))
        group.command(command_name)(_function(target) if is_wanted else _not_loaded)
    return group


def _first_words(arguments: Sequence[str]) -> list[str]:
    """Return the words up to the command: without the options before them, and their values."""
    words: list[str] = []
    rest = iter(arguments)
    for each in rest:
        if each == "--help":
            break
        if each in VALUED and not words:
            next(rest, None)
        elif not each.startswith("-"):
            words.append(each)
    return words


def _typer(name: str, help: str | None) -> typer.Typer:
    return typer.Typer(
        name=name,
        help=help,
        cls=WholeLines,
        context_settings={"max_content_width": MOST_COLUMNS},
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 if something is wrong, 2 for a mistake of the user."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _print_anything()
    try:
        words = None if COMPLETING in os.environ else _first_words(arguments)
        result = build(words)(args=arguments or ["--help"], prog_name="wiredesk", standalone_mode=False)
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
