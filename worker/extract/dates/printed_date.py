"""Find the dates that a page prints, where its head has no date or no zone.

One pass collects the short texts (and attributes for scripts) that hold a date. Its place, its marks and the
words before it decide whether it is the article's date, and whether of publication or of the last change.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from itertools import chain, islice
from urllib.parse import urlsplit

from worker.extract.dates.stated_date import Dated
from worker.extract.head import Head
from worker.extract.lexicon import DATE_LABEL, PUBLISHED_LABEL, UPDATED_LABEL
from worker.extract.summary import find_headline
from worker.extract.words import key, squeeze
from worker.text.dates.printed import MAX_TEXT, Habits, WrittenDate, written_dates
from worker.text.dates.strict import read_date
from worker.text.html import Tree

# A number that may be a date; names of classes and elements that hold the article's date, other parts of the
# page, other articles, and in mastheads the present day; words before a date. Collected by hand.
_DATED = re.compile(r"\d(?:\d{3}|\d?[./-]\d{1,2}[./-]\d{2})")
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|published|pub|posted|updated|created|datum|fecha|data|dateline"
    r"|datetime|meta|byline|info)(?![a-z])|[a-z](?:Date|Time|Timestamp|Meta|Byline)(?![a-z])|(?:pub|post)date"
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:teasers?|widget|calendar|recommend\w*|popular|latest|archive|copyright|event|promo|more"
    r"|nav|menu|most|trending|carousel|slider|search|feed)(?![a-z])"
    r"|(?:^|\s)hidden(?=\s+(?![^\s:]{1,20}:)|$)"
)
_OF_ANOTHER = re.compile(
    r"(?:^|[\s_-])(?:comments?|replies|respond|discussion|related)(?![a-z])|disqus|livefyre|coral-?(?:talk|stream)"
)
_ASIDE = re.compile(r"(?:^|[\s_-])sidebar(?![a-z])")
_OF_TODAY = re.compile(r"(?:^|[\s_-])(?:todays?|current-?date|date-?now)(?![a-z])")
_FOOTER = re.compile(r"(?:^|[\s_-])(?<!article.)(?<!asset.)(?<!entry.)(?<!post.)footer(?![a-z])")
_ELSEWHERE = frozenset(("nav", "form", "select"))
_UNREAD = frozenset(("script", "style", "noscript", "template", "head", "title", "textarea", "option", "svg"))
_LINE_BREAKS = """
br hr p div section article main header footer nav aside ul ol li dl dt dd table tr td th blockquote pre
h1 h2 h3 h4 h5 h6 figure figcaption form fieldset legend address details summary center
"""
_BREAKS = frozenset(_LINE_BREAKS.split())
"""Elements that begin a new line."""
# Names of attributes with a date, and words before one.
_DATA = re.compile(r"date|time|publish|utc|epoch")
_PUBLISHED = re.compile(rf"(?:{PUBLISHED_LABEL})[^\d]{{0,40}}$", re.IGNORECASE)
_DATE = re.compile(rf"(?:{DATE_LABEL})[^\d]{{0,40}}$", re.IGNORECASE)
_UPDATED = re.compile(rf"(?:{UPDATED_LABEL})[^\d]{{0,40}}$", re.IGNORECASE)
# The date at the beginning of a long text, up to a dash or a colon.
_OPENING = re.compile(r"\s*([^\d]{0,30}?\d[^–—:|)(]{5,24}?)(?:\s[–—|-]\s|\)|:\s)")
_UPDATED_NAME = re.compile(r"updat|modif", re.IGNORECASE)
_FRAMED = re.compile(r"©|\(c\)|copyright|photo|foto|fotograf", re.IGNORECASE)

# Bounds on the time of the search: elements, texts with a date, parts of a text, elements after the headline,
# and the same where these have no date. Guesses.
_MAX_ELEMENTS = 8000
_MAX_PLACES = 60
_MAX_PARTS = 40
_FAR_BEHIND, _FARTHEST = 300, 2000

# Elements from the headline at which a date is the likelier the article's, and elements above a date whose
# names count. Tuned by hand, like the scores in `_where` and `_judged`.
_NEAR_AFTER, _NEAR_BEFORE, _JUST_BEFORE = 90, 60, 15
_JUST_AFTER = 5
"""Elements from the headline in which an aside holds the article's own lines. A guess."""
_MAX_UP = 6
_SHORT_LINE = 80
"""Characters of a line that has little besides its date."""
_MAX_CACHED = 4096  # names of attributes of several sites
_SHORTEST = 5
"""Characters: no date is shorter."""
_NOWHERE = 1_000_000
"""The distance from the headline if there is no headline."""

_LABEL_UP = 3
"""Elements above a date, each the first in the next, before which its label can be. A guess."""
_OFF, _FAR_OFF = 3.0, 6.0
"""What it costs to be in a part of the page that seldom, or never, has the article's date. Tuned by hand."""
_ENOUGH = 1.5
"""The least score of a date that is considered at all."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date on the page, the score by which it is the article's, and whether it is of the last change.

    `labelled`: words before it say that it is the day of publication."""

    dated: Dated
    score: float
    update: bool
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A line in `element`, or a value for scripts (`stated`); `at` counts elements from the headline.

    `behind`: the child of `element` that the date follows."""

    element: Tree
    text: str
    stated: bool
    at: int
    behind: Tree | None = None


def printed_dates(
    tree: Tree, head: Head, url: str, title: str | None = None, *, near: bool = False
) -> list[PrintedDate]:
    """Return the dates that may be the article's, best first, without changing `tree`.

    `title` is the article's, by which its headline is found; `near`: only elements close to it are read."""
    habits = habits_of(head, url)
    headline = _headline(tree, head, title)
    shared = frozenset(() if headline is None else headline.iterancestors())
    if near and headline is None:
        return []
    for far in (_NEAR_AFTER,) if near else (_FAR_BEHIND, _FARTHEST):
        places = _dated(_elements(tree), None) if headline is None else _around(headline, far)
        found = [date for place in islice(places, _MAX_PLACES) for date in _read(place, shared, habits)]
        found = sorted((date for date in found if date.score >= _ENOUGH), key=lambda date: -date.score)
        if found or headline is None:
            break
    return found


def habits_of(head: Head, url: str) -> Habits:
    """Return the language and country of a page by its language tag and its host."""
    tag = (head.language or head.first("content-language", "og:locale") or "").replace("_", "-").lower()
    ending = (urlsplit(url).hostname or "").rpartition(".")[2]
    region = tag.rpartition("-")[2] if "-" in tag else ""
    country = ending if len(ending) == 2 else region if len(region) == 2 else ""
    return Habits(tag, {"gb": "uk"}.get(country, country))


def _around(headline: Tree, far: int) -> Iterator[_Place]:
    """Yield the places with a date around the headline, up to `far` elements after it, in order."""
    above = [headline, *headline.iterancestors()]
    before: list[Tree] = []
    for sibling in (one for around in above for one in around.itersiblings(preceding=True)):
        before[:0] = deque(sibling.iter(), _NEAR_BEFORE - len(before))
        if len(before) >= _NEAR_BEFORE:
            break
    yield from _dated(before, -len(before))
    after = (one for around in above for sibling in around.itersiblings() for one in sibling.iter())
    yield from _dated(islice(chain(headline.iter(), after), far), 0)


def _elements(tree: Tree) -> Iterator[Tree]:
    body = tree.find("body")
    return islice((tree if body is None else body).iter(), _MAX_ELEMENTS)


def _dated(elements: Iterable[Tree], start: int | None) -> Iterator[_Place]:
    for at, element in enumerate(elements, start or 0):
        where = _NOWHERE if start is None else at
        text, tail = element.text, element.tail
        if element.tag not in _UNREAD:
            if text and _holds_date(text):
                yield from _printed(element, None, text, where)
            for stated in _stated(element):
                yield _Place(element, stated, True, where)
        if tail and _holds_date(tail):
            yield from _printed(element.getparent(), element, tail, where)


def _holds_date(text: str) -> bool:
    return len(text) > _SHORTEST and not text.isspace() and _DATED.search(text, 0, MAX_TEXT) is not None


def _headline(tree: Tree, head: Head, title: str | None) -> Tree | None:
    titles = [title, head.first("og:title"), *head.titles, *head.h1[:1]]
    found = (find_headline(tree, key(title), sure=True) for title in titles if title)
    return next((one for one in found if one is not None), None)


def _printed(box: Tree, behind: Tree | None, own: str, where: int) -> Iterator[_Place]:
    """Yield the line of `box` that contains `own`, the text behind one of its children or its first text.

    Of a line that is too long for a date, only the beginning of `own` counts."""
    text = squeeze(_line(box, behind)) or squeeze(own)
    if len(text) <= MAX_TEXT:
        yield _Place(box, text, False, where, behind)
    elif opening := _OPENING.match(own):
        yield _Place(box, squeeze(opening[1]), False, where, behind)


def _line(box: Tree, behind: Tree | None) -> str:
    """Return the text around a place in `box`, with inline elements, from one line break to the next."""
    before: list[str] = []
    child = behind
    while child is not None and child.tag not in _BREAKS and len(before) < _MAX_PARTS:
        before += [child.tail or "", _inline(child)]
        child = child.getprevious()
    if child is None:
        before.append(box.text or "")
    elif child is behind or child.tag in _BREAKS:
        before.append(child.tail or "")
    after: list[str] = []
    child = next(iter(box), None) if behind is None else behind.getnext()
    while child is not None and child.tag not in _BREAKS and len(after) < _MAX_PARTS:
        after += [_inline(child), child.tail or ""]
        child = child.getnext()
    return "".join([*reversed(before), *after])


def _inline(element: Tree) -> str:
    """Return the text in an element, as far as a line is read."""
    if not len(element):
        return "" if element.tag in _UNREAD or not isinstance(element.tag, str) else element.text or ""
    parts = islice(element.itertext(), _MAX_PARTS)
    return "".join(part[: MAX_TEXT + 1] for part in parts)


def _stated(element: Tree) -> list[str]:
    """Return the values of an element's attributes that may be dates."""
    if element.tag in ("time", "abbr") and (stated := element.get("datetime") or element.get("title")):
        return [stated]
    names = [name for name in element.keys() if _is_data_date(name)]  # noqa: SIM118
    return [value for name in names if len(value := element.get(name, "")) < _SHORT_LINE]


@lru_cache(_MAX_CACHED)
def _is_data_date(name: str) -> bool:
    """Whether the name of an attribute says that scripts read a date in it."""
    return name.startswith("data-") and _DATA.search(name) is not None


def _where(place: _Place, shared: frozenset[Tree]) -> tuple[float, bool]:
    """Score an element by its place and its marks; also return whether it is in an aside.

    Elements in `shared` surround the headline, too, so their marks do not set the date apart."""
    score, element = 0.0, place.element
    if 0 <= place.at <= _NEAR_AFTER:
        score += 3.0 - place.at / 30
    elif -_NEAR_BEFORE <= place.at < 0:
        score += 2.5 if place.at > -_JUST_BEFORE else 1.0
    score += 1.0 if element.tag == "time" else 0.0
    marked, aside, against = False, False, 0.0
    for up, around in enumerate((element, *element.iterancestors())):
        if around.tag in ("body", "html") or up > _MAX_UP or around in shared:
            break
        names = f"{around.get('class', '')} {around.get('id', '')} {around.get('itemprop', '')}"
        marked = marked or (up <= 2 and _MARKED.search(names) is not None)
        if up <= 2 and _OF_TODAY.search(names.lower()):
            against = _FAR_OFF
        names = names.lower() if 1 <= up <= 4 else ""
        footer = (around.tag == "footer" or _FOOTER.search(names)) and not _is_within(around, "article")
        aside = aside or around.tag == "aside" or _ASIDE.search(names) is not None
        if footer or around.tag in _ELSEWHERE or _OF_ANOTHER.search(names):
            against = _FAR_OFF
        elif _BESIDE.search(names):
            against = max(against, _OFF)
    if aside:
        against = max(against, _OFF if 0 <= place.at <= _JUST_AFTER else _FAR_OFF)
    linked = element.tag == "a" or _is_within(element, "a")
    return score + (2.0 if marked else 0.0) - against - (2.0 if linked else 0.0), aside


def _is_within(element: Tree, tag: str) -> bool:
    return any(one.tag == tag for one in element.iterancestors())


def _read(place: _Place, shared: frozenset[Tree], habits: Habits) -> Iterator[PrintedDate]:
    score, aside = _where(place, shared)
    if place.stated:
        if (stated := read_date(place.text)) is not None:
            update = _UPDATED_NAME.search(place.element.get("class", "")) is not None
            yield PrintedDate(Dated(*stated, "html"), score + 3.5, update)
        return
    end = 0
    dates = list(written_dates(place.text, habits))
    label = _before(place) if dates and dates[0].start == 0 else ""
    for date in dates:
        yield _judged(date, place.text[end : date.start] or label, len(place.text), score, len(dates), aside)
        end = date.end


def _before(place: _Place) -> str:
    """Return the text right before a line."""
    at = place.element if place.behind is None else place.behind
    if place.behind is not None and at.tag != "br":
        return squeeze(_inline(at))[-_SHORT_LINE:]
    for _ in range(_LABEL_UP):
        if (previous := at.getprevious()) is not None:
            return squeeze(f"{_inline(previous)} {previous.tail or ''}")[-_SHORT_LINE:]
        at = at.getparent()
        if at is None or (at.text and not at.text.isspace()):
            break
    return squeeze(at.text)[-_SHORT_LINE:] if at is not None else ""


def _judged(
    date: WrittenDate, before: str, length: int, score: float, count: int, aside: bool
) -> PrintedDate:
    update = _UPDATED.search(before) is not None
    rest = length - (date.end - date.start)
    labelled = not update and rest <= _SHORT_LINE and _PUBLISHED.search(before) is not None
    named = not update and rest <= _SHORT_LINE and _DATE.search(before) is not None
    if labelled or named:
        score += 2.0 + (_FAR_OFF - _OFF if aside else 0.0)
    score += 0.5 if date.clock else 0.0
    score += 2.0 if rest <= 30 else 1.0 if rest <= _SHORT_LINE or count > 1 else -1.5
    score -= 3.0 if _FRAMED.search(before) else 0.0
    dated = Dated(date.at.replace(tzinfo=date.zone or UTC), "instant" if date.zone else "day", "html")
    return PrintedDate(dated, score, update, labelled)
