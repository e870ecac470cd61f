"""The title: the headline as it is printed, found by what the page states; else the statement itself.

Statements (JSON-LD, OpenGraph, <title>) may be shortened, written for search engines or carry the site's
name; headings may be the site's logo or a teaser's. So each is the other's witness.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from worker.extract.head import Head
from worker.extract.titles.headings import Heading, first_headings, lower_headings, printed_part
from worker.extract.titles.sites import BREAK, without_site
from worker.extract.topics.sections import stated_sections
from worker.extract.types import FeedItem, Source
from worker.extract.words import TOKEN, key, squeeze
from worker.text.html import Tree

_Choice = tuple[str, Source]
_WEIGHTS = {"ld": 3.0, "og": 2.5, "itemprop": 2.0, "twitter": 1.0, "title": 2.0}
_SURE = 0.5
"""Share of the words of a heading and a statement in common from which they say the same."""
_EQUAL = 0.8
"""The same for headings below the first level, most of which head other things."""
_PART = 0.95
_MIN_TITLE = 8
_MAX_TITLE = 600
_MIN_SHARED = 3
_SENTENCE = 3
_SENTENCE_LENGTH = 14
_JOINT = re.compile(r"[:–—|-]")


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    spelled: str
    parts: frozenset[str]
    words: frozenset[str]
    weight: float
    source: Source


def choose_title(
    tree: Tree, head: Head, url: str, site_names: Iterable[str], entry: FeedItem | None
) -> _Choice | None:
    """The printed headline that the statements confirm, else the best statement, else the feed's."""
    first = first_headings(tree, url)
    homes = [one.text for one in first if one.home]
    sites = [
        spelled
        for name in (*site_names, *homes, *(name for name, _ in stated_sections(head)))
        if (spelled := key(name))
    ]
    statements = list(_statements(head, sites))
    printed, weight = _printed(first, statements, sites, _SURE)
    if printed is None or printed.beside or weight < 1.0:
        lower = lower_headings(tree, url, partial(_may_be, statements))
        second, its_weight = _printed(lower, statements, sites, _EQUAL)
        printed = second if its_weight > weight else printed
    if printed:
        return _spelling(printed, statements), "html"
    if alone := _alone(first):
        return alone
    if statements:
        best = _most_agreed(statements)
        if BREAK.search(best.text) and (part := printed_part(tree, best.text, _MIN_TITLE)):
            return part, "html"
        return best.text, best.source
    feed_title = squeeze(html.unescape(entry.title or "")) if entry else ""
    own_name = next(iter(head.titles), None)
    return (feed_title, "feed") if feed_title else (own_name, "html") if own_name else None


def _statements(head: Head, sites: Sequence[str]) -> Iterator[_Statement]:
    headline = head.json_ld.get("headline") or head.json_ld.get("name")
    said: tuple[tuple[str | None, str, Source], ...] = (
        (headline if isinstance(headline, str) else None, "ld", "json-ld"),
        (head.first("og:title"), "og", "opengraph"),
        (head.itemprops.get("headline", [None])[0], "itemprop", "microdata"),
        (
            head.first("twitter:title", "dc.title", "parsely-title", "sailthru.title", "title"),
            "twitter",
            "meta",
        ),
        (head.titles[0] if head.titles else None, "title", "html"),
    )
    for text, name, source in said:
        title = without_site(squeeze(html.unescape(html.unescape((text or "")[:_MAX_TITLE]))), sites)
        if title and key(title) not in sites:
            parts = frozenset(key(part) for part in BREAK.split(title) if len(part) >= _MIN_TITLE)
            yield _Statement(title, key(title), parts, _words(title), _WEIGHTS[name], source)


def _printed(
    headings: Iterable[Heading], statements: Sequence[_Statement], sites: Sequence[str], least: float
) -> tuple[Heading | None, float]:
    """The heading that agrees best with a statement, if it does so by `least`, and the weight it has."""
    best, most = None, 0.0
    for heading in headings:
        if heading.home or key(heading.text) in sites or (heading.beside and heading.level > 1):
            continue
        agreed = [(_agreement(heading, one), one.weight) for one in statements]
        agreement = max(agreed, default=(0.0, 0.0))[0]
        weight = agreement + 0.02 * sum(each for most_alike, each in agreed if most_alike == agreement)
        weight += 0.2 * heading.in_article - 0.3 * heading.beside - 0.5 * heading.linked
        if agreement >= least and weight > most:
            best, most = heading, weight
    return best, most


def _alone(headings: Sequence[Heading]) -> _Choice | None:
    """A sentence in the article's only heading of the first level: printed, though nothing confirms it."""
    able = [
        one
        for one in headings
        if not (one.home or one.beside or one.linked)
        and len(_words(one.headline)) >= _SENTENCE
        and len(one.headline) >= _SENTENCE_LENGTH
    ]
    inside = [one for one in able if one.in_article] or able
    return (inside[0].headline, "html") if len(inside) == 1 else None


def _may_be(statements: Sequence[_Statement], text: str) -> bool:
    """Whether a text and a statement share half of their words: the quick question before the others."""
    words = _words(text)
    if any(key(text) in one.parts for one in statements):
        return True
    return any(2 * len(words & one.words) >= len(words | one.words) for one in statements)


def _agreement(heading: Heading, statement: _Statement) -> float:
    """From 0 to 1: how far a printed text and a statement say the same."""
    if statement.spelled in (key(heading.headline), key(heading.text)):
        return 1.0
    if key(heading.headline) in statement.parts:
        return _PART
    words = _words(heading.headline)
    shared = len(words & statement.words)
    alike = shared / max(1, len(words | statement.words))
    within = shared / max(1, min(len(words), len(statement.words))) if shared >= _MIN_SHARED else 0.0
    return 0.99 * max(alike, 0.8 * within if heading.level == 1 else 0.0)


def _spelling(heading: Heading, statements: Sequence[_Statement]) -> str:
    """The heading as printed; with its kicker only as, and if, a statement writes the two on one line."""
    whole, headline = key(heading.text), key(heading.headline)
    if headline != whole and any(one.spelled == headline for one in statements):
        return heading.headline
    for one in statements:
        if one.spelled == whole and (headline != whole or _joins(one.text, heading.text)):
            return one.text
    return heading.headline


def _joins(stated: str, printed: str) -> bool:
    """Whether `stated` is `printed` with a space or colon more: what the page's layout has in its place."""
    these, those = "".join(stated.split()), "".join(printed.split())
    return these == those or (len(these) > len(those) and _JOINT.sub("", these) == _JOINT.sub("", those))


def _most_agreed(statements: Sequence[_Statement]) -> _Statement:
    def weight(one: _Statement) -> float:
        return sum(other.weight for other in statements if other.spelled == one.spelled)

    return max(statements, key=weight)


def _words(text: str) -> frozenset[str]:
    return frozenset(TOKEN.findall(text.casefold()))
