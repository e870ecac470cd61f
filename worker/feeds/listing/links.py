"""A link on a listing page: its address, title and date, and how much it looks like an article."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from worker.feeds.listing.address import article_score
from worker.feeds.listing.place import place_in_tree
from worker.text.dates.strict import feed_date
from worker.text.plain import collapsed, storable
from worker.urls import canonical_or_none, join

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CLIMB = 5
"""Elements above a link that may be its teaser: the deepest teasers of the pages in tests/feeds/fronts.py."""
_ANCHORS_OF_A_TEASER = 12
"""Links that are looked at in a teaser; more make it slow and are a list."""
_LONGEST_TITLE = 400
"""Characters; more is a paragraph."""
_ARTICLE = 2.0
"""Score from which an address counts as another article's."""
_WORDS_AROUND = 4
"""Words next to a link that make it part of a sentence. These figures are guesses that the tests bear out."""
# A date with time and zone (RFC 3339).
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)")
# "Read more" and the like, in the languages of tests/feeds/fronts.py; scripts without blanks between words.
_NO_TITLE = re.compile(
    r"(?:read|see|learn|view|show|load|find out)?\s*+(?:more|all|full story|article|on)?[\s.…»>→\d]*+"
    r"|(?:weiter\s*lesen|mehr(?: lesen)?|lire (?:la suite|plus)|leer m[áa]s|leggi(?: tutto)?"
    r"|lees (?:meer|verder)|continue reading.*+|читать (?:далее|дал[её]е|полностью)|続きを読む"
    r"|اقرأ المزيد|और पढ़ें|阅读全文)[\s.…»>→]*+"
    r"|\d+\s*(?:comments?|kommentare?|commentaires?|comentarios?|комментари\w+)|\W*",
    re.IGNORECASE,
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link: canonical address, title ("" if missing), place in the page's tree, score.

    `worded` says that the title is the link's own text and not that of its picture.
    """

    url: str
    title: str
    worded: bool
    place: str
    published: datetime | None
    score: float


@dataclass(frozen=True, slots=True)
class LinkReader:
    """Reads the links of a page whose relative addresses are resolved against `base`."""

    base: str
    _looks: dict[str, tuple[str, float] | None] = field(default_factory=dict)

    def read(self, anchor: etree._Element, *, chosen: bool = False) -> ListedLink | None:
        """Return the link; None if its address cannot be an article's.

        `chosen`: the operator's selector says that it is one, so any address that can be fetched will do.
        """
        href = anchor.get("href") or ""
        looks = self._look(href)
        if looks is None and chosen and (url := canonical_or_none(join(self.base, href) or "")):
            looks = url, 0.0
        if looks is None:
            return None
        words, box = _words(anchor), self._teaser(anchor)
        title = words or _of_picture(anchor)
        timed = box is not None and next(_times(box), None) is not None
        score = looks[1] + _of_title(title) + _of_place(anchor) + float(timed)
        return ListedLink(looks[0], title, bool(words), place_in_tree(anchor), _published(box), score)

    def _look(self, href: str) -> tuple[str, float] | None:
        """The canonical address of a link, and how much it looks like an article's."""
        if href not in self._looks:
            address = join(self.base, href)
            url = canonical_or_none(address) if address else None
            score = article_score(url) if url else None
            self._looks[href] = (url, score) if url and score is not None else None
        return self._looks[href]

    def _teaser(self, anchor: etree._Element) -> etree._Element | None:
        """The largest element around the link without a link to another article: its teaser."""
        box: etree._Element | None = None
        here = self._look(anchor.get("href") or "")
        for above in list(anchor.iterancestors())[:_CLIMB]:
            anchors = [other for _, other in zip(range(_ANCHORS_OF_A_TEASER), above.iter("a"), strict=False)]
            others = [looks for other in anchors if (looks := self._look(other.get("href") or ""))]
            if any(looks != here and looks[1] >= _ARTICLE for looks in others):
                break
            box = above
        return box


def first_link(box: etree._Element) -> etree._Element | None:
    """Return the link in the box's heading, else the first with text, else the first."""
    anchors = [anchor for anchor in box.iter("a") if anchor.get("href")]
    headed = [one for one in anchors if in_heading(one) or _heading_inside(one) is not None]
    worded = [one for one in anchors if collapsed("".join(map(str, one.itertext())))]
    return next(iter([*headed, *worded, *anchors]), None)


def in_heading(anchor: etree._Element) -> bool:
    """Return whether the link is inside a heading."""
    for above in anchor.iterancestors():
        if above.tag in _HEADINGS:
            return True
        if above.tag in ("article", "li", "body", "section"):
            return False
    return False


def _words(anchor: etree._Element) -> str:
    """The headline: the heading inside the link, else its text."""
    heading = _heading_inside(anchor)
    source = heading if heading is not None else anchor
    text = collapsed(storable("".join(map(str, source.itertext()))))
    return "" if len(text) > _LONGEST_TITLE or _NO_TITLE.fullmatch(text) else text


def _of_picture(anchor: etree._Element) -> str:
    """The title in the link's attributes or in those of its picture."""
    pictures = (picture.get("alt") for picture in anchor.iter("img"))
    said = (anchor.get("aria-label"), anchor.get("title"), *pictures)
    words = (collapsed(storable(one or ""))[:_LONGEST_TITLE] for one in said)
    return next((one for one in words if not _NO_TITLE.fullmatch(one)), "")


def _heading_inside(anchor: etree._Element) -> etree._Element | None:
    return next(anchor.iter(*_HEADINGS), None)


def _of_title(title: str) -> float:
    """Score a title: headlines are long, names of sections are a word or two."""
    unspaced = len(_UNSPACED.findall(title))
    count = unspaced // 3 if unspaced > len(title) // 3 else len(title.split())
    if count >= 5 or len(title) >= 35:
        return 2.0
    return 1.0 if count >= 3 else -0.5 if count == 2 else -1.5


def _of_place(anchor: etree._Element) -> float:
    if _in_sentence(anchor):
        return -3.0
    score = 1.5 if _heading_inside(anchor) is not None or in_heading(anchor) else 0.0
    return score + (0.5 if any(above.tag == "article" for above in anchor.iterancestors()) else 0.0)


def _in_sentence(anchor: etree._Element) -> bool:
    """Whether the link is part of a sentence."""
    parent = anchor.getparent()
    if parent is None or parent.tag not in ("p", "em", "strong", "i", "span"):
        return False
    around = f"{parent.text or ''} {anchor.tail or ''}"
    return len(around.split()) >= _WORDS_AROUND


def _times(box: etree._Element) -> Iterator[str]:
    for element in box.iter("time", "relative-time"):
        yield (element.get("datetime") or "").strip()


def _published(box: etree._Element | None) -> datetime | None:
    """The first date in the teaser that has a time and a zone."""
    said = _times(box) if box is not None else iter(())
    return next((date[0] for text in said if _INSTANT.fullmatch(text) and (date := feed_date(text))), None)
