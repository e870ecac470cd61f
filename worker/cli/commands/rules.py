"""`wiredesk rules`: the rules for single sites: list them, check them, try one on a page."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from worker.cli.options import Json, PageSource
from worker.cli.session import settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import clean, print_fields, print_json, print_table

if TYPE_CHECKING:
    from worker.extract import Article, Rules
    from worker.extract.rules import Rule
    from worker.services.operator.try_rule import Difference, Trial

Files = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE...", help="Check these files instead of rules_dir.")
]
FileUrl = Annotated[str, typer.Option(help="The address that a file came from: it selects the rule.")]

WIDE = 100
"""Characters of a value that are shown: a paragraph's beginning, in a line of a wide terminal. A guess."""
SHOWN = 5
"""Blocks of a difference that are shown. A guess."""


def list_(ctx: typer.Context, json: Json = False) -> None:
    """List the rules in force: file, pages, keys."""
    settings = settings_of(ctx)
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
    """Read all rules and print a line for each file with a mistake. Exit code 2 if there is one."""
    settings = settings_of(ctx)
    from worker.cli.sources import read_file
    from worker.config.rule_files import rule_files, rules_directory
    from worker.extract import RulesError, read_rules

    try:
        directory = rules_directory(settings)
        read = {str(path): read_file(path) for path in files} if files else rule_files(directory)
        rules = read_rules(read)
    except RulesError as error:
        for problem in error.problems:
            print(f"wiredesk: {clean(problem)}", file=sys.stderr)
        return 2
    are = "1 rule is" if len(rules) == 1 else f"{len(rules)} rules are"
    print(f"{are} in order{'' if files else f' in {directory}'}")
    return 0


def try_(ctx: typer.Context, source: PageSource, url: FileUrl = "", json: Json = False) -> int:
    """Try the rule for a page on it. Exit code 1 when a selector that is not optional matches nothing."""
    settings = settings_of(ctx)
    from worker.cli.sources import page_of, read_file
    from worker.config.hosts_file import load_hosts
    from worker.config.rule_files import load_rules
    from worker.fetch.loop import run_async
    from worker.services.operator.try_rule import try_rule
    from worker.services.operator.visit import fetch_page

    rules = load_rules(settings)
    now = datetime.now(UTC)
    if source.startswith(("http://", "https://")):
        book = load_hosts(settings)
        answer = run_async(fetch_page(source, policy=settings.turns, book=book, now=now))
        body, address, kind = page_of(answer, source)
    elif url:
        body, address, kind = read_file(source), url, "text/html"
    else:
        raise UserError(f"{source} is a file: add --url with its address, which selects the rule")
    trial = try_rule(rules, _rule_for(rules, address), body, url=address, content_type=kind, now=now)
    if json:
        print_json(_as_dict(trial))
    else:
        _show(trial)
    return 1 if trial.missed else 0


def _row(rule: "Rule") -> tuple[str, list[str], list[str]]:
    return rule.file, [str(place) for place in rule.pages], list(rule.selectors)


def _rule_for(rules: "Rules", url: str) -> "Rule":
    rule = rules.for_url(url)
    if rule is None:
        raise UserError(f"no rule applies to {url}; `wiredesk rules list` shows the hosts of all rules")
    return rule


def _as_dict(trial: "Trial") -> dict[str, Any]:
    """Return the trial for JSON: the article as documented, or the reason why there is none."""
    from worker.extract import Article, to_document

    result = trial.result
    refusal = None if isinstance(result, Article) else {"reason": result.reason, "detail": result.detail}
    return {
        "file": trial.file,
        "url": trial.url,
        "selectors": [asdict(found) for found in trial.found],
        "missed": list(trial.missed),
        "article": to_document(result) if isinstance(result, Article) else None,
        "refusal": refusal,
        "differences": [asdict(difference) for difference in trial.differences],
    }


def _show(trial: "Trial") -> None:
    print_fields((("rule", trial.file), ("page", trial.url)))
    print()
    print_table(
        ("key", "matches", "selector", "value"),
        ((found.key, found.matches, found.selector, _cut(found.value) or "nothing") for found in trial.found),
        empty="the page could not be parsed",
    )
    if trial.missed:
        print(f"\nMatched nothing: {clean(', '.join(trial.missed))}")
    print()
    _show_article(trial)
    print()
    if not trial.differences:
        print("The heuristics alone find the same.")
        return
    print("What the rule changes:")
    for difference in trial.differences:
        if difference.field in ("text", "blocks"):
            _show_blocks(difference)
        else:
            print(f"  {difference.field}: {_value(difference.with_rule)}, else {_value(difference.without)}")


def _show_article(trial: "Trial") -> None:
    from worker.extract import Article

    article = trial.result
    if not isinstance(article, Article):
        print(f"No article: {article.reason}, {clean(article.words)}")
        return
    print_fields(
        (
            ("title", article.title),
            ("authors", ", ".join(article.authors)),
            ("date", _date(article)),
            ("summary", _cut(article.summary or "")),
            ("begins", _cut(article.blocks[0].text)),
            ("ends", _cut(article.blocks[-1].text)),
            ("words", article.word_count),
            ("images", len(article.images)),
        )
    )


def _show_blocks(difference: "Difference") -> None:
    for mark, texts in (("+", difference.with_rule), ("-", difference.without)):
        for text in texts[:SHOWN]:
            print(f"  {mark} {_cut(text)}")
        if len(texts) > SHOWN:
            print(f"  {mark} and {len(texts) - SHOWN} more")
    if not difference.with_rule and not difference.without:
        print("  blocks: the same texts in another order or of other kinds")


def _date(article: "Article") -> str:
    if article.published is None:
        return ""
    day = article.published_precision == "day"
    return f"{article.published:%Y-%m-%d}" if day else article.published.isoformat(sep=" ")


def _value(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(_item(item) for item in value)
    return _cut(str(value)) if value else "nothing"


def _item(item: Any) -> str:
    """Return an item of a list; for a picture its caption or address."""
    return str(item.get("caption") or item.get("url")) if isinstance(item, Mapping) else str(item)


def _cut(text: str) -> str:
    text = clean(text)
    return text if len(text) <= WIDE else f"{text[: WIDE - 1].rstrip()}…"
