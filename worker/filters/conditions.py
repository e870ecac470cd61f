"""The conditions of filters: their names, and the values that each accepts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from worker.model import ArticleState, Cause
from worker.text.search_query import QueryError, QueryTerm, parse_query
from worker.urls import BadUrl, host_of, is_http, normal_host, without_www

LARGEST_ID = 2**63 - 1
"""The largest id: that of a bigint column."""

MOST_WORDS = 1_000_000
"""The most words that an edit can be said to have: more than any page holds."""

UNKNOWN_LANGUAGE = "und"
"""The language of articles whose language is unknown (BCP 47: undetermined)."""

NO_STORY = "none"
"""The story of articles without one."""

KINDS = ("article", "live-blog", "video", "audio", "gallery", "index-page")
"""The kinds of articles (docs/consuming.md)."""

RIGHTS = ("noindex", "noarchive", "noai", "tdm_reserved", "denied", "licence", "paywalled")
"""What a page says about its use. `denied`: robots.txt forbids it to an agent; `licence`: it states one."""

FIELDS = (
    *("title", "text", "summary", "authors", "agencies", "published", "kind", "images", "blocks"),
    *("published_precision", "modified", "language", "section", "tags", "site_name", "paywalled", "rights"),
    *("correction", "url", "state", "story_id", "wire"),
)
"""The fields that a line of the change log can name as changed."""

WIRE = ("true", "false", "unknown")
"""Whether an article is an agency's; unknown: nobody can say."""

LONGEST_LABEL = 100
"""Characters of a label. A guess; it is a word or two."""

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}", re.IGNORECASE)
"""A language tag, as far as articles have them: language, script, region (BCP 47)."""

_LOST_PLUS = re.compile(r"(\d) (\d\d:?\d\d)$")
"""An offset whose plus sign was read as a space, as in a query string that is not encoded."""


class FilterError(ValueError):
    """A filter cannot be read; the text is one line: which condition, what is wrong, and how to write it."""


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """A condition: how a value is read, and for people what it means.

    `read` returns the canonical spelling, and raises `ValueError` with what would be right. `values` lists
    all values if they are few. A condition that is `single` is given at most once.
    """

    words: str
    read: Callable[[str], str]
    values: tuple[str, ...] = ()
    single: bool = False

    def is_negation(self, value: str) -> bool:
        """Return whether the value begins with a `-` that negates it."""
        return not self.single and value.startswith("-")


class QueryKind(ConditionKind):
    """The condition of the search, in whose language `-` already means not."""

    def is_negation(self, value: str) -> bool:
        """Return whether the value is one excluded word or phrase, which finds nothing by itself."""
        try:
            return value.startswith("-") and isinstance(parse_query(value[1:]), QueryTerm)
        except QueryError:
            return False


def bound(name: str, value: str) -> datetime:
    """Return the instant of a date condition: the first that `_from` accepts, or the first after `_to`.

    A day begins and ends in UTC, and `_to` includes it; an instant of `_to` is not included.
    """
    if "T" in value:
        return datetime.fromisoformat(value)
    day = date.fromisoformat(value) + timedelta(days=name.endswith("_to"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _language(value: str) -> str:
    if not _TAG.fullmatch(value):
        raise ValueError(f"write a language tag such as de or de-AT, or {UNKNOWN_LANGUAGE} for unknown")
    first, *others = value.split("-")
    return "-".join((first.lower(), *(one.upper() if len(one) == 2 else one.lower() for one in others)))


def _site(value: str) -> str:
    try:
        return _site_of(host_of(value) if is_http(value) else normal_host(value))
    except BadUrl:
        raise ValueError("write the name of a host, such as news.example") from None


def _site_of(host: str) -> str:
    # Until nothing is left to remove, so that reading a canonical value again gives the same.
    while (shorter := without_www(host)) != host:
        host = shorter
    return host


def _feed(value: str) -> str:
    if value.isdecimal():
        return _number(value)
    if not is_http(value):
        raise ValueError("write a feed's id or address; `wiredesk feeds list` shows them")
    return value


def _story(value: str) -> str:
    if value == NO_STORY:
        return value
    if not value.isdecimal():
        raise ValueError(f"write the id of a story, or {NO_STORY}")
    return _number(value)


def _number(value: str) -> str:
    # The length first: Python refuses to read numbers of thousands of digits.
    if len(value) > 20 or not 1 <= int(value) <= LARGEST_ID:
        raise ValueError("ids are numbers from 1")
    return str(int(value))


def _words(value: str) -> str:
    if not value.isdecimal() or len(value) > 20 or not 1 <= int(value) <= MOST_WORDS:
        raise ValueError(f"write a number of words from 1 to {MOST_WORDS:,}")
    return str(int(value))


def _label(value: str) -> str:
    if len(value) > LONGEST_LABEL:
        raise ValueError(f"labels have at most {LONGEST_LABEL} characters")
    return value


def _query(value: str) -> str:
    try:
        parse_query(value)
    except QueryError as error:
        raise FilterError(f"q: {error}") from None
    return value


def _date(value: str) -> str:
    problem = "write a day such as 2026-05-04, or an instant such as 2026-05-04T12:00:00Z"
    try:
        if len(value) <= 10:
            read = date.fromisoformat(value)
            text = read.isoformat()
        else:
            read = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", value))
            read = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
            text = read.isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise ValueError(problem) from None
    if not 1 < read.year < 9999:
        raise ValueError(problem)
    return text


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in values:
            raise ValueError(f"write {', '.join(values[:-1])} or {values[-1]}")
        return value

    return read


def _listed(words: str, values: tuple[str, ...] | type[StrEnum]) -> ConditionKind:
    listed = values if isinstance(values, tuple) else tuple(one.value for one in values)
    return ConditionKind(f"{words}: {', '.join(listed)}", _one_of(listed), listed)


def _from(what: str) -> ConditionKind:
    return ConditionKind(f"{what} at this day or instant, or later", _date, single=True)


def _to(what: str) -> ConditionKind:
    words = f"{what} on this day or earlier; of an instant: before it"
    return ConditionKind(words, _date, single=True)


CONDITIONS: Mapping[str, ConditionKind] = {
    "q": QueryKind('words, "phrases", -not, title:, author: (docs/search.md)', _query),
    "language": ConditionKind("BCP 47; de matches de-AT, too; und: unknown", _language),
    "publisher": ConditionKind("host name of the outlet; its subdomains match, too", _site),
    "feed": ConditionKind("id or address of a feed that listed it", _feed),
    "label": ConditionKind("the operator's label of a feed that listed it, or of its publisher", _label),
    "kind": _listed("kind of article", KINDS),
    "state": _listed("state of the article", ArticleState),
    "story": ConditionKind(f"id of its story; {NO_STORY}: not in a story", _story),
    "wire": _listed("whether it is an agency's report", WIRE),
    "rights": _listed("what its page says about its use", RIGHTS),
    "published_from": _from("published"),
    "published_to": _to("published"),
    "stored_from": _from("stored"),
    "stored_to": _to("stored"),
    "changed": _listed("with a change of this field", FIELDS),
    "cause": _listed("with a change of this cause", Cause),
    "min_words": ConditionKind(
        "leaves out edits by fewer words, those added and removed counted together", _words, single=True
    ),
}
"""All conditions by name, in the order in which a filter is written."""
