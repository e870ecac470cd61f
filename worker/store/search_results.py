"""What a search shows: the articles that match, each with a snippet of where it does."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from worker.filters import Filter
from worker.store import filtering, newest_matches
from worker.store.db import Connection, rows
from worker.store.listing import newest_ids
from worker.store.newest_matches import RANKED, SOURCE, Search
from worker.store.reading import SUMMARY
from worker.store.search import word_forms
from worker.text.search_query import All, Field, QueryTerm, SearchQuery, Some, Wanted, parse_query, terms
from worker.text.snippets import READ, marks, snippet


@dataclass(frozen=True, slots=True)
class Found:
    """Articles that match, in their order. `rest` is the id of an article before which there may be more, if
    the search ended before it had found enough."""

    articles: list[dict[str, Any]]
    rest: int | None = None


def newest_found(
    db: Connection, filter_: Filter, *, limit: int, before: int | None = None, one_per_story: bool = False
) -> Found:
    """Return the newest articles that match a filter, each with `snippet` and `title_marks` of its query.

    With `before`, those that were stored before this article. `one_per_story` leaves out articles that a
    newer match of their story follows.
    """
    search = search_of(filter_)
    if one_per_story:
        found = newest_matches.newest_of_stories(db, search, limit=limit, before=before)
    elif search.query:
        found = newest_matches.newest(db, search, limit=limit, before=before)
    else:
        return Found(_shown(db, search, newest_ids(db, filter_, limit=limit, before=before)))
    return Found(_shown(db, search, [match.id for match in found.found]), found.rest)


def newest_found_by_all_means(db: Connection, filter_: Filter, *, limit: int) -> list[dict[str, Any]]:
    """Return the newest articles that match, however long it takes."""
    page = newest_found(db, filter_, limit=limit)
    found = page.articles
    while page.rest is not None and len(found) < limit:
        page = newest_found(db, filter_, limit=limit - len(found), before=page.rest)
        found += page.articles
    return found


def most_relevant_found(
    db: Connection, filter_: Filter, *, limit: int, skip: int = 0, one_per_story: bool = False
) -> list[dict[str, Any]]:
    """Return the most relevant of the newest matches, up to 1,000, after the first `skip` of them.

    Each has what those of `newest_found` have.
    """
    search = search_of(filter_)
    found = newest_matches.most_relevant(
        db, search, limit=min(limit, RANKED), skip=skip, one_per_story=one_per_story
    )
    return _shown(db, search, [match.id for match in found])


def search_of(filter_: Filter) -> Search:
    """Return the search of a filter; several queries must all match, and excluded words are a condition."""
    wanted = filter_.wanted("q")
    queries = [_any_of([parse_query(value) for value in term.values]) for term in wanted]
    query = All(tuple(queries)) if len(queries) > 1 else next(iter(queries), None)
    others = Filter(tuple(term for term in filter_.terms if term not in wanted))
    return Search(query, filtering.languages_of(filter_), filtering.where(others))


def _any_of(queries: Sequence[SearchQuery]) -> SearchQuery:
    return queries[0] if len(queries) == 1 else Some(tuple(queries))


def _shown(db: Connection, search: Search, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return articles in short with their snippets, in the order of `ids`."""
    found = rows(
        db,
        f"SELECT {SUMMARY}, left(a.text, :read) AS text FROM {SOURCE} WHERE a.id = ANY(:ids)",
        ids=list(ids),
        read=READ,
    )
    wanted = list(terms(search.query, wanted=True)) if search.query else []
    texts = [(row["language"], row[name] or "") for row in found for name in ("title", "summary", "text")]
    forms = word_forms(db, wanted, texts)
    by_id = {row["id"]: _with_snippet(row, wanted, forms.get(row["language"], set())) for row in found}
    return [by_id[article_id] for article_id in ids if article_id in by_id]


def _with_snippet(
    row: Mapping[str, Any], wanted: Sequence[QueryTerm], forms: set[tuple[str, str]]
) -> dict[str, Any]:
    def is_form(said: str, word: Wanted) -> bool:
        return (word.lower, said) in forms

    anywhere = [term for term in wanted if term.field is None]
    of_title = [term for term in wanted if term.field in (None, Field.TITLE)]
    shown = snippet(anywhere, row["text"], is_form)
    if not shown.marks and row["summary"]:
        shown = snippet(anywhere, row["summary"], is_form)
    return {
        **{name: value for name, value in row.items() if name != "text"},
        "snippet": asdict(shown),
        "title_marks": marks(of_title, row["title"] or "", is_form),
    }
