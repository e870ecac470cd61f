"""`wiredesk articles`: the stored articles."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from worker.cli.options import Csv, Json, OnlyWhere, RowLimit
from worker.cli.session import filter_from, opened
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import (
    ago,
    clean_lines,
    print_csv,
    print_diff,
    print_fields,
    print_json,
    print_table,
)

Query = Annotated[
    str, typer.Argument(help='Words that must occur, "a phrase", -not, OR, title:word, author:name, librar*.')
]
ArticleId = Annotated[int, typer.Argument(metavar="ID", help="The article's id.")]

From = Annotated[
    int | None, typer.Option("--from", min=1, help="A revision; by default the one before --to.")
]
To = Annotated[int | None, typer.Option(min=1, help="A revision; by default the newest.")]

DIFFED = ("title", "summary", "text")
"""The fields that are compared word by word, as the API does."""

CSV_COLUMNS = ("id", "stored_at", "published", "publisher", "language", "word_count", "title", "url")


def list_(
    ctx: typer.Context, where: OnlyWhere = "", limit: RowLimit = 20, json: Json = False, csv: Csv = False
) -> None:
    """List the newest articles, or the newest that match a filter."""
    from worker.store import reading

    with opened(ctx) as at, at.store.begin() as db:
        found = reading.newest(db, limit=limit, filter_=filter_from(db, where))
    _print_list(found, json, csv)


def search(
    ctx: typer.Context,
    query: Query,
    where: OnlyWhere = "",
    limit: RowLimit = 20,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """List the newest articles in which words occur."""
    from worker.filters import parse_pairs
    from worker.store import search_results

    with opened(ctx) as at, at.store.begin() as db:
        wanted = parse_pairs([("q", query)]) & filter_from(db, where)
        found = search_results.newest_found_by_all_means(db, wanted, limit=limit)
    _print_list(found, json, csv)


def show(ctx: typer.Context, article: ArticleId, json: Json = False) -> None:
    """Show one article, with its revisions and the feeds it was seen in."""
    from worker.store import reading

    with opened(ctx) as at, at.store.begin() as db:
        found = reading.whole(db, article)
    if found is None:
        raise UserError(f"there is no article {article}; `wiredesk articles list` shows the newest")
    if json:
        return print_json(found)
    print_fields(
        (
            ("title", found["title"]),
            ("authors", ", ".join(found["authors"])),
            ("published", found["published"]),
            ("publisher", found["publisher"]),
            ("language", found["language"]),
            ("state", found["state"]),
            ("last look", _look_words(found["look"])),
            ("revisions", len(found["revisions"])),
            ("seen in", ", ".join(sighting["feed"] for sighting in found["sightings"])),
            ("url", found["url"]),
        )
    )
    print(f"\n{clean_lines(found['text'])}")
    return None


def diff(
    ctx: typer.Context, article: ArticleId, from_: From = None, to: To = None, json: Json = False
) -> None:
    """Show what changed between two revisions of an article, word by word.

    In a terminal, removed words are struck out in red and added ones are green; in a pipe they are in
    [-these-] and {+these+} marks, as of `git diff --word-diff`."""
    from worker.store import reading
    from worker.text.word_diff import count, word_diff

    with opened(ctx) as at, at.store.begin() as db:
        found = reading.whole(db, article)
        if found is None:
            raise UserError(f"there is no article {article}; `wiredesk articles list` shows the newest")
        to = found["revision"] if to is None else to
        from_ = max(1, to - 1) if from_ is None else from_
        versions = [reading.version(db, article, number) for number in (from_, to)]
    for number, version in zip((from_, to), versions, strict=True):
        if version is None:
            raise UserError(
                f"article {article} has no revision {number} stored; it is at {found['revision']}"
            )
    old, new = ({name: (version or {}).get(name) or "" for name in DIFFED} for version in versions)
    pieces = {name: word_diff(old[name], new[name]) for name in DIFFED}
    words = [count(old[name], new[name]) for name in DIFFED]
    added, removed = (sum(column) for column in zip(*words, strict=True))
    if json:
        shown = {name: [{"op": str(op), "text": text} for op, text in pieces[name]] for name in DIFFED}
        return print_json({"from": from_, "to": to, "words_added": added, "words_removed": removed, **shown})
    print(f"article {article}, revision {from_} to {to}: {added:,} words added, {removed:,} removed")
    for name in DIFFED:
        if old[name] or new[name]:
            print(f"\n{name}:")
            print_diff(pieces[name])
    return None


def _look_words(look: Mapping[str, Any] | None) -> str | None:
    if look is None:
        return None
    detail = f" ({look['detail']})" if look["detail"] else ""
    return f"{look['state']}, {look['times']} in a row since {ago(look['since'])}: {look['words']}{detail}"


def _print_list(found: Sequence[Mapping[str, Any]], as_json: bool, as_csv: bool) -> None:
    """Print articles as JSON, else as CSV, else as a table; with both flags JSON wins."""
    if as_json:
        return print_json(found)
    if as_csv:
        return print_csv(CSV_COLUMNS, ([article[name] for name in CSV_COLUMNS] for article in found))
    print_table(
        ("id", "stored", "publisher", "lang", "words", "title"),
        (
            (
                article["id"],
                ago(article["stored_at"]),
                article["publisher"],
                article["language"],
                article["word_count"],
                article["title"] or article["url"],
            )
            for article in found
        ),
        empty="no articles",
    )
    return None
