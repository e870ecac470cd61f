"""`wiredesk extract`: one page, as the service would read it."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import clean, clean_lines, print_json

if TYPE_CHECKING:
    from worker.config.settings import Settings
    from worker.extract import Article


class Format(StrEnum):
    """How the article is printed."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"


def extract(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="URL|FILE", help="An address, or a file of HTML.")],
    format: Annotated[Format, typer.Option(help="How the article is printed.")] = Format.MARKDOWN,
    url: Annotated[str, typer.Option(help="The address that a file came from, to resolve its links.")] = "",
) -> int:
    """Print the article of a page. Exit code 1 when there is none, with the reason."""
    settings = session(ctx).load().settings
    from worker.config.rule_files import load_rules
    from worker.extract import Article, extract

    rules = load_rules(settings)
    body, address, content_type = _fetch(source, settings) if _is_address(source) else _read(source, url)
    answer = extract(body, url=address, content_type=content_type, rules=rules)
    if isinstance(answer, Article):
        _print(answer, format)
        return 0
    if format is Format.JSON:
        print_json({"url": address, "reason": answer.reason, "detail": answer.detail})
    else:
        print(f"No article: {answer.reason}, {clean(answer.detail or answer.reason.words)}")
    return 1


def _print(article: "Article", format: Format) -> None:
    if format is Format.JSON:
        print_json({**asdict(article), "provenance": dict(article.provenance), "text": article.text})
    elif format is Format.TEXT:
        print(clean_lines(f"{article.title}\n\n{article.text}" if article.title else article.text))
    else:
        print(clean_lines(f"# {article.title}\n\n{article.markdown}" if article.title else article.markdown))


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _fetch(url: str, settings: "Settings") -> tuple[bytes, str, str | None]:
    from worker.cli.sources import get
    from worker.fetch.loop import run_async
    from worker.fetch.reply import Failure

    answer = run_async(get(url, settings))
    if isinstance(answer, Failure):
        refusal = answer.refusal
        raise Mistake(f"{url} cannot be fetched: {refusal.reason}, {refusal.detail or refusal.reason.words}")
    return answer.content(), answer.url, answer.headers.get("content-type")


def _read(source: str, url: str) -> tuple[bytes, str, str | None]:
    try:
        return Path(source).read_bytes(), url or "https://localhost/", "text/html"
    except OSError as error:
        raise Mistake(f"{source} cannot be read: {error.strerror}") from None
