"""Bytes to a tree: what is no page at all is refused, encodings are seen through, floods are stopped."""

from worker.extract.page.page import Tree, parse, parse_text

__all__ = ["Tree", "parse", "parse_text"]
