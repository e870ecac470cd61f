"""Where on a page an element stands: near the headline, or among teasers, comments and menus."""

import re
from collections.abc import Sequence

from worker.extract.page import Tree

_ELSEWHERE = re.compile(
    r"comment(?!able)|related|side-?bar|recommend|teaser|popular|trending|most-?_?read|latest|promo(?!ted)"
    r"|newsletter|widget-area|widget_(?!_)|(?:^|\s)widget\s(?!blog)|carousel|footer-(?:widget|menu)|site-footer"
    r"|read-?next|more-?from|also-?like|tooltip|disqus|(?<![a-z])menu|navbar|cookie|recirc|outbrain"
    r"|taboola|caption|credit(?!s)"
)
_ARTICLE_META = re.compile(r"meta|author|byline|info|entry|post|article|content|detail")
_BEFORE = 20
_AFTER = 400
_CLOSE = 25


class Place:
    """Answers for one page, given its <h1> elements and their positions in the sweep that asks."""

    __slots__ = ("_around", "_positions")

    def __init__(self, headings: Sequence[tuple[int, Tree]]) -> None:
        self._positions = [position for position, _ in headings]
        self._around = {id(node): node for _, heading in headings[:3] for node in heading.iterancestors()}

    def is_near(self, position: int) -> bool:
        """Whether it closely follows a headline, or stands right above one; so on a page without any."""
        for at in self._positions:
            if -_BEFORE <= position - at <= _AFTER:
                return True
        return not self._positions

    def nearness(self, position: int) -> int:
        """3 right below a headline, 2 near one, else 0."""
        close = any(0 <= position - at <= _CLOSE for at in self._positions)
        return 3 if close else 2 * self.is_near(position)

    def is_elsewhere(self, element: Tree) -> bool:
        """Whether an element around it, below the one that holds the headline, is furniture by its name."""
        if "comment" in element.get("class", "").lower():
            return True
        outside = False
        for ancestor in element.iterancestors():
            if id(ancestor) in self._around or ancestor.tag in ("body", "html"):
                break
            marks = f"{ancestor.get('class', '')} {ancestor.get('id', '')}".lower()
            if _ELSEWHERE.search(marks) or ancestor.tag in ("nav", "form", "figure"):
                return True
            if ancestor.tag == "aside" and not _ARTICLE_META.search(marks):
                return True
            if ancestor.tag in ("article", "main"):
                outside = False
            elif ancestor.tag == "footer" and not _ARTICLE_META.search(marks):
                outside = True
        return outside
