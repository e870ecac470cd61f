"""A page's elements by what names them: classes and ids, and its links by where they lead.

Hardly any of a page's names says something to a given reader. So a reader does not ask each element what it
is called: it asks the index for the names in which one of the reader's words is, in one search of them all.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker.text.html import Tree


class Named:
    """Elements by the value of an attribute."""

    __slots__ = ("_elements", "_text", "_values")

    def __init__(self, elements: Iterable[Tree], attribute: str) -> None:
        found: dict[str, list[Tree]] = {}
        for element in elements:
            if value := element.get(attribute):
                if value in found:
                    found[value].append(element)
                else:
                    found[value] = [element]
        self._values = list(found)
        self._elements = list(found.values())
        self._text = "\0".join(found).lower()

    def like(self, words: re.Pattern[str]) -> Iterator[tuple[str, Sequence[Tree]]]:
        """The values in which `words` are found once they are in lower case; each as written, with its
        elements in order."""
        text, number, counted, last = self._text, 0, 0, -1
        for match in words.finditer(text):
            number += text.count("\0", counted, match.start())
            counted = match.start()
            if number != last:
                last = number
                yield self._values[number], self._elements[number]


@dataclass(frozen=True, slots=True)
class Index:
    """What a tree has of names. `addresses` are those of links, `rels` the links with a `rel`, in order.

    `elements` is all of the tree: lxml makes an object anew for each element that nothing holds; while an
    index is held, every sweep finds them made.
    """

    tree: Tree
    elements: Sequence[Tree]
    links: Sequence[Tree]
    classes: Named
    ids: Named
    addresses: Named
    rels: Sequence[tuple[Tree, str]]


def index_of(tree: Tree) -> Index:
    """The names in `tree`, which is left as it is. What is added to it later is not in the index."""
    elements, links = list(tree.iter()), list(tree.iter("a"))
    return Index(
        tree,
        elements,
        links,
        Named(elements, "class"),
        Named(elements, "id"),
        Named(links, "href"),
        [(link, rel) for link in links if (rel := link.get("rel"))],
    )
