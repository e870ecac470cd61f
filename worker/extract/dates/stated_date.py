"""Read the dates that are stated for programs: JSON-LD, meta, microdata, address, scripts, and the feed."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from worker.extract.head import Head
from worker.extract.types import FeedItem, Source
from worker.text.dates.precision import WEB, Precision, has_clock, is_ahead, is_placeholder_date
from worker.text.dates.printed import Habits, written_dates
from worker.text.dates.strict import read_date
from worker.text.html import Tree

# Names of meta elements by which publishers and their systems state dates, the most reliable first.
_PUBLISHED = (
    *("article:published_time", "og:published_time", "og:article:published_time", "article:published"),
    *("datepublished", "pubdate", "publish-date", "publish_date", "publishdate", "published_date"),
    *(
        "publication_date",
        "date.published",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
    ),
    *("cxenseparse:publishtime", "dcterms.created", "dc.date.issued", "dc.date.created", "dcterms.issued"),
    *("original-publish-date", "article.published", "citation_publication_date", "citation_online_date"),
    *("bt:pubdate", "rnews:datepublished", "vr:published_time", "article_date_original", "datecreated"),
    *("article:create_time", "og:pubdate", "publishtime", "published", "article.created"),
    "iso-8601-publish-date",
)
_NAMED_PUBLISHED = re.compile(
    r"^(?!.*(?:last|updat|modif))(?:.*publi(?:sh|cation).{0,20}(?:date|time|at$|on$)|.*(?:date|time).{0,10}pub"
    r"|.*pub.?(?:date|time))"
)
"""Other names of the same, after those above."""
_LOOSE = (
    "dc.date",
    "dcterms.date",
    "date",
    "created",
    "created_at",
    "creation_date",
    "releasedate",
    "release_date",
    "uploaddate",
)
"""Names by which some systems mean the day of the last change."""
# The same for the last change.
_MODIFIED = (
    *("article:modified_time", "og:updated_time", "og:article:modified_time", "article:modified"),
    *("datemodified", "lastmod", "last-modified", "modified", "date.modified", "dc.date.modified"),
    *("dcterms.modified", "article:updated", "revised"),
)
_NAMED_MODIFIED = re.compile(r"updated|modified|last.?change")

_LISTED = frozenset((*_PUBLISHED, *_LOOSE, *_MODIFIED))
_ONE_DAY = timedelta(hours=48)
"""How far apart statements of one article's date are: a day, and the offsets of their zones."""
_URL_DAY = re.compile(r"[/_-]((?:19|20)\d{2})[/_-]?(\d{2})[/_-]?(\d{2})(?=\D|$)")
"""A day in an address, as `/2024/05/03/`."""
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})/([a-z]{3,9})/(\d{1,2})(?=\D|$)", re.IGNORECASE)
"""A day in an address whose month is a word, as `/2024/may/03/`."""
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
"""A year in an address."""
_VALUE = r"\\?[\"']?\s*[:=]\s*\\?[\"']?([^\"'\\,{}]{8,40})"
_IN_DATA = {
    "ublish": re.compile(rf"[\w-]{{0,12}}ublish[\w-]{{0,12}}{_VALUE}"),
    "ublica": re.compile(rf"[\w-]{{0,12}}ublica[\w-]{{0,16}}{_VALUE}"),
    "reate": re.compile(rf"[\w-]{{0,12}}reated?(?:_?[Aa]t|_?[Oo]n|_?[Dd]ate|_?[Tt]ime)\b{_VALUE}"),
    **{name: re.compile(rf"[\w-]{{0,12}}{name}\b{_VALUE}") for name in ("ubDate", "ubTime", "ub_date")},
}
"""A piece of the names that publishers' scripts give to the article's date, and the name with its value, the
most reliable first."""
_BEFORE = 12
"""Characters of such a name before its piece."""

# Bounds on time: characters of a script that is read, dates in scripts, `<time>` elements. Guesses.
_MAX_SCRIPT = 2_000_000
_MAX_FOUND = 20
_FEW = 5


class Dated(NamedTuple):
    """A date, how much of it is known, and its source."""

    at: datetime
    precision: Precision
    source: Source

    def is_ahead(self, now: datetime | None) -> bool:
        """Return whether it is certainly after `now`."""
        return is_ahead(self.at, self.precision, now)

    @property
    def is_exact(self) -> bool:
        """Whether it is an instant, and not midnight, which programs write for a day."""
        return self.precision == "instant" and has_clock(self.at)


class FeedDate(NamedTuple):
    """A date of the feed's item, and whether it lies ahead of the poll that found the item."""

    dated: Dated
    is_ahead: bool


def stated_published(head: Head) -> list[Dated]:
    """Return the page's dates of publication, the most reliable first."""
    return [
        *_dated("json-ld", _strings(head.json_ld.get("datePublished"))),
        *_dated("json-ld", _strings(head.json_ld.get("dateCreated"))),
        *_in_meta(head, _PUBLISHED),
        *_in_meta(head, _like(head, _NAMED_PUBLISHED)),
        *_of_one_day(_dated("microdata", head.itemprops.get("datePublished", []))),
    ]


def loosely_stated(head: Head) -> list[Dated]:
    """Return the stated dates of the page, of publication or not."""
    return list(_in_meta(head, _LOOSE))


def stated_modified(head: Head) -> list[Dated]:
    """Return the page's dates of the last change, the most reliable first."""
    return [
        *_dated("json-ld", _strings(head.json_ld.get("dateModified"))),
        *_in_meta(head, _MODIFIED),
        *_in_meta(head, _like(head, _NAMED_MODIFIED)),
        *_dated("microdata", head.itemprops.get("dateModified", [])),
    ]


def feed_published(entry: FeedItem | None, url: str, now: datetime | None) -> FeedDate | None:
    """Return the feed's date of publication; None for a placeholder, or a year that is not the page's.

    It lies ahead if it is after the poll that found the item, since it was published before; where that
    poll is unknown, if it is after `now`."""
    found = _of_feed(entry, "published", getattr(entry, "discovered_at", None) or now)
    if found and found.dated.at.year < WEB and str(found.dated.at.year) not in _YEAR.findall(url):
        return None
    return found


def feed_updated(entry: FeedItem | None, now: datetime | None) -> FeedDate | None:
    """Return the feed's date of the last change; None for a placeholder."""
    found = _of_feed(entry, "updated", now)
    return None if found and found.dated.at.year < WEB else found


def _of_feed(entry: FeedItem | None, name: str, seen_at: datetime | None) -> FeedDate | None:
    at: datetime | None = getattr(entry, name, None)
    if at is None:
        return None
    if at.tzinfo is None:
        dated = Dated(at.replace(tzinfo=UTC), "day", "feed")
    else:
        # Not every item knows the precision of its dates: entries from before it was kept do not.
        dated = Dated(at, getattr(entry, f"{name}_precision", None) or "instant", "feed")
    if is_placeholder_date(dated.at):
        return None
    return FeedDate(dated, dated.is_ahead(seen_at))


def time_element_dates(head: Head) -> list[Dated]:
    """Return the dates of the first <time> elements, whatever they belong to."""
    return list(_dated("html", head.times[:_FEW]))


def address_date(url: str) -> Dated | None:
    """Return the day in the page's address."""
    if match := _URL_DAY.search(url):
        parsed = read_date("-".join(match.groups()))
        return Dated(*parsed, "url") if parsed else None
    match = _URL_MONTH.search(url)
    named = written_dates(" ".join(reversed(match.groups())), Habits()) if match else ()
    return next((Dated(date.at.replace(tzinfo=UTC), "day", "url") for date in named), None)


def script_dates(tree: Tree) -> list[Dated]:
    """Return the times of publication in the page's scripts, in order, also those of other articles.

    Without such, those of creation; without either, those in the attributes that scripts read."""
    texts = [
        script.text
        for script in tree.iter("script")
        if script.text and len(script.text) <= _MAX_SCRIPT and "ld+json" not in script.get("type", "")
    ]
    for needle, value in _IN_DATA.items():
        found = list(islice(_dated("html", _values(texts, needle, value)), _MAX_FOUND))
        if found:
            return found
    needle = next(iter(_IN_DATA))
    kept = islice(_data_attributes(tree), _FEW)
    return list(islice(_dated("html", _values(kept, needle, _IN_DATA[needle])), _MAX_FOUND))


def _data_attributes(tree: Tree) -> Iterator[str]:
    """Yield the attributes with data of scripts that has a date. An XPath takes twice as long."""
    for element in tree.iter():
        for value in element.values():
            if "ublished" in value and ("datePublished" in value or "publishedAt" in value):
                yield value


def _values(texts: Iterable[str], needle: str, value: re.Pattern[str]) -> Iterator[str]:
    for text in texts:
        at, count = text.find(needle), 0
        while at >= 0 and count < _MAX_FOUND:
            if match := value.match(text, max(0, at - _BEFORE)) or value.match(text, at):
                yield match[1]
            at, count = text.find(needle, at + len(needle)), count + 1


def _of_one_day(dates: Iterable[Dated]) -> list[Dated]:
    """Return the dates if they are within a day or two; otherwise they belong to several articles."""
    found = list(dates)
    ends = [one.at for one in found]
    return found if not found or max(ends) - min(ends) <= _ONE_DAY else []


def _like(head: Head, names: re.Pattern[str]) -> list[str]:
    """Return the names of meta elements that match and are in no list."""
    return [name for name in head.meta if name not in _LISTED and names.search(name)]


def _in_meta(head: Head, names: Iterable[str]) -> Iterator[Dated]:
    for name in names:
        if values := head.meta.get(name):
            yield from _dated("opengraph" if ":" in name else "meta", values)


def _dated(source: Source, values: Iterable[str]) -> Iterator[Dated]:
    for value in values:
        if parsed := read_date(value):
            yield Dated(*parsed, source)


def _strings(value: object) -> list[str]:
    return [
        str(item) for item in (value if isinstance(value, list) else [value]) if isinstance(item, str | int)
    ]
