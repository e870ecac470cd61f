"""`wiredesk rules`: the rules for single sites, looked at, checked and tried out on a page."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import clean, print_json, print_table

if TYPE_CHECKING:
    from worker.config.settings import Settings
    from worker.extract import Rules
    from worker.extract.rules import Rule

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Files = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE...", help="These instead of those of rules_dir.")
]
Source = Annotated[str, typer.Argument(metavar="URL|FILE", help="An address, or a file of HTML.")]
Url = Annotated[str, typer.Option(help="The address that a file came from: it tells which rule applies.")]


def list_(ctx: typer.Context, json: Json = False) -> None:
    """The rules in force: file, pages, keys."""
    settings = session(ctx).load().settings
    from worker.config.rule_files import load_rules, rules_directory

    rows = [_row(rule) for rule in load_rules(settings)]
    if json:
        return print_json([{"file": file, "hosts": hosts, "keys": keys} for file, hosts, keys in rows])
    print_table(
        ("file", "hosts", "keys"),
        ((file, ", ".join(hosts), ", ".join(keys)) for file, hosts, keys in rows),
        empty=f"no rules in {rules_directory(settings)}",
    )
    return None


def check(ctx: typer.Context, files: Files = None) -> int:
    """Read all rules and say what is wrong with them, one line for each file. Exit code 2 if anything is."""
    settings = session(ctx).load().settings
    from worker.config.rule_files import rule_files, rules_directory
    from worker.extract import RulesError, read_rules

    try:
        directory = rules_directory(settings)
        read = {str(path): _read(path) for path in files} if files else rule_files(directory)
        rules = read_rules(read)
    except RulesError as error:
        for problem in error.problems:
            print(f"wiredesk: {clean(problem)}", file=sys.stderr)
        return 2
    are = "1 rule is" if len(rules) == 1 else f"{len(rules)} rules are"
    print(f"{are} in order{'' if files else f' in {directory}'}")
    return 0


def try_(ctx: typer.Context, source: Source, url: Url = "", json: Json = False) -> int:
    """Try the rule for a page on it. Exit code 1 when a selector that is not optional matches nothing."""
    settings = session(ctx).load().settings
    from worker.cli.commands.rule_trial import as_dict, show
    from worker.config.rule_files import load_rules
    from worker.services.operator.try_rule import try_rule

    rules = load_rules(settings)
    is_address = source.startswith(("http://", "https://"))
    if not is_address and not url:
        raise Mistake(f"say where {source} came from, with --url: that tells which rule applies")
    body, address, kind = _fetch(source, settings) if is_address else (_read(Path(source)), url, "text/html")
    trial = try_rule(rules, _rule_for(rules, address), body, url=address, content_type=kind)
    if json:
        print_json(as_dict(trial))
    else:
        show(trial)
    return 1 if trial.missed else 0


def _row(rule: "Rule") -> tuple[str, list[str], list[str]]:
    return rule.file, [str(place) for place in rule.places], list(rule.selectors)


def _rule_for(rules: "Rules", url: str) -> "Rule":
    rule = rules.for_url(url)
    if rule is None:
        raise Mistake(f"no rule is for {url}; `wiredesk rules list` shows the hosts of all")
    return rule


def _fetch(url: str, settings: "Settings") -> tuple[bytes, str, str | None]:
    from worker.config.hosts_file import load_hosts
    from worker.fetch.loop import run_async
    from worker.fetch.reply import Failure
    from worker.services.operator.visit import fetch_page

    book = load_hosts(settings)
    answer = run_async(fetch_page(url, policy=settings.turns, book=book, now=datetime.now(UTC)))
    if isinstance(answer, Failure):
        refusal = answer.refusal
        raise Mistake(f"{url} cannot be fetched: {refusal.reason}, {refusal.detail or refusal.reason.words}")
    return answer.content(), answer.url, answer.headers.get("content-type")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror}") from None
