"""Where on a page an element stands: near the headline, or among teasers, comments and menus."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial

from worker.text.html import Tree

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
_RIGHT_BELOW = 3
_SHORT = 80
_MAX_HEADINGS = 20


class Place:
    """Answers for one page, given its <h1> elements and their places, and those of paragraphs that run on:
    what follows such a one is no longer at the head of the article."""

    __slots__ = ("_around", "_positions", "_texts")

    def __init__(self, headings: Sequence[tuple[int, Tree]], texts: Sequence[int]) -> None:
        self._texts = texts
        self._positions = [position for position, _ in headings[:_MAX_HEADINGS]]
        self._around = {id(node): node for _, heading in headings[:3] for node in heading.iterancestors()}

    @classmethod
    def on(cls, tree: Tree, tags: Sequence[str]) -> tuple[dict[Tree, int], "Place"]:
        """The elements of these tags, with <h1> and <p> among them, each with its place; and who answers."""
        places = {element: place for place, element in enumerate(tree.iter(tags))}
        headings = [(places[heading], heading) for heading in tree.iter("h1")]
        texts = [places[text] for text in tree.iter("p") if len(text.text or "") > _SHORT]
        return places, cls(headings, texts)

    def is_near(self, position: int) -> bool:
        """Whether it closely follows a headline, or stands right above one; so on a page without any."""
        for at in self._positions:
            if -_BEFORE <= position - at <= _AFTER:
                return True
        return not self._positions

    def nearness(self, position: int) -> int:
        """3 between a headline and the text below it, 2 near a headline, else 0."""
        return (
            _RIGHT_BELOW
            if any(map(partial(self._is_close, position), self._positions))
            else 2 * self.is_near(position)
        )

    def _is_close(self, position: int, headline: int) -> bool:
        # One paragraph may be the standfirst.
        return (
            0 <= position - headline <= _CLOSE
            and bisect_left(self._texts, position) - bisect_left(self._texts, headline) <= 1
        )

    def is_elsewhere(self, element: Tree, position: int) -> bool:
        """Whether an element around it, below the one that holds the headline, is furniture by its name.

        Right below the headline <nav>, <aside> and <footer> may hold the byline; there names alone count.
        """
        close = self.nearness(position) == _RIGHT_BELOW
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
