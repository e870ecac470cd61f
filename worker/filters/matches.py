"""Whether an article matches a filter: the meaning of `worker.store.filtering`, in Python.

The SQL is what consumers get; this says in a few lines what it must do, and a test compares the two. For `q`
the text index decides, so the caller says which queries an article matches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from worker.filters.conditions import NO_STORY, UNKNOWN_LANGUAGE, bound
from worker.filters.reads import OF_LINES
from worker.filters.terms import Filter, Term


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the conditions read of a line of the change log."""

    changed: frozenset[str]
    cause: str
    kind: str = "created"
    words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What the conditions read of an article.

    `queries` are those values of `q` that it matches; `feeds` the ids and addresses of the feeds that listed
    it, `labels` those of these feeds and of its publisher; `rights` the words of `RIGHTS` that apply.
    """

    stored_at: datetime
    kind: str = "article"
    state: str = "live"
    language: str | None = None
    publisher: str | None = None
    story: int | None = None
    wire: bool | None = None
    published: datetime | None = None
    feeds: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    queries: frozenset[str] = frozenset()
    lines: tuple[LineFacts, ...] = ()


def matches(filter_: Filter, article: ArticleFacts) -> bool:
    """Return whether all terms of the filter hold; those on lines must hold for one of the article's."""
    of_lines = filter_.named(*OF_LINES)
    return all(_holds(term, article) for term in filter_.without(*OF_LINES).terms) and (
        not of_lines or any(all(_holds_for(term, line) for term in of_lines) for line in article.lines)
    )


def _holds_for(term: Term, line: LineFacts) -> bool:
    if term.name == "min_words":
        return line.kind != "revised" or line.words >= int(term.values[0])
    given = line.changed if term.name == "changed" else {line.cause}
    return any(value in given for value in term.values) is not term.negated


def _holds(term: Term, article: ArticleFacts) -> bool:
    holds = _TESTS[term.name]
    return any(holds(value, article) for value in term.values) is not term.negated


def _speaks(value: str, article: ArticleFacts) -> bool:
    if article.language is None:
        return value == UNKNOWN_LANGUAGE
    return f"{article.language}-".lower().startswith(f"{value}-".lower())


def _is_of_site(value: str, article: ArticleFacts) -> bool:
    return article.publisher is not None and f".{article.publisher}".endswith(f".{value}")


def _is_after(name: str, field: str) -> Callable[[str, ArticleFacts], bool]:
    def test(value: str, article: ArticleFacts) -> bool:
        instant: datetime | None = getattr(article, field)
        return instant is not None and (instant >= bound(name, value)) is name.endswith("_from")

    return test


_TESTS: Mapping[str, Callable[[str, ArticleFacts], bool]] = {
    "q": lambda value, article: value in article.queries,
    "language": _speaks,
    "publisher": _is_of_site,
    "feed": lambda value, article: value in article.feeds,
    "label": lambda value, article: value in article.labels,
    "kind": lambda value, article: value == article.kind,
    "state": lambda value, article: value == article.state,
    "story": lambda value, article: value == str(article.story or NO_STORY),
    "wire": lambda value, article: value == {True: "true", False: "false", None: "unknown"}[article.wire],
    "rights": lambda value, article: value in article.rights,
    "published_from": _is_after("published_from", "published"),
    "published_to": _is_after("published_to", "published"),
    "stored_from": _is_after("stored_from", "stored_at"),
    "stored_to": _is_after("stored_to", "stored_at"),
}
