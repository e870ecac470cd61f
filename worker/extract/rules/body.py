"""The body that a rule names, as the simple XML that blocks are made of: all of it, nothing is judged."""

from functools import cache

from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.settings import Extractor

from worker.extract.page import Tree

_ROW = {"tr": "row", "td": "cell", "th": "cell"}
_BOXES = ("section", "main", "center", "details", "summary", "article")


def simplified(page: Tree) -> Tree:
    """The body of `page` (which is used up), without what is no text: scripts, forms, figures, asides."""
    options = _options()
    body = convert_tags(tree_cleaning(page, options), options)
    for element in body.iter(*_ROW):
        element.tag = _ROW[element.tag]
    for element in body.iter(*_BOXES):
        element.tag = "div"
    return body


@cache
def _options() -> Extractor:
    return Extractor(
        output_format="xml", fast=True, comments=False, formatting=False, links=True, with_metadata=False
    )
