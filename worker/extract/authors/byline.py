"""The printed byline: an element that is marked as one, is near the headline and reads like names.

Elements are marked by `rel=author`, microdata, microformats, class and id words of the common content
systems, and links to authors' pages. Marks inside teasers, comments and sidebars do not count. A byline
without any mark is found by `unmarked`.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, cast

from lxml import etree

from worker.extract.authors.agencies import is_agency
from worker.extract.authors.names import begins_with_by, clean_names, is_person
from worker.extract.page_index import Index
from worker.extract.types import Source
from worker.extract.words import key, squeeze, unique
from worker.text.html import Tree

# Strength of a mark. A byline scores twice its strength, up to 3 for being near the headline, 1 each for a
# person's name and a leading "By", and 3 for agreeing with a stated name. The weights were tried on the
# corpus (make bench-extract); with SURE = 2 the authors of 13 pages of 273 differ.
SURE = 3  # the markup says: author of this very page
_LIKELY = 2
_ENOUGH = 6  # a likely mark near the headline with nothing else in its favour

# Limits that bound the work on one page; guesses.
_MAX_HITS = 60
_MAX_CHARACTERS = 220  # of a byline
_MAX_INSIDE = 60  # elements in a byline
_MAX_TEXTS = 80  # pieces of text in a byline
_MAX_HEADINGS = 20
_SHORTEST_TITLE = 15  # letters of a second heading that is the headline
_MAX_CACHED = 4096  # class attributes of several sites

# Shapes of bylines and teasers; guesses that the corpus did not contradict.
_MAX_HANDLE_WORDS = 3  # of a name that is not a person's, such as a handle
_REPEATED = 3  # marks that occur this often belong to a list, of teasers perhaps
_TEASER_TEXT = 25  # characters that a teaser has in addition to the author's name
_SAME_LIST = 30  # elements between authors of one list
_MAX_BELOW = 3  # folders between the folder of authors and the end of a link
_MAX_LABEL = 60  # characters of a label before a name
_MAX_SLUG = 4  # words of a name in a link

# Elements before and after a headline that count as near; guesses that the corpus did not contradict.
_BEFORE = 20
_AFTER = 400
_CLOSE = 25
_RIGHT_BELOW = 3  # the nearness of an element between headline and text
_RUNNING_TEXT = 80  # characters from which a paragraph is running text
# Tags that content systems use for bylines.
_TAGS = (
    *("a", "span", "div", "p", "address", "li", "ul", "strong", "b", "em", "td", "dd", "small"),
    *("cite", "section", "header", "footer", "aside", "h1", "h2", "h3", "h4", "h5", "h6"),
)
# Tags at whose edges a name ends.
_BLOCKS = frozenset(
    """
    a div p li ul td tr dd dt br h1 h2 h3 h4 h5 h6 section header footer article address label button time
    """.split()  # noqa: SIM905
)
# Not part of a byline's text.
_SILENT = frozenset({"script", "style", "time", "button", "svg", "noscript", "template", "select", "figure"})
# Printed before the names of people who are not the authors.
_OTHER_ROLE = re.compile(
    r"(?:edit(?:ed|or)|review(?:ed|er)|fact[- ]check(?:ed|er)|translat(?:ed|or|ion)|photos?|fotos?|bilder"
    r"|übersetz(?:t|ung)|redigiert|lektorat|illustrat(?:ed|ion|or)|traducción|traduction|фото|редактор"
    r"|перевод|翻訳者?|写真|編集)(?:\s(?:by|von|par|por))?\s?[:：]?\s?$"
)
_LISTS = ("ul", "ol", "div", "span", "p", "section")
# Class and id words for bylines in the content systems of many languages; collected from pages of the corpus.
_WORDS = re.compile(
    r"""by-?_?line | author(?!i[zst]) | autor(?:en)?(?:zeile|in|box|info|name|_?daten)?(?![a-z]) | auteur
    | autore(?![a-z]) | (?<![a-z])(?<!css-)writers?(?![a-z]) | reporter | journalist | contributors?(?![a-z])
    | redakteur | verfasser | (?:^|\s|_)signature(?:_|\s|$) | (?:posted|wrote|created|written)-?_?by
    | (?<![a-z])submitted | (?<![a-z])p-author | username | article-?_?source""",
    re.VERBOSE,
)
# Names that say what an author is, not who.
_DESCRIBES = re.compile(r"auth?or[\w-]{0,9}[_-](?:description|role|job|position)(?![a-z])")
# Icons of a person, by the names that sets of icons give them; the text next to one is a name.
_ICON = re.compile(r"(?:^|\s)(?:bi|fa|icon|icofont|ti|la|glyphicon)-(?:user|person|author)(?:-|\s|$)")
_ICON_HINT = re.compile("-(?:user|person|author)")
# A fast test: every name that `_WORDS` matches contains one of these.
_HINT = re.compile(
    "by[-_]?_?line|au(?:th?or|teur)|wr(?:iter|itten|ote)|report|journalist|redakteur|verfasser|signature|posted"
    "|c(?:ontribut|reated)|s(?:ubmitted|ource)|username"
)
# Whole class names that mean the author of the page.
_SURE_TOKENS = frozenset(
    """
    author byline author-name author__name authorname author_name byline-name byline__name fn entry-author
    p-author post-author article-author article__author writer reporter autor username signature created-by
    byline-author autorenzeile auteur
    """.split()  # noqa: SIM905
)
# Folders of authors' pages in links, by language.
_FOLDERS = frozenset(
    """
    author authors autor autores autoren autorzy auteur auteurs autore autori people staff profile profiles
    reporter reporters writer writers contributor contributors journalist journalists journaliste journalistes
    columnist columnists redaktion redactie editors correspondent correspondents by user users profil firma
    firmas giornalisti skribent penulis yazarlar muhabir
    """.split()  # noqa: SIM905
)
# A fast test for links with one of these folders.
_FOLDER_HINT = re.compile("/(?:au|pe|st|pr|re|wr|co|jo|ed|by|us|fi|gi|sk|ya|mu)|author=")
_OF_WRITERS = re.compile(r"^(?:author|autor|auteur|writer|reporter)s?$")
_SURE_LINK = re.compile("/(?:author|autor|auteur|autore)s?/[^/?#]+/?$")
_AUTHOR_PROPERTIES = ("author", "creator")
_ITEMPROPS = etree.XPath("descendant-or-self::*/@itemprop")
# Class and id words of furniture: teasers, comments, menus, captions.
_ELSEWHERE = re.compile(
    r"comment(?!able)|related|(?<!main-)(?<!with-)(?<!has-)side-?bar|recommend|teaser|popular|trending|most-?_?read|latest|promo(?!ted)"
    r"|newsletter|widget-area|widget_(?!_)|(?:^|\s)widget\s(?!blog)|carousel|footer-(?:widget|menu)|site-footer"
    r"|read-?next|more-?from|also-?like|tooltip|disqus|(?<![a-z])menu|navbar|cookie|recirc|outbrain"
    r"|taboola|caption|credit(?!s)"
)
# Class and id words that make an <aside> or <footer> part of the article.
_ARTICLE_META = re.compile(r"meta|author|byline|info|entry|post|article|content|detail")


@dataclass(frozen=True, slots=True)
class Byline:
    """Names as printed; `sure` when the markup or a leading "By" says that they are the author's."""

    names: tuple[str, ...]
    sure: bool
    source: Source


@dataclass(frozen=True, slots=True)
class _Hit:
    element: Tree
    strength: int
    position: int


class HeadlineLayout:
    """Where elements are on a page: near a headline, or in teasers, comments and menus.

    `headings` are the <h1> elements with their positions; `texts` are the positions of running paragraphs,
    since an element below one is no longer at the head of the article.
    """

    __slots__ = ("_around", "_positions", "_texts")

    def __init__(self, headings: Sequence[tuple[int, Tree]], texts: Sequence[int]) -> None:
        self._texts = texts
        self._positions = [position for position, _ in headings[:_MAX_HEADINGS]]
        self._around = {id(node): node for _, heading in headings[:3] for node in heading.iterancestors()}

    @classmethod
    def on(cls, tree: Tree, tags: Sequence[str]) -> tuple[dict[Tree, int], "HeadlineLayout"]:
        """Return the position of each element of these `tags`, which include h1 and p, and the layout."""
        positions = {element: position for position, element in enumerate(tree.iter(tags))}
        headings = [(positions[heading], heading) for heading in tree.iter("h1")]
        headings += [(positions[heading], heading) for heading in _lower_headlines(tree)]
        texts = [positions[text] for text in tree.iter("p") if len(text.text or "") > _RUNNING_TEXT]
        return positions, cls(headings, texts)

    def is_near(self, position: int) -> bool:
        """Whether it closely follows or precedes a headline; always true on a page without headlines."""
        near = (-_BEFORE <= position - at <= _AFTER for at in self._positions)
        return not self._positions or any(near)

    def nearness(self, position: int) -> int:
        """Return 3 between a headline and the text below it, 2 or 1 near or before a headline, otherwise 0.

        What precedes the headline may belong to the article that a page's header announces.
        """
        if self.is_right_below(position):
            return _RIGHT_BELOW
        if not self.is_near(position):
            return 0
        return 1 if self._positions and position < self._positions[0] else 2

    def is_right_below(self, position: int) -> bool:
        """Whether it is between a headline and the text below it."""
        return any(self._is_close(position, at) for at in self._positions)

    def _is_close(self, position: int, headline: int) -> bool:
        # One paragraph may be in between: the standfirst.
        return (
            0 <= position - headline <= _CLOSE
            and bisect_left(self._texts, position) - bisect_left(self._texts, headline) <= 1
        )

    def is_elsewhere(self, element: Tree, position: int, *, labelled: bool = False) -> bool:
        """Whether an ancestor, up to the element that also contains the headline, is furniture.

        Right below the headline a <nav>, <aside> or <footer> may hold the byline, and anywhere if a label
        says that it does (`labelled`); there only class names count.
        """
        close = labelled or self.nearness(position) == _RIGHT_BELOW
        if "comment" in element.get("class", "").lower():
            return True
        outside = False
        for ancestor in element.iterancestors():
            if id(ancestor) in self._around or ancestor.tag in ("body", "html"):
                break
            marks = f"{ancestor.get('class', '')} {ancestor.get('id', '')}".lower()
            if _ELSEWHERE.search(marks) or ancestor.tag in ("form", "figure"):
                return True
            if close:
                continue
            if ancestor.tag == "nav" or (ancestor.tag == "aside" and not _ARTICLE_META.search(marks)):
                return True
            if ancestor.tag in ("article", "main"):
                outside = False
            elif ancestor.tag == "footer" and not _ARTICLE_META.search(marks):
                outside = True
        return outside


def _lower_headlines(tree: Tree) -> Iterator[Tree]:
    """Yield the second headings that are the page's title: on old blogs the first is the site's name."""
    title = next((key(one.text) for one in islice(tree.iter("title"), 1) if one.text), "")
    for heading in islice(tree.iter("h2"), _MAX_HEADINGS):
        said = key("".join(heading.itertext()))
        if len(said) >= _SHORTEST_TITLE and title.startswith(said):
            yield heading


def printed_byline(index: Index, stated: tuple[str, ...] = ()) -> Byline | None:
    """Return the best of the page's marked bylines; agreement with the `stated` names wins.

    `index` must be of the page as parsed: nothing may have been removed from it.
    """
    expected = {key(name) for name in stated}
    hits, layout = _hits(index)
    listed = _listed(hits)
    best: tuple[int, _Hit, tuple[str, ...]] | None = None
    for hit in hits:
        likely = 2 * hit.strength + layout.nearness(hit.position)
        if best is not None and likely + 2 + 3 * bool(expected) <= best[0]:
            continue
        if layout.is_elsewhere(hit.element, hit.position) or _is_of_another_role(hit.element):
            continue
        if _marks(hit.element) in listed and _is_item(hit.element):
            continue
        if names := _names(hit.element, hit.strength):
            score = likely + any(map(is_person, names)) + begins_with_by(printed_text(hit.element))
            score += 3 * any(key(name) in expected for name in names)
            if score >= _ENOUGH and (best is None or score > best[0]):
                best = score, hit, names
    if best is None:
        return None
    _, chosen, names = best
    companions = (
        name
        for hit in hits
        if abs(hit.position - chosen.position) <= _SAME_LIST
        and _is_same_list(hit.element, chosen.element)
        and not _is_of_another_role(hit.element)
        for name in _names(hit.element, hit.strength)
    )
    sure = chosen.strength >= SURE or begins_with_by(printed_text(chosen.element))
    source: Source = "microdata" if chosen.element.get("itemprop") else "html"
    return Byline(unique((*names, *companions)), sure, source)


def _is_of_another_role(element: Tree) -> bool:
    """Whether 'Editor:', 'Photo:' or 'Reviewed by' is printed before the element."""
    before = element.getprevious()
    parent = element.getparent()
    if before is not None:
        said = squeeze(before.tail) or (printed_text(before) if len(before) <= 2 else "")
    else:
        said = squeeze(parent.text) if parent is not None else ""
    return bool(said) and _OTHER_ROLE.search(said[-_MAX_LABEL:].casefold()) is not None


def _marks(element: Tree) -> tuple[str, str, str, str]:
    parent = element.getparent()
    above = ("", "") if parent is None else (str(parent.tag), parent.get("class", ""))
    return (str(element.tag), element.get("class", ""), *above)


def _listed(hits: list[_Hit]) -> set[tuple[str, str, str, str]]:
    """Return the marks that occur at least `_REPEATED` times, as those of teasers do."""
    counted = Counter(_marks(hit.element) for hit in hits)
    return {marks for marks, count in counted.items() if count >= _REPEATED}


def _is_item(element: Tree) -> bool:
    """Whether the parent says more than names: teasers do, lists of authors do not."""
    parent = element.getparent()
    if parent is None:
        return False
    alike = [one for one in parent.iterchildren(element.tag) if one.get("class") == element.get("class")]
    names = sum(len(printed_text(one)) for one in alike[:_MAX_HITS])
    return len(printed_text(parent)) > names + _TEASER_TEXT


def _is_same_list(one: Tree, other: Tree) -> bool:
    """Whether two elements are marked alike and are items of the same list of authors."""
    if one is other or any(one.get(name) != other.get(name) for name in ("class", "itemprop", "rel")):
        return False
    mine, its = one.getparent(), other.getparent()
    return mine is its or (mine.getparent() is its.getparent() and mine.getparent().tag in _LISTS)


def _hits(index: Index) -> tuple[list[_Hit], HeadlineLayout]:
    """Return the marked elements in document order, and the page's layout around its headlines."""
    if not (strength := strengths(index)):
        return [], HeadlineLayout((), ())
    positions, layout = HeadlineLayout.on(index.tree, _TAGS)
    marked = ((positions[one], one, mark) for one, mark in strength.items() if one in positions)
    hits = sorted(marked, key=itemgetter(0))[:_MAX_HITS]
    return [_Hit(one, mark, position) for position, one, mark in hits], layout


def _names(element: Tree, mark: int) -> tuple[str, ...]:
    """Return the names in a marked element: those of inner elements marked as names, or of its text."""
    if sum(1 for _ in islice(element.iter(), _MAX_INSIDE + 1)) > _MAX_INSIDE:
        return ()
    inner = [
        part
        for part in element.iterdescendants("a", "span", "b", "strong", "h3", "h4", "p", "li", "div")
        if _is_name(part) and not _is_of_another_role(part)
    ]
    if inner:
        names = clean_names(text for part in inner if len(text := _with_companions(part)) <= _MAX_CHARACTERS)
        if people := tuple(name for name in names if is_person(name)):
            return people
        if mark >= SURE and names:
            return tuple(name for name in clean_names([" | ".join(names)]) if _reads_like_a_name(name, True))
    text = printed_text(element)
    if not 2 <= len(text) <= _MAX_CHARACTERS:
        return ()
    sure = mark >= SURE or begins_with_by(text)
    return tuple(name for name in clean_names([text]) if _reads_like_a_name(name, sure))


def _with_companions(element: Tree) -> str:
    """Return the text with what follows in brackets: '(with Jo Park)'."""
    tail = squeeze(element.tail)
    return f"{printed_text(element)} {tail if tail.startswith('(') else ''}"


def _is_name(element: Tree) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "name":
        return True
    if element.tag == "a":
        return leads_to_author(element.get("href"))
    return "name" in element.get("class", "").lower() or "fn" in element.get("class", "").split()


def printed_text(element: Tree) -> str:
    """Return the visible text, with a bar between parts on separate lines or in separate links."""
    if not len(element):
        return squeeze(element.text)
    return squeeze("".join(islice(_pieces(element), _MAX_TEXTS))).strip("| ")


def _pieces(element: Tree) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _SILENT:
            yield " | "
        elif isinstance(child.tag, str):
            edge = " | " if child.tag in _BLOCKS else " " if child.tag in ("span", "img") else ""
            yield edge
            yield from _pieces(child)
            yield edge
        yield child.tail or ""


def _reads_like_a_name(name: str, sure: bool) -> bool:
    """Whether it is a person's or an agency's name; when `sure`, one word or lower case is enough."""
    return is_person(name) or is_agency(name) or (sure and len(name.split()) <= _MAX_HANDLE_WORDS)


def strengths(index: Index) -> dict[Tree, int]:
    """Map marked elements to the strength of their mark, `_LIKELY` or `SURE`."""
    found: dict[Tree, int] = {}
    for names in (index.classes, index.ids):
        for name, elements in names.like(_HINT):
            if mark := _by_words(name):
                found.update((element, max(mark, found.get(element, 0))) for element in elements)
    for address, links in index.addresses.like(_FOLDER_HINT):
        if leads_to_author(address):
            mark = SURE if _SURE_LINK.search(address) else _LIKELY
            found.update((link, mark) for link in links if link not in found)
    for name, icons in index.classes.like(_ICON_HINT):
        if _ICON.search(name.lower()):
            around = (icon.getparent() for icon in icons if not squeeze(icon.text))
            found.update((box, _LIKELY) for box in around if box is not None and box not in found)
    for element in index.tree.iter("address"):
        found.setdefault(element, _LIKELY)
    found.update((link, SURE) for link, rel in index.rels if rel == "author")
    for value in cast(list[Any], _ITEMPROPS(index.tree)):
        if value in _AUTHOR_PROPERTIES:
            found[value.getparent()] = SURE
    return found


def leads_to_author(link: str | None) -> bool:
    """Whether a link looks like one to an author's page: /people/jo-park, /author/12, ?author=3."""
    if not link or not _FOLDER_HINT.search(link):
        return False
    path, _, query = link.partition("?")
    folders = path.partition("#")[0].rstrip("/").split("/")
    if _FOLDERS.isdisjoint(folders[-_MAX_BELOW - 1 : -1]):
        return query.startswith("author=") or "&author=" in query
    at = max(place for place, folder in enumerate(folders[:-1]) if folder in _FOLDERS)
    last = folders[-1]
    return any(map(str.isalpha, last)) or (last.isdigit() and _OF_WRITERS.match(folders[at]) is not None)


def name_in_link(link: str) -> str:
    """Return 'Jo Park' for …/author/jo-park, '' for links of other forms."""
    words = link.partition("?")[0].rstrip("/").rpartition("/")[2].split("-")
    is_name = 1 < len(words) <= _MAX_SLUG and all(map(str.isalpha, words))
    return " ".join(words).title() if is_name and leads_to_author(link) else ""


@lru_cache(maxsize=_MAX_CACHED)
def _by_words(marks: str) -> int:
    if not _WORDS.search(marks := marks.lower()) or _DESCRIBES.search(marks):
        return 0
    return SURE if _SURE_TOKENS.intersection(marks.split()) else _LIKELY
