"""Bytes to a tree: what is no page at all is refused, encodings are seen through, floods are stopped."""

from worker.extract.page.index import Index, index_of
from worker.extract.page.page import Tree, parse, parse_text

__all__ = ["Index", "Tree", "index_of", "parse", "parse_text"]
