"""An index of a page's elements by class and id, and of its links by address.

Hardly any name of a page means anything to a given search. So a search does not visit each element: one
regular expression runs over all names at once, and the index returns the elements of those that match.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from worker.text.html import Tree


class AttributeIndex:
    """Elements by the value of one attribute."""

    __slots__ = ("_elements", "_text", "_values")

    def __init__(self, found: Mapping[str, list[Tree]]) -> None:
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
    elements = list(tree.iter())
    links = [element for element in elements if element.tag == "a"]
    classes: defaultdict[str, list[Tree]] = defaultdict(list)
    ids: defaultdict[str, list[Tree]] = defaultdict(list)
    for element in elements:
        if name := element.get("class"):
            classes[name].append(element)
        if name := element.get("id"):
            ids[name].append(element)
    addresses: defaultdict[str, list[Tree]] = defaultdict(list)
    for link in links:
        if address := link.get("href"):
            addresses[address].append(link)
    return Index(
        tree,
        elements,
        links,
        AttributeIndex(classes),
        AttributeIndex(ids),
        AttributeIndex(addresses),
        [(link, rel) for link in links if (rel := link.get("rel"))],
    )
