"""The statements of a page about itself: meta elements, links, microdata, JSON-LD."""

from worker.extract.head.head import Head, element_text, read_head

__all__ = ["Head", "element_text", "read_head"]
