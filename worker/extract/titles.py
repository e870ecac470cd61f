"""The title: the printed headline that the page's statements confirm, otherwise the best statement.

Statements (JSON-LD, OpenGraph, <title>) may be shortened, written for search engines or contain the site's
name; headings may be the site's logo or a teaser's. So each is used to check the other.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from worker.extract import lexicon
from worker.extract.head import Head
from worker.extract.head.jsonld import name_of_thing
from worker.extract.inline import shown_text
from worker.extract.topics import stated_sections
from worker.extract.types import FeedItem, Source
from worker.extract.words import TOKEN, host_and_path, key, squeeze
from worker.text.html import Tree

_Choice = tuple[str, Source]

# How much a statement counts where several agree with a heading, and how far the two must agree: tried on the
# corpus (make bench-extract).
_WEIGHTS = {"ld": 3.0, "og": 2.5, "itemprop": 2.0, "twitter": 1.0, "title": 2.0}
_SURE = 0.5  # share of common words from which a heading and a statement say the same
_LONGER = 0.04  # added in proportion to the part's length: names of sites are mostly shorter than headlines
_EQUAL = 0.8  # the same for headings below the first level, most of which head other things
_PART = 0.95  # the agreement of a heading that is one part of a statement
_DOUBTFUL = 1.0  # weight below which headings of lower levels are tried, too

# Guesses that the corpus did not contradict.
_MIN_TITLE = 8  # characters of a part of a statement that may be the headline
_MAX_TITLE = 600  # characters of a statement that are read
_MIN_SHARED = 3  # common words of a heading that is within a statement
_SENTENCE = 3  # words of a heading that is a headline without confirmation
_SENTENCE_LENGTH = 14  # and its characters
_LABEL_WORDS = 3  # words of a label after a bar; the headline before it has more
_MAX_BREAKS = 8  # separators of a title that are read
_MAX_LINKS = 300  # links among which the name of a section is searched
_MAX_H1 = 12  # headings that are read
_MAX_LOWER = 40  # headings of levels 2 and 3 that are read
_MAX_LENGTH = 400  # characters of a headline
_MAX_ANCESTORS = 30  # levels above a heading in which an <article> counts
_NEAR = 6  # levels above a heading in which furniture counts
_PARAGRAPHS = 6  # paragraphs of furniture; what has more holds the article
_MAX_SITE = 60  # letters of a site's name
_MIN_REST = 4  # characters of a title that must be left without the site's name
_MIN_BEGINNING = 4  # letters of a part that may be the beginning of the site's name
_JOINT = re.compile(r"[:–—|-]")
_UNREAD = frozenset({"script", "style", "template", "noscript", "svg", "title", "desc"})
_FURNITURE = frozenset({"nav", "aside", "footer", "dialog", "form", "li"})
# Class names of furniture around headings.
_FURNITURE_CLASS = re.compile(
    r"\b(?:side-?bar|related|recommend|breadcrumbs?|footer|cookie|modal|popup|newsletter|comments?)\b",
    re.IGNORECASE,
)
_KICKER = re.compile(lexicon.KICKER_CLASS, re.IGNORECASE)
# Paths of a front page, perhaps with a language.
_HOME = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?|index\.\w+|home/?)?$", re.IGNORECASE)
# Left at the edges of a headline when its kicker is removed.
_JOINTS = " :|–—-/·,"
BREAK = re.compile(
    r"\s[-–—|·•»«›‹:/~♥⋆│┃ǀ>]+\s|\s?[|ㅣ｜：│┃ǀ»]\s?|\s::\s"
    r"|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\W])[-_:](?=[^-_:]{2,25}$)|\s[|-](?=\S+$)|:(?=\S{2,25}$)"
)
"""Separators between the parts of a title in a line with single spaces; without spaces around it only where
the last part may be a name."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `text` is all of it, `headline` the same without kicker and subtitle; `level` is 1 to 3.

    `own` is what stands directly in it, without all that is in elements.

    `home`: it links to the site's front page, so it is the site's name. `linked`: it links elsewhere.
    `furniture`: it is in furniture. `in_article`: it is inside an <article> or <main>.
    """

    text: str
    headline: str
    own: str
    level: int
    home: bool
    linked: bool
    furniture: bool
    in_article: bool


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
    """Return the printed headline that the statements confirm, or the best statement or feed title."""
    first = first_headings(tree, url)
    homes = [one.text for one in first if one.home]
    sites = [
        spelled
        for name in (*site_names, *homes, *(name for name, _ in stated_sections(head)))
        if (spelled := key(name))
    ]
    statements = list(_statements(head, sites))
    printed, weight = _printed(first, statements, sites, _SURE)
    if printed is None or printed.furniture or weight < _DOUBTFUL:
        lower = lower_headings(tree, url, partial(_may_be, statements))
        second, its_weight = _printed(lower, statements, sites, _EQUAL)
        printed = second if its_weight > weight else printed
    alone = _alone(first)
    if printed and (printed.level == 1 or alone is None or _is_stated(printed, statements)):
        return _without_label(without_site(_spelling(printed, statements), sites)), "html"
    if alone:
        return alone
    if statements:
        best = _most_agreed(statements)
        if _is_linked(tree, best.spelled) and (below := _first_sentence(lower_headings(tree, url, bool))):
            return below, "html"
        if BREAK.search(best.text) and (part := printed_part(tree, best.text, _MIN_TITLE, url)):
            return part, "html"
        return _without_label(best.text), best.source
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
    """Return the heading that agrees best with a statement, at least by `least`, and its weight."""
    best, most = None, 0.0
    for heading in headings:
        if heading.home or key(heading.text) in sites or (heading.furniture and heading.level > 1):
            continue
        agreed = [(_agreement(heading, one), one.weight) for one in statements]
        agreement = max(agreed, default=(0.0, 0.0))[0]
        weight = agreement + 0.02 * sum(each for most_alike, each in agreed if most_alike == agreement)
        weight += 0.2 * heading.in_article - 0.3 * heading.furniture - 0.5 * heading.linked
        if agreement >= least and weight > most:
            best, most = heading, weight
    return best, most


def _alone(headings: Sequence[Heading]) -> _Choice | None:
    """Return the article's only heading of level 1 if it is a sentence, although nothing confirms it."""
    able = [
        one
        for one in headings
        if not (one.home or one.furniture or one.linked)
        and len(_words(one.headline)) >= _SENTENCE
        and len(one.headline) >= _SENTENCE_LENGTH
    ]
    inside = [one for one in able if one.in_article] or able
    return (inside[0].headline, "html") if len(inside) == 1 else None


def _first_sentence(headings: Iterable[Heading]) -> str | None:
    """Return the article's first heading that is a sentence."""
    able = (one for one in headings if one.in_article and not (one.furniture or one.linked))
    return next((one.headline for one in able if len(_words(one.headline)) >= _SENTENCE), None)


def _is_linked(tree: Tree, spelled: str) -> bool:
    """Whether a stated title is the text of a link, so that it is the name of a section."""
    return any(link.text and key(link.text) == spelled for link in islice(tree.iter("a"), _MAX_LINKS))


def _may_be(statements: Sequence[_Statement], text: str) -> bool:
    """A fast test: whether a text and a statement share half of their words."""
    words = _words(text)
    if any(key(text) in one.parts for one in statements):
        return True
    return any(2 * len(words & one.words) >= len(words | one.words) for one in statements)


def _agreement(heading: Heading, statement: _Statement) -> float:
    """Return how far a printed text and a statement say the same, from 0 to 1."""
    if statement.spelled in (key(heading.headline), key(heading.text)):
        return 1.0
    if (spelled := key(heading.headline)) in statement.parts:
        return _PART + _LONGER * len(spelled) / len(statement.spelled)
    words = _words(heading.headline)
    shared = len(words & statement.words)
    alike = shared / max(1, len(words | statement.words))
    within = shared / max(1, min(len(words), len(statement.words))) if shared >= _MIN_SHARED else 0.0
    return 0.99 * max(alike, 0.8 * within if heading.level == 1 else 0.0)


def _without_label(title: str) -> str:
    """Return a title without the section or site that a bar sets apart at its end."""
    headline, bar, label = title.rpartition(" | ")
    is_label = bar and len(_words(label)) <= _LABEL_WORDS < len(_words(headline))
    return headline if is_label else title


def _is_stated(heading: Heading, statements: Sequence[_Statement]) -> bool:
    """Whether a statement, or a part of one, says exactly what a heading prints."""
    spelled = key(heading.headline)
    return any(spelled == one.spelled or spelled in one.parts for one in statements)


def _spelling(heading: Heading, statements: Sequence[_Statement]) -> str:
    """Return the heading as printed; with its kicker only if a statement writes the two on one line."""
    whole, headline = key(heading.text), key(heading.headline)
    if headline != whole and any(one.spelled == headline for one in statements):
        return heading.headline
    for one in statements:
        if one.spelled == whole and (headline != whole or _joins(one.text, heading.text)):
            return one.text
    own = key(heading.own)
    if not any(one.spelled == headline for one in statements) and any(own in one.parts for one in statements):
        return heading.own
    return heading.headline


def _joins(stated: str, printed: str) -> bool:
    """Whether `stated` is `printed` with spaces or colons where the layout has a gap."""
    these, those = "".join(stated.split()), "".join(printed.split())
    return these == those or (len(these) > len(those) and _JOINT.sub("", these) == _JOINT.sub("", those))


def _most_agreed(statements: Sequence[_Statement]) -> _Statement:
    def weight(one: _Statement) -> float:
        return sum(other.weight for other in statements if other.spelled == one.spelled)

    return max(statements, key=weight)


def _words(text: str) -> frozenset[str]:
    return frozenset(TOKEN.findall(text.casefold()))


def first_headings(tree: Tree, url: str) -> tuple[Heading, ...]:
    """Return the first headings of level 1, in order; `url` is the page's address."""
    return tuple(_headings(islice(tree.iter("h1"), _MAX_H1), url))


def lower_headings(tree: Tree, url: str, wanted: Callable[[str], bool]) -> tuple[Heading, ...]:
    """Return the headings of levels 2 and 3, among the first of them, whose text is `wanted`."""
    return tuple(_headings(islice(tree.iter("h2", "h3"), _MAX_LOWER), url, wanted))


def printed_part(tree: Tree, title: str, least: int, url: str = "") -> str | None:
    """Return the longest piece of `title`, of at least `least` characters, that an element prints alone.

    A piece is any beginning, or what is between or after separators. Links to the front page do not count."""
    pieces, best = _pieces(title), ""
    for element in tree.iterfind("body//*"):
        text = element.text
        if text and len(text) >= least and element.tag not in _UNREAD:
            text = squeeze(text)
            if (
                max(least, len(best) + 1) <= len(text) < len(title)
                and (text in pieces or title.startswith(text))
                and not (element.tag == "a" and _is_home(element.get("href") or "", url))
            ):
                best = text
    return best or None


def _pieces(title: str) -> frozenset[str]:
    """Return what is between two separators of a title, or after one."""
    breaks = list(islice(BREAK.finditer(title), _MAX_BREAKS))
    ends = [*(one.start() for one in breaks), len(title)]
    return frozenset(title[one.end() : end].strip() for one in breaks for end in ends if end > one.end())


def _headings(elements: Iterable[Tree], url: str, wanted: Callable[[str], bool] = bool) -> Iterator[Heading]:
    for element in elements:
        text = shown_text(element)
        if text and len(text) <= _MAX_LENGTH and wanted(text):
            yield _heading(element, text, url)


def _heading(element: Tree, text: str, url: str) -> Heading:
    ancestors = list(islice(element.iterancestors(), _MAX_ANCESTORS))
    nearest = [element, *ancestors[:_NEAR]]
    links = [*element.iter("a"), *(one for one in ancestors[:2] if one.tag == "a")]
    path = host_and_path(url)[1]
    goes = [link.get("href") or "" for link in links if link.get("href")]
    return Heading(
        text,
        _headline(element) or text,
        squeeze(" ".join([element.text or "", *(child.tail or "" for child in element)])),
        int(element.tag[1]),
        any(_is_home(link, url) for link in goes),
        any(not link.startswith("#") and host_and_path(link)[1] != path for link in goes),
        any(_is_furniture(one) and not _holds_text(one) for one in nearest),
        any(one.tag in ("article", "main") for one in ancestors),
    )


def _is_apart(element: Tree) -> bool:
    """Whether it is a kicker or a subtitle in a heading."""
    return element.tag == "small" or _KICKER.search(element.get("class") or "") is not None


def _is_furniture(element: Tree) -> bool:
    return element.tag in _FURNITURE or _FURNITURE_CLASS.search(element.get("class", "")) is not None


def _holds_text(element: Tree) -> bool:
    """Whether an element has the paragraphs of an article: it is a part of the layout."""
    return next(islice(element.iter("p"), _PARAGRAPHS, None), None) is not None


def _headline(element: Tree) -> str:
    """Return the text of a heading without the parts that are set apart in it; '' if it has no other text."""
    return shown_text(element, _is_apart).strip(_JOINTS) if len(element) else ""


def _is_home(link: str, url: str) -> bool:
    if not link.startswith(("http", "/")) or "?" in link:
        return False
    (host, path), (own_host, own_path) = host_and_path(link), host_and_path(url)
    same_host = host == own_host if link.startswith("http") else host == ""
    return same_host and bool(_HOME.match(path)) and own_path != ""


def site_names(stated: str | None, head: Head, url: str) -> list[str]:
    """Return spellings of the site's name: as stated, and its domain with and without the ending."""
    host = host_and_path(url)[0].partition(":")[0]
    names = [
        stated,
        *head.meta.get("og:site_name", ()),
        name_of_thing(head.json_ld.get("publisher")),
        host,
        *host.split(".")[:-1],
        head.first("application-name", "apple-mobile-web-app-title"),
        (head.first("twitter:site") or "").removeprefix("@"),
    ]
    return [name for name in names if name and len(name) > 1]


def without_site(title: str, sites: Iterable[str]) -> str:
    """Return `title` without beginnings or ends that are the site's name; `sites` are spelled by `key`."""
    sites = list(sites)
    changed = True
    while changed:
        changed = False
        breaks = list(BREAK.finditer(title))
        for cut in breaks:
            if cut.start() >= _MIN_REST and names_site(title[cut.end() :], sites):
                title, changed = title[: cut.start()], True
                break
        else:
            for cut in reversed(breaks):
                if len(title) - cut.end() >= _MIN_REST and key(title[: cut.start()]) in sites:
                    title, changed = title[cut.end() :], True
                    break
    return title.strip()


def names_site(part: str, sites: Iterable[str]) -> bool:
    """Whether `part` is the site's name, begins or ends with it, or is its beginning or initials."""
    if len(part) > 2 * _MAX_SITE:
        return False
    spelled = key(part)
    if not 0 < len(spelled) <= _MAX_SITE:
        return False
    return any(spelled == site or _is_part(spelled, site) or _initials(part) == site for site in sites)


def _is_part(spelled: str, site: str) -> bool:
    if min(len(site), len(spelled)) < _MIN_BEGINNING or any(character.isdigit() for character in spelled):
        return False
    if site.startswith(spelled):
        return True
    return len(spelled) <= 2 * len(site) and (spelled.startswith(site) or spelled.endswith(site))


def _initials(part: str) -> str:
    words = TOKEN.findall(part)
    return "".join(word[0] for word in words).casefold() if len(words) > 1 else ""
