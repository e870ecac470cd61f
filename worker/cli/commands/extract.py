"""`wiredesk extract`: the article of one page, as the service would extract it."""

from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import PageSource
from worker.cli.session import settings_of
from worker.cli.terminal.output import clean, clean_lines, print_json

if TYPE_CHECKING:
    from worker.extract import Article
    from worker.outcome import Refusal

_SHOWN = 100  # characters of a run that --explain prints: one line of a wide terminal


class Format(StrEnum):
    """How the article is printed."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"


OutputFormat = Annotated[Format, typer.Option(help="How the article is printed.")]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Print why each run of text was taken or left, instead of the article."),
]
FileUrl = Annotated[str, typer.Option(help="The address that a file came from, to resolve its links.")]


def extract(
    ctx: typer.Context,
    source: PageSource,
    format: OutputFormat = Format.MARKDOWN,
    url: FileUrl = "",
    explain: Explain = False,
) -> int:
    """Print the article of a page. Exit code 1 when there is none, with the reason."""
    settings = settings_of(ctx)
    from worker.cli.sources import get, page_of, read_file
    from worker.config.rule_files import load_rules
    from worker.extract import Article, extract

    rules = load_rules(settings)
    if source.startswith(("http://", "https://")):
        body, address, content_type = page_of(get(source, settings), source)
    else:
        body, address, content_type = read_file(source), url or "https://localhost/", "text/html"
    if explain:
        return _explain(body, address, content_type, format)
    now = datetime.now(UTC)
    answer = extract(body, url=address, content_type=content_type, rules=rules, now=now)
    if isinstance(answer, Article):
        _print(answer, format)
        return 0
    return _refused(answer, address, format)


def _refused(refusal: "Refusal", address: str, format: Format) -> int:
    if format is Format.JSON:
        print_json({"url": address, "reason": refusal.reason, "detail": refusal.detail})
    else:
        print(f"No article: {refusal.reason}, {clean(refusal.words)}")
    return 1


def _explain(body: bytes, address: str, content_type: str | None, format: Format) -> int:
    """Print the points of each run of the page, and the reasons of the model."""
    from worker.extract.body.explanation import explain
    from worker.outcome import Refusal

    runs = explain(body, address, content_type)
    if isinstance(runs, Refusal):
        return _refused(runs, address, format)
    if format is Format.JSON:
        print_json([asdict(run) for run in runs])
        return 0
    for run in runs:
        features = ", ".join(f"{name} {share:+d}" for name, share in run.features)
        print(f"{run.points:+5d} {clean(run.text[:_SHOWN])}")
        print(f"      alone {run.alone:+d}, neighbours {run.neighbours:+d}; {features}")
    return 0


def _print(article: "Article", format: Format) -> None:
    if format is Format.JSON:
        print_json({**asdict(article), "provenance": dict(article.provenance), "text": article.text})
    elif format is Format.TEXT:
        print(clean_lines(f"{article.title}\n\n{article.text}" if article.title else article.text))
    else:
        print(clean_lines(f"# {article.title}\n\n{article.markdown}" if article.title else article.markdown))
