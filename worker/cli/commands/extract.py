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


class Format(StrEnum):
    """How the article is printed."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"


OutputFormat = Annotated[Format, typer.Option(help="How the article is printed.")]
FileUrl = Annotated[str, typer.Option(help="The address that a file came from, to resolve its links.")]


def extract(
    ctx: typer.Context, source: PageSource, format: OutputFormat = Format.MARKDOWN, url: FileUrl = ""
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
    now = datetime.now(UTC)
    answer = extract(body, url=address, content_type=content_type, rules=rules, now=now)
    if isinstance(answer, Article):
        _print(answer, format)
        return 0
    if format is Format.JSON:
        print_json({"url": address, "reason": answer.reason, "detail": answer.detail})
    else:
        print(f"No article: {answer.reason}, {clean(answer.words)}")
    return 1


def _print(article: "Article", format: Format) -> None:
    if format is Format.JSON:
        print_json({**asdict(article), "provenance": dict(article.provenance), "text": article.text})
    elif format is Format.TEXT:
        print(clean_lines(f"{article.title}\n\n{article.text}" if article.title else article.text))
    else:
        print(clean_lines(f"# {article.title}\n\n{article.markdown}" if article.title else article.markdown))
