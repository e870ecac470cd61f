"""An index of a page's elements by class and id, and of its links by address.

Hardly any name of a page means anything to a given search. So a search does not visit each element: one
regular expression runs over all names at once, and the index returns the elements of those that match.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker.text.html import Tree


class AttributeIndex:
    """Elements by the value of one attribute."""

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
        """Yield the values that match `words` in lower case, each as written, with its elements in order."""
        text, number, counted, last = self._text, 0, 0, -1
        for match in words.finditer(text):
            number += text.count("\0", counted, match.start())
            counted = match.start()
            if number != last:
                last = number
                yield self._values[number], self._elements[number]


@dataclass(frozen=True, slots=True)
class Index:
    """The names in a tree. `addresses` are those of links, `rels` the links with a `rel`, in order.

    `elements` are all of the tree: lxml creates an object again for each element that nothing references, so
    sweeps are faster while an index exists.
    """

    tree: Tree
    elements: Sequence[Tree]
    links: Sequence[Tree]
    classes: AttributeIndex
    ids: AttributeIndex
    addresses: AttributeIndex
    rels: Sequence[tuple[Tree, str]]


def index_of(tree: Tree) -> Index:
    """Return the index of `tree`; elements that are added later are not in it."""
    elements, links = list(tree.iter()), list(tree.iter("a"))
    return Index(
        tree,
        elements,
        links,
        AttributeIndex(elements, "class"),
        AttributeIndex(elements, "id"),
        AttributeIndex(links, "href"),
        [(link, rel) for link in links if (rel := link.get("rel"))],
    )
