"""Where on the page the article stands: from its headline to the last of its paragraphs.

The body is the element whose children and grandchildren hold most of the text in long paragraphs (the measure
of Readability, in one sweep). An estimate for what stands around the text, such as pictures; not the text.
"""

from dataclasses import dataclass

from worker.text.html import Tree

_LONG = 70
_ENOUGH = 150
_NO_TEXT = frozenset({"figure", "figcaption", "aside", "footer"})
_SWEPT = ("p", "br", "h1", "img", "amp-img")
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Region:
    """`pictures` are all of the page with their place in reading order; `spine` holds headline and text.

    `first` and `last` are the places of the first and last long paragraph, None where there are none.
    """

    pictures: tuple[tuple[int, Tree], ...]
    body: Tree | None
    spine: frozenset[Tree]
    headline: int | None
    first: int | None
    last: int | None


def find_region(tree: Tree) -> Region:
    """`tree` is left as it is."""
    pictures: list[tuple[int, Tree]] = []
    paragraphs: list[tuple[int, Tree, int]] = []
    headlines: list[tuple[int, Tree]] = []
    for place, element in enumerate(tree.iter(*_SWEPT)):
        if place >= _MOST:
            break
        if element.tag == "p":
            if (length := _length(element)) >= _LONG:
                paragraphs.append((place, element, length))
        elif element.tag == "br":
            if (length := len(element.tail or "")) >= _LONG:
                paragraphs.append((place, element, length))
        elif element.tag == "h1":
            headlines.append((place, element))
        else:
            pictures.append((place, element))
    body = _body(paragraphs)
    inside = [place for place, element, _ in paragraphs if body is not None and _within(element, body)]
    headline = next(
        ((place, one) for place, one in reversed(headlines) if not inside or place < inside[0]), None
    )
    spine: set[Tree] = set()
    for one in (body, headline[1] if headline else None):
        if one is not None:
            spine.update((one, *one.iterancestors()))
    return Region(
        tuple(pictures),
        body,
        frozenset(spine),
        headline[0] if headline else None,
        inside[0] if inside else None,
        inside[-1] if inside else None,
    )


def _length(paragraph: Tree) -> int:
    """Letters in it and its inline elements, links aside; a caption's paragraph has none."""
    length = len(paragraph.text or "")
    for child in paragraph:
        length += len(child.tail or "") + (len(child.text or "") if child.tag != "a" else 0)
    if length < _LONG:
        return 0
    parent = paragraph.getparent()
    above = parent.getparent() if parent is not None else None
    return 0 if any(one is not None and one.tag in _NO_TEXT for one in (parent, above)) else length


def _body(paragraphs: list[tuple[int, Tree, int]]) -> Tree | None:
    scores: dict[Tree, float] = {}
    for _, element, length in paragraphs:
        weight = float(length)
        for level, parent in enumerate(element.iterancestors()):
            if level > 4 or parent.tag in ("body", "html"):
                break
            scores[parent] = scores.get(parent, 0.0) + weight
            weight *= 0.7
    best = max(scores, key=lambda one: scores[one], default=None)
    return best if best is not None and scores[best] >= _ENOUGH else None


def _within(element: Tree, container: Tree) -> bool:
    for level, one in enumerate(element.iterancestors()):
        if one is container:
            return True
        if level > 6:
            break
    return False
