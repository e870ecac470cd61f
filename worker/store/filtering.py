"""SQL of filters: conditions on the article `a`, joined with its publisher `p` as in `reading.FROM`.

A condition on an unknown field does not hold, and its negation does: `language=-de` finds articles without a
language, too. The Python predicate of the same meaning is `worker.filters.matches`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from worker.filters import Filter, Term
from worker.filters.conditions import KINDS, NO_STORY, UNKNOWN_LANGUAGE, bound
from worker.filters.reads import OF_LINES, fields_read, kinds_read
from worker.model import ArticleState, Cause
from worker.store import search
from worker.store.where import Where, every

LANGUAGE = "lower(split_part(a.language, '-', 1))"
"""The language without its region, as in the index; a query must use exactly this expression."""

RIGHTS: Mapping[str, str] = {
    "noindex": """a.rights @> '{"noindex": true}'""",
    "noarchive": """a.rights @> '{"noarchive": true}'""",
    "noai": """a.rights @> '{"noai": true}'""",
    "tdm_reserved": """a.rights @> '{"tdm_reserved": true}'""",
    "denied": "a.rights @? '$.agents_denied[0]'",
    "licence": "a.rights @? '$.licence ? (@ != null)'",
    "paywalled": "a.paywalled",
}
"""The condition of each word of rights, as in the partial indexes. PostgreSQL takes `@>` and `@?` to be rare,
and therefore uses the index; of IS NOT NULL it expects the opposite."""

WIRE = {"true": "a.wire", "false": "a.wire = false", "unknown": "a.wire IS NULL"}
"""The condition of each value of wire."""

LISTED = """EXISTS (
    SELECT FROM entries e JOIN sightings s ON s.entry_id = e.id JOIN feeds f ON f.id = s.feed_id
    WHERE e.article_id = a.id AND ({}))"""
"""Whether a feed `f` has listed the article: looked up for one article."""

LISTED_EACH = LISTED[:-1] + " OFFSET 0)"
"""The same, and certainly looked up for each article: without OFFSET, PostgreSQL may read all that the feeds
have listed, which is much if few articles are looked at."""

LISTED_BY = """SELECT e.article_id AS id
    FROM feeds f JOIN sightings s ON s.feed_id = f.id JOIN entries e ON e.id = s.entry_id
    WHERE e.article_id IS NOT NULL AND ({})"""
"""The articles that a feed `f` has listed."""

PUBLISHED_WITH_LABEL = """a.publisher_id = ANY(ARRAY(
    SELECT id FROM publishers WHERE labels && CAST(:labels AS text[])))"""
LISTED_WITH_LABEL = "f.labels && CAST(:labels AS text[])"
"""The two ways to a label: the condition on the article, and that on a feed `f`."""


def where(filter_: Filter, *, each: bool = False) -> Where:
    """Return the condition that an article matches the filter; `true` for the empty filter.

    `each` is for queries that look at a bounded number of articles, which are then judged one by one.
    `changed`, `cause` and `min_words` hold if one line of the article in the change log satisfies them all.
    """
    return every([*_of_article(filter_, each), *_has_line(filter_, each)])


def where_line(filter_: Filter) -> Where:
    """Return the condition that the line `l` of the change log, about the article `a`, matches the filter.

    `a` may be missing, as that of a line whose article was purged: then the line does not match.
    """
    if not filter_:
        return Where("true")
    return every([Where("a.id IS NOT NULL"), *_of_article(filter_, True), *_of_line(filter_)])


def leaves(filter_: Filter) -> Where:
    """Return the condition that by the line `l` an article may have left the filter, or the store.

    It is for lines that do not match: who follows with the filter may have the article, and is to forget it.
    """
    article = filter_.without(*OF_LINES)
    if not filter_:
        return Where("false")
    touched = "l.changed && CAST(:touching AS text[]) OR l.kind = ANY(CAST(:moving AS text[]))"
    matching = where(article, each=True)
    return Where(
        f"(l.kind = 'purged' OR a.id IS NOT NULL AND ({touched}) AND ({matching.sql}) IS NOT TRUE)",
        {**matching.values, "touching": fields_read(article), "moving": kinds_read(article)},
    )


def _of_article(filter_: Filter, each: bool) -> list[Where]:
    languages = languages_of(filter_)
    return [
        _of_term(term, languages, each).renamed(f"f{place}_")
        for place, term in enumerate(filter_.terms)
        if term.name not in OF_LINES
    ]


def _of_line(filter_: Filter) -> list[Where]:
    return [
        _of_term(term, ()).renamed(f"f{place}_")
        for place, term in enumerate(filter_.terms)
        if term.name in OF_LINES
    ]


def _has_line(filter_: Filter, each: bool = False) -> list[Where]:
    if not (parts := _of_line(filter_)):
        return []
    line = every(parts)
    end = "OFFSET 0" if each else ""
    found = f"EXISTS (SELECT FROM changes l WHERE l.article_id = a.id AND {line.sql} {end})"
    return [Where(found, line.values)]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A condition on the article `a`; and for each of `feeds`, one of the feeds `f` for which it holds must
    have listed the article."""

    condition: Where
    feeds: tuple[Where, ...] = ()


def alternatives(filter_: Filter) -> list[Alternative]:
    """Return conditions of which one holds if an article matches the filter.

    They are for a query that finds few among many articles: it can begin at the feeds, where `where` looks
    the feeds up for each article.
    """
    languages = languages_of(filter_)
    found = [Alternative(every(_has_line(filter_)))]
    for place, term in enumerate(filter_.terms):
        if term.name in OF_LINES:
            continue
        sides = _sides(term, is_split=len(found) > 1) or [Alternative(_of_term(term, languages))]
        found = [_both(before, side, f"f{place}_") for before in found for side in sides]
    return found


def _both(one: Alternative, other: Alternative, prefix: str) -> Alternative:
    feeds = [feed.renamed(prefix) for feed in other.feeds]
    return Alternative(every((one.condition, other.condition.renamed(prefix))), (*one.feeds, *feeds))


def _sides(term: Term, *, is_split: bool) -> list[Alternative]:
    """Return the alternatives of a term on feeds; empty for others."""
    if term.name == "feed" and not term.negated:
        return [Alternative(Where("true"), (_feeds(term),))]
    if term.name == "label" and not term.negated and not is_split:
        labels = {"labels": list(term.values)}
        listed = Alternative(Where("true"), (Where(LISTED_WITH_LABEL, labels),))
        return [Alternative(Where(PUBLISHED_WITH_LABEL, labels)), listed]
    return []


def languages_of(filter_: Filter) -> list[str]:
    """Return the languages in which inflected forms of words are found; empty for all."""
    wanted = [term for term in filter_.named("language") if not term.negated]
    return [value for term in wanted for value in term.values if value != UNKNOWN_LANGUAGE]


def _of_term(term: Term, languages: Sequence[str], each: bool = False) -> Where:
    if term.negated and term.name in _COMPLEMENTS:
        # The other values, which an index finds.
        others = tuple(value for value in _COMPLEMENTS[term.name] if value not in term.values)
        return _of_term(Term(term.name, others), languages) if others else Where("false")
    listed = LISTED_EACH if each else LISTED
    match term.name:
        case "q":
            found = _words(term, languages)
        case "feed":
            found = _feed(term, listed)
        case "label":
            found = _label(term, listed)
        case _:
            found = _BUILDERS[term.name](term)
    return Where(f"({found.sql}) IS NOT TRUE" if term.negated else f"({found.sql})", found.values)


def _words(term: Term, languages: Sequence[str]) -> Where:
    """Inflected forms are those of the languages that the filter names, else of all."""
    parts = [search.condition(value, languages) for value in term.values]
    values = {name: value for part in parts for name, value in part.values.items()}
    return Where(" OR ".join(part.sql for part in parts), values)


def _language(term: Term) -> Where:
    whole = [value for value in term.values if "-" not in value and value != UNKNOWN_LANGUAGE]
    parts, values = [], dict[str, Any]()
    if whole:
        parts.append(f"{LANGUAGE} = {_any('main', whole, values)}")
    for n, tag in enumerate(value.lower() for value in term.values if "-" in value):
        # Both: the first finds them by the index.
        parts.append(
            f"{LANGUAGE} = :main{n} AND (lower(a.language) = :tag{n} OR lower(a.language) LIKE :below{n})"
        )
        values |= {f"main{n}": tag.partition("-")[0], f"tag{n}": tag, f"below{n}": f"{tag}-%"}
    if UNKNOWN_LANGUAGE in term.values:
        parts.append(f"{LANGUAGE} IS NULL")
    return Where(" OR ".join(parts), values)


def _publisher(term: Term) -> Where:
    endings = ["%." + site.replace("_", r"\_") for site in term.values]
    return Where(
        """a.publisher_id = ANY(ARRAY(
            SELECT id FROM publishers WHERE site = ANY(:sites) OR site LIKE ANY(:endings)))""",
        {"sites": list(term.values), "endings": endings},
    )


def _feed(term: Term, listed: str) -> Where:
    feeds = _feeds(term)
    return Where(listed.format(feeds.sql), feeds.values)


def _feeds(term: Term) -> Where:
    """Return the condition on the feed `f`."""
    ids = [int(value) for value in term.values if value.isdecimal()]
    urls = [value for value in term.values if not value.isdecimal()]
    parts, values = [], dict[str, Any]()
    if ids:
        parts.append("f.id = ANY(:ids)")
        values["ids"] = ids
    if urls:
        parts.append("f.url = ANY(:urls) OR f.moved_from = ANY(:urls)")
        values["urls"] = urls
    return Where(" OR ".join(parts), values)


def _label(term: Term, listed: str) -> Where:
    return Where(
        f"{PUBLISHED_WITH_LABEL} OR {listed.format(LISTED_WITH_LABEL)}", {"labels": list(term.values)}
    )


def _column(name: str) -> Callable[[Term], Where]:
    def build(term: Term) -> Where:
        values: dict[str, Any] = {}
        return Where(f"a.{name} = {_any('values', term.values, values)}", values)

    return build


def _story(term: Term) -> Where:
    parts, values = [], dict[str, Any]()
    if ids := [int(value) for value in term.values if value != NO_STORY]:
        parts.append(f"a.story_id = {_any('stories', ids, values)}")
    if NO_STORY in term.values:
        parts.append("a.story_id IS NULL")
    return Where(" OR ".join(parts), values)


def _listed(conditions: Mapping[str, str]) -> Callable[[Term], Where]:
    return lambda term: Where(" OR ".join(f"({conditions[value]})" for value in term.values))


def _date(column: str, operator: str) -> Callable[[Term], Where]:
    return lambda term: Where(
        f"a.{column} {operator} :instant", {"instant": bound(term.name, term.values[0])}
    )


def _any(name: str, wanted: Sequence[Any], values: dict[str, Any]) -> str:
    """Return the right side of `=` for these values; one value alone can use an index in its order."""
    if len(wanted) == 1:
        values[name] = wanted[0]
        return f":{name}"
    values[name] = list(wanted)
    return f"ANY(:{name})"


_COMPLEMENTS = {"kind": KINDS, "state": tuple(ArticleState), "wire": tuple(WIRE), "cause": tuple(Cause)}
"""Conditions of which every article, or line, has exactly one value."""

_BUILDERS: Mapping[str, Callable[[Term], Where]] = {
    "language": _language,
    "publisher": _publisher,
    "kind": _column("kind"),
    "state": _column("state"),
    "story": _story,
    "wire": _listed(WIRE),
    "rights": _listed(RIGHTS),
    "published_from": _date("published", ">="),
    "published_to": _date("published", "<"),
    "stored_from": _date("stored_at", ">="),
    "stored_to": _date("stored_at", "<"),
    # The index leaves out lines of new articles, which say nothing of fields.
    "changed": lambda term: Where(
        "l.kind <> 'created' AND l.changed && CAST(:fields AS text[])", {"fields": list(term.values)}
    ),
    "cause": lambda term: Where("l.cause = ANY(:causes)", {"causes": list(term.values)}),
    "min_words": lambda term: Where(
        "l.kind <> 'revised' OR l.words_added + l.words_removed >= :least", {"least": int(term.values[0])}
    ),
}
